"""Coordinates as extra channels, for a layer that has no CoordConv form of its own."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ._grid import Anchor, Order, Span, build_grid, check_options, describe_options
from ._layout import memory_format


def add_coords(
    x: Tensor,
    *,
    radius: bool = False,
    order: Order = "ij",
    span: Span = (-1.0, 1.0),
    anchor: Anchor = "corners",
) -> Tensor:
    """Return `x` with coordinate channels after its own.

    The keywords and the range of the coordinates are those of `coordinate_grid`; dtype, device and memory
    format are those of `x`. Before a convolution prefer `CoordConv2d`, which computes the same without
    concatenating.

    Shape: `(N, C, *size)` with 1, 2 or 3 spatial axes to `(N, C + coords, *size)`.

    Raises:
        TypeError: If `x` is not floating point.
        ValueError: If `x` has another number of axes or an empty one in `size`, or an option is unknown.

    Source: section 3 of the paper and AddCoords in its released CoordConv.py. Differences: the size is that
    of the input and not an argument, the rank may be 1 or 3 as well, the row comes before the column unless
    `order="xy"`, non-square inputs are right, and an axis of size 1 is 0 and not NaN.

    >>> add_coords(torch.zeros(1, 1, 3))
    tensor([[[ 0.,  0.,  0.],
             [-1.,  0.,  1.]]])
    """
    check_options(order, span, anchor)
    _check_input(x)
    grid = build_grid(x.shape[2:], radius=radius, order=order, span=span, anchor=anchor, dtype=x.dtype, device=x.device)
    coords = grid.expand(x.shape[0], *grid.shape)
    # torch.cat keeps channels-last only if every part has it.
    return torch.cat([x, coords.contiguous(memory_format=memory_format(x))], dim=1)


class AddCoords(nn.Module):
    """Append coordinate channels to the input, as `add_coords` does.

    Shape: `(N, C, *size)` with 1, 2 or 3 spatial axes to `(N, C + coords, *size)`.

    Range, errors, source and differences are those of `add_coords`. The module has no parameters and no
    buffers.

    >>> AddCoords(radius=True)(torch.zeros(8, 3, 64, 48)).shape
    torch.Size([8, 6, 64, 48])
    """

    def __init__(
        self,
        *,
        radius: bool = False,
        order: Order = "ij",
        span: Span = (-1.0, 1.0),
        anchor: Anchor = "corners",
    ) -> None:
        super().__init__()
        check_options(order, span, anchor)
        self.radius = radius
        self.order = order
        self.span = span
        self.anchor = anchor

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` with its coordinates."""
        return add_coords(x, radius=self.radius, order=self.order, span=self.span, anchor=self.anchor)

    def extra_repr(self) -> str:
        """Name the options that differ from the defaults."""
        return ", ".join(describe_options(self.radius, self.order, self.span, self.anchor))


def _check_input(x: Tensor) -> None:
    shape = tuple(x.shape)
    if x.dim() not in (3, 4, 5):
        raise ValueError(
            f"add_coords expected an input of shape (N, C, *size) with 1, 2 or 3 spatial axes, but got {shape}."
        )
    if not x.is_floating_point():
        raise TypeError(f"add_coords expected a floating-point input, but got {x.dtype}.")
    if any(n < 1 for n in shape[2:]):
        raise ValueError(f"add_coords expected every spatial axis to be at least 1, but got an input of shape {shape}.")
