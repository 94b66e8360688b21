"""The coordinates themselves: one map for each spatial axis, and a radius on request."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor

Order: TypeAlias = Literal["ij", "xy"]
Anchor: TypeAlias = Literal["corners", "centers"]
Span: TypeAlias = tuple[float, float]


def coordinate_grid(
    size: Sequence[int],
    *,
    radius: bool = False,
    order: Order = "ij",
    span: Span = (-1.0, 1.0),
    anchor: Anchor = "corners",
    dtype: torch.dtype | None = None,
    device: torch.device | str | int | None = None,
) -> Tensor:
    """Return a map of coordinates for each axis of `size`.

    Args:
        size: The spatial size, one positive integer for each axis: `(H, W)` for images.
        radius: Append the root of the summed squares of the other maps.
        order: `"ij"`: channel 0 varies along the first axis (the row); `"xy"`: along the last (the column).
        span: The smallest and the largest coordinate.
        anchor: What lies at the ends of `span`: the `"corners"` of the grid of pixel positions, so that the
            first and the last element are exactly the ends; or the outer edges of the pixels, so that the
            elements are pixel `"centers"`, `(2i + 1) / n - 1` in the default span.
        dtype: A floating-point dtype; PyTorch's default if not given.
        device: PyTorch's default if not given.

    Shape: `(coords, *size)`, where `coords` is the number of axes, and one more with the radius.

    Range: every coordinate lies within `span`. An axis of size 1 is the middle of the span. The radius lies
    in [0, √rank] for the default span; it is measured from the zero of the coordinates, and is therefore
    centred whenever `span` is symmetric about zero.

    Raises:
        TypeError: If `size` is not a sequence of integers, or `dtype` is not floating point.
        ValueError: If `size` is empty or has an axis below 1, or an option is unknown.

    Source: section 3 of the paper and its released CoordConv.py, which this follows in range and radius.
    Differences: the released code has the column first (`order="xy"`); it divides each map by the size of
    the *other* axis, so its maps leave [-1, 1] unless the image is square; and it gives NaN at size 1.
    The paper's text has a radius in pixels, `√((i - h/2)² + (j - w/2)²)`; here, as in the released code, it
    is made of the normalised coordinates.

    >>> coordinate_grid((2, 3))
    tensor([[[-1., -1., -1.],
             [ 1.,  1.,  1.]],
    <BLANKLINE>
            [[-1.,  0.,  1.],
             [-1.,  0.,  1.]]])
    """
    check_options(order, span, anchor)
    if not isinstance(size, Sequence) or not all(isinstance(n, int | torch.SymInt) for n in size):
        raise TypeError(f"coordinate_grid expected size as a sequence of integers such as (64, 64), but got {size!r}.")
    if len(size) == 0 or any(n < 1 for n in size):
        raise ValueError(
            f"coordinate_grid expected a size of one or more axes, each at least 1, but got {tuple(size)}."
        )
    dtype = dtype or torch.get_default_dtype()
    if not dtype.is_floating_point:
        raise TypeError(f"coordinate_grid expected a floating-point dtype, but got {dtype}.")
    return build_grid(size, radius=radius, order=order, span=span, anchor=anchor, dtype=dtype, device=device)


def build_grid(
    size: Sequence[int],
    *,
    radius: bool,
    order: Order,
    span: Span,
    anchor: Anchor,
    dtype: torch.dtype,
    device: torch.device | str | int | None,
) -> Tensor:
    """Build what `coordinate_grid` describes, from arguments already checked."""
    precise = torch.promote_types(dtype, torch.float32)  # half types are rounded once, at the end
    axes = [coordinate_line(n, span, anchor, precise, device) for n in size]
    channels = list(torch.meshgrid(axes, indexing="ij"))
    if order == "xy":
        channels.reverse()
    if radius:
        channels.append(torch.stack(channels).square().sum(dim=0).sqrt())
    return torch.stack(channels).to(dtype)


def coordinate_line(
    n: int, span: Span, anchor: Anchor, dtype: torch.dtype, device: torch.device | str | int | None
) -> Tensor:
    """Return the `n` coordinates of one axis.

    The numerator is a whole number, so each value is rounded once: the axis is its own mirror image, the ends
    are exactly -1 and 1 and the middle is exactly 0, on every device. A lone element has numerator 0.
    """
    numerator = 2 * torch.arange(n, dtype=dtype, device=device) - (n - 1)
    unit = numerator / (n if anchor == "centers" or n == 1 else n - 1)
    low, high = span
    if low == -high:
        return high * unit
    return low * (0.5 - unit / 2) + high * (0.5 + unit / 2)  # unlike middle + half * unit, exact at the ends


def coordinate_channels(rank: int, radius: bool) -> int:
    """Return how many coordinate channels an input with `rank` spatial axes gains."""
    return rank + bool(radius)


def check_options(order: Order, span: Span, anchor: Anchor) -> None:
    """Raise ValueError for an option that `coordinate_grid` does not know."""
    if order not in get_args(Order):
        raise ValueError(f"order must be 'ij' or 'xy', but got {order!r}.")
    if anchor not in get_args(Anchor):
        raise ValueError(f"anchor must be 'corners' or 'centers', but got {anchor!r}.")
    if not _is_span(span):
        raise ValueError(f"span must be two finite numbers, the smaller first, but got {span!r}.")


def _is_span(span: object) -> bool:
    if not isinstance(span, tuple | list) or len(span) != 2:
        return False
    if not all(isinstance(end, int | float) and math.isfinite(end) for end in span):
        return False
    low, high = span
    return bool(low < high)


def describe_options(radius: bool, order: Order, span: Span, anchor: Anchor) -> list[str]:
    """Return the options that differ from the defaults, as they are written in a call."""
    options = [
        ("radius", radius, False),
        ("order", order, "ij"),
        ("span", tuple(span), (-1.0, 1.0)),
        ("anchor", anchor, "corners"),
    ]
    return [f"{name}={value!r}" for name, value, default in options if value != default]
