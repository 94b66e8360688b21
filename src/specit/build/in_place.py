"""Whether a faster form of some layers, which writes into memory of its own, may take their place."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor


def may_write_in_place(x: Tensor, weights: Iterable[Tensor]) -> bool:
    """Return whether x, not empty, and the weights are of one type, and are computed with here and now."""
    return (
        x.numel() > 0
        and all(weight.dtype == x.dtype for weight in weights)
        and not torch.is_autocast_enabled(x.device.type)
        and not torch.compiler.is_compiling()
        and not torch._C._are_functorch_transforms_active()
    )
