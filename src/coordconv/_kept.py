"""What a layer computed lately and may use again."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.autograd import forward_ad

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """The values of the last few keys.

    A change replaces the whole dictionary, so threads may share it without a lock. Copies and pickles of the
    layer that owns it start empty.
    """

    LIMIT = 8  # enough for a head that serves every level of a feature pyramid

    def __init__(self) -> None:
        self._values: dict[Hashable, Value] = {}

    def get(self, key: Hashable) -> Value | None:
        """Return the value of `key`, if it is still here."""
        return self._values.get(key)

    def keep(self, key: Hashable, value: Value) -> None:
        """Remember `value` as the latest, and forget the oldest beyond the limit."""
        older = [(other, kept) for other, kept in self._values.items() if other != key]
        self._values = dict([*older[1 - self.LIMIT :], (key, value)])

    def __len__(self) -> int:
        return len(self._values)

    def __reduce__(self) -> tuple[type[Kept[Value]], tuple[()]]:
        return type(self), ()


def is_eager(weight: Tensor) -> bool:
    """Return whether a tensor made now, beside `weight`, is an ordinary one that may outlive this call.

    It is not while a graph is made of the operations, a transform wraps the tensors, or something simulates them.
    """
    return not (
        torch.compiler.is_compiling()  # torch.compile and torch.export
        or torch._C._get_tracing_state() is not None  # torch.jit.trace
        or torch._C._are_functorch_transforms_active()
        or torch._C._len_torch_dispatch_stack() > 0  # fake tensors, operation counters
        or type(weight) not in (Tensor, nn.Parameter)
        or (weight.is_cuda and torch.cuda.is_current_stream_capturing())
    )


def is_constant(parameter: Tensor) -> bool:
    """Return whether no derivative is asked of `parameter`, forward or backward."""
    if parameter.requires_grad and torch.is_grad_enabled():
        return False
    return forward_ad._current_level < 0 or forward_ad.unpack_dual(parameter).tangent is None
