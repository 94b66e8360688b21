"""Whether a faster form of some layers, which writes into memory of its own, may take their place."""

from __future__ import annotations

import torch
from torch import Tensor


def may_write_in_place(x: Tensor) -> bool:
    """Return whether x, not empty, is computed with here and now, in its own type."""
    return (
        x.numel() > 0
        and not torch.is_autocast_enabled(x.device.type)
        and not torch.compiler.is_compiling()
        and not torch._C._are_functorch_transforms_active()
    )
