"""Images made larger or smaller: padding, cropping, interpolation."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from ...moves import padded
from ...sketch import Made
from .call import Call, Drawn, Operator

Sides = tuple[int, int, int, int]


def sides(call: Call) -> Sides:
    """Return what a Pad adds at the left, right, top and bottom of an image; other axes it may not pad."""
    pads, rank = call.whole_numbers("pads", 1) or (), len(call.shape)
    axes = call.whole_numbers("axes", 3) or tuple(range(rank))
    if len(pads) != 2 * len(axes):
        raise call.refuse(f"has {len(pads)} pads for {len(axes)} axes")
    both = {call.counted(axis): (pads[at], pads[at + len(axes)]) for at, axis in enumerate(axes)}
    if rank != 4 or any(any(pad) for axis, pad in both.items() if axis < 2):
        raise call.refuse("pads other axes than an image's rows and columns, for which there is no layer")
    return (*both.get(3, (0, 0)), *both.get(2, (0, 0)))


def _pad(call: Call) -> Drawn:
    value = call.number("value", 2)
    if call.attribute("mode", "constant") != "constant" or value not in (None, 0):
        raise call.refuse("pads with something else than zeros, for which there is no layer but a convolution after it")
    return padded(call.sketch, call.x, *sides(call))


def _resize(call: Call) -> Drawn:
    if call.attribute("antialias", 0) or call.attribute("exclude_outside", 0):
        raise call.refuse("interpolates with antialias or exclude_outside, which the layer Upsample does not")
    if call.attribute("keep_aspect_ratio_policy", "stretch") != "stretch":
        raise call.refuse("keeps the ratio of the sides, which the layer Upsample does not")
    scales, sizes = (2, 3) if call.opset >= 11 else (1, 3)
    return _upsampled(
        call,
        _of_image(call, call.number_list(scales)),
        _of_image(call, call.number_list(sizes)) if call.opset >= 11 else None,
        call.attribute("coordinate_transformation_mode", "half_pixel" if call.opset >= 11 else "asymmetric"),
        call.attribute("nearest_mode", "round_prefer_floor" if call.opset >= 11 else "floor"),
    )


def _upsample(call: Call) -> Drawn:
    scales = tuple(call.attribute("scales", ())) or call.number_list(1)
    return _upsampled(call, _of_image(call, scales), None, "asymmetric", "floor")


def _of_image(call: Call, numbers: tuple[float, ...]) -> tuple[float, float] | None:
    """Return what is said of rows and columns, None where nothing is; other axes must stay as they are."""
    if not numbers:
        return None
    rank = len(call.shape)
    axes = [call.counted(axis) for axis in call.attribute("axes", range(rank))]
    both = dict(zip(axes, numbers, strict=True))
    if rank != 4 or any(both.get(axis, 1) not in (1, call.shape[axis]) for axis in (0, 1)):
        raise call.refuse("resizes other axes than an image's rows and columns, which the layer Upsample does not")
    return both.get(2, 1), both.get(3, 1)


def _upsampled(
    call: Call, scales: tuple[float, float] | None, sizes: tuple[float, float] | None, where: str, nearest: str
) -> Made:
    old = call.x.shape[1:]
    if scales is not None:
        new = tuple(math.floor(n * factor) for n, factor in zip(old, scales, strict=True))
    elif sizes is not None:
        new = tuple(int(n) for n in sizes)
    else:
        raise call.refuse("says neither a size nor a scale")
    mode, align_corners = _mode(call, old, new, scales, where, nearest)
    return call.sketch.add(
        "Upsample",
        call.x,
        size=None if scales else new,
        scale_factor=scales,
        mode=mode,
        align_corners=align_corners,
        recompute_scale_factor=None,
    )


def _mode(
    call: Call, old: tuple[int, ...], new: tuple[int, ...], scales: tuple[float, ...] | None, where: str, nearest: str
) -> tuple[str, bool | None]:
    mode = call.attribute("mode", "nearest")
    if mode == "nearest":
        factors = [Fraction(s) for s in scales] if scales else [Fraction(m, n) for n, m in zip(old, new, strict=True)]
        for name, pick in _PICKS.items():
            if all(
                [pick(i, f, n) for i in range(m)] == [_picked(i, f, n, m, where, nearest) for i in range(m)]
                for n, m, f in zip(old, new, factors, strict=True)
            ):
                return name, None
        raise call.refuse(f"picks the nearest pixels ({where}, {nearest}) as neither nearest nor nearest-exact does")
    smooth = {"linear": "bilinear", "cubic": "bicubic"}.get(mode)
    aligned = where == "align_corners"
    known = aligned or where == "half_pixel" or (where == "pytorch_half_pixel" and min(new) > 1)
    if smooth is None or not known:
        raise call.refuse(f"interpolates with the mode {mode} and centres {where}, which the layer Upsample does not")
    if smooth == "bicubic" and call.attribute("cubic_coeff_a", -0.75) != -0.75:
        raise call.refuse("interpolates with another cubic_coeff_a than -0.75, which the layer Upsample does not")
    return smooth, aligned


def _picked(i: int, factor: Fraction, n: int, m: int, where: str, nearest: str) -> int | None:
    """Return the pixel that ONNX picks of `n` for the place `i` of `m`, None for a way that is not known."""
    match where:
        case "asymmetric":
            x = i / factor
        case "half_pixel" | "pytorch_half_pixel":
            x = (i + Fraction(1, 2)) / factor - Fraction(1, 2) if where == "half_pixel" or m > 1 else Fraction(0)
        case "align_corners":
            x = Fraction(i * (n - 1), m - 1) if m > 1 else Fraction(0)
        case _:
            return None
    rounding: dict[str, Callable[[Fraction], int]] = {
        "floor": math.floor,
        "ceil": math.ceil,
        "round_prefer_floor": lambda x: math.ceil(x - Fraction(1, 2)),
        "round_prefer_ceil": lambda x: math.floor(x + Fraction(1, 2)),
    }
    return min(max(rounding[nearest](x), 0), n - 1) if nearest in rounding else None


_PICKS: dict[str, Callable[[int, Fraction, int], int]] = {
    "nearest": lambda i, factor, n: min(math.floor(i / factor), n - 1),
    "nearest-exact": lambda i, factor, n: min(math.floor((i + Fraction(1, 2)) / factor), n - 1),
}
"""The pixel of n that PyTorch picks for the place i."""

OPERATORS: dict[str, Operator] = {"Pad": _pad, "Resize": _resize, "Upsample": _upsample}
