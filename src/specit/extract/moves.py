"""Layers that only move numbers: another shape, another order of axes, a stretch of an axis, rows and columns."""

from __future__ import annotations

from .sketch import Made, Sketch


def reshaped(sketch: Sketch, x: Made, shape: tuple[int, ...]) -> Made:
    """Draw the layers, `Flatten` and then `Unflatten`, that give an input another shape (without the batch axis)."""
    old = x.shape
    if old == shape:
        return x
    if not old or not shape:
        raise sketch.refuse("makes single numbers of an example, or the other way round")
    first = 0
    while first < min(len(old), len(shape)) - 1 and old[first] == shape[first]:
        first += 1
    last = 0
    while last < min(len(old), len(shape)) - first - 1 and old[-1 - last] == shape[-1 - last]:
        last += 1
    from_, to = old[first : len(old) - last], shape[first : len(shape) - last]
    if len(from_) > 1:
        end = -1 if not last else first + len(from_)
        x = sketch.add("Flatten", x, start_dim=first + 1, end_dim=end)
    if len(to) > 1:
        x = sketch.add("Unflatten", x, dim=first + 1, unflattened_size=to)
    return x


def permuted(sketch: Sketch, x: Made, dims: tuple[int, ...]) -> Made:
    """Draw the axes in another order, counted with the batch axis as 0."""
    return x if dims == tuple(sorted(dims)) else sketch.add("Permute", x, dims=dims)


def cut(sketch: Sketch, batch: int, x: Made, axis: int, start: int, stop: int) -> Made:
    """Draw `x[start:stop]` along an axis."""
    if axis == 0:
        if (start, stop) == (0, batch):
            return x
        raise sketch.refuse("picks some examples of a batch; a network of a spec treats all alike")
    if (start, stop) == (0, x.shape[axis - 1]):
        return x
    return sketch.add("Slice", x, dim=axis, start=start, stop=stop)


def one_of(sketch: Sketch, batch: int, x: Made, axis: int, at: int) -> Made:
    """Draw one place of an axis, which then is gone."""
    made = cut(sketch, batch, x, axis, at, at + 1)
    return reshaped(sketch, made, (*made.shape[: axis - 1], *made.shape[axis:]))


def padded(sketch: Sketch, x: Made, left: int, right: int, top: int, bottom: int) -> Made:
    """Draw zeros around an image; where there are fewer than none of them, a part of the image goes."""
    sides = (left, right, top, bottom)
    if min(sides) < 0:
        off = [max(0, -n) for n in sides]
        x = sketch.add("Crop2d", x, left=off[0], right=off[1], top=off[2], bottom=off[3])
    if max(sides) > 0:
        x = sketch.add("ZeroPad2d", x, padding=tuple(max(0, n) for n in sides))
    return x
