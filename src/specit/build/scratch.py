"""Memory for what a function needs only while it runs, the same again in its next call."""

from __future__ import annotations

import math
import threading

import torch
from torch import Tensor


class _Kept(threading.local):
    def __init__(self) -> None:
        self.flat: dict[tuple[str, torch.dtype, torch.device], Tensor] = {}


_kept = _Kept()


def scratch(name: str, shape: tuple[int, ...], like: Tensor) -> Tensor:
    """Return a tensor of this thread, of the dtype and device of `like`, that holds anything.

    The next call with the same name may return the same memory.
    """
    key, values = (name, like.dtype, like.device), math.prod(shape)
    kept = _kept.flat.get(key)
    if kept is None or kept.numel() < values:
        with torch.inference_mode(False):  # what inference mode makes cannot be written to outside of it
            kept = _kept.flat[key] = like.new_empty(values)
    return kept[:values].view(shape)
