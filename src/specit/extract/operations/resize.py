"""Images made larger or smaller: padding, cropping, interpolation."""

from __future__ import annotations

from ..moves import padded
from .call import Call, Operation, Value


def _pad(call: Call) -> Value:
    if call.given.get("mode", "constant") != "constant" or call["value"] not in (None, 0):
        raise call.sketch.refuse("pads with something else than zeros, for which there is no layer")
    sides = [*call["pad"], 0, 0, 0, 0]
    if any(sides[4:]) or len(call.x.shape) != 3:
        raise call.sketch.refuse("pads other axes than an image's rows and columns, for which there is no layer")
    left, right, top, bottom = sides[:4]
    return padded(call.sketch, call.x, left, right, top, bottom)


def _upsample(mode: str) -> Operation:
    def draw(call: Call) -> Value:
        size, factors = call["output_size"], call["scale_factors"]
        return call.sketch.add(
            "Upsample",
            call.x,
            size=tuple(size) if size else None,
            scale_factor=tuple(factors) if factors and not size else None,
            mode=mode,
            align_corners=call.given.get("align_corners"),
            recompute_scale_factor=None,
        )

    return draw


OPERATIONS: dict[str, Operation] = {
    "_upsample_nearest_exact2d": _upsample("nearest-exact"),
    "constant_pad_nd": _pad,
    "pad": _pad,
    "upsample_bicubic2d": _upsample("bicubic"),
    "upsample_bilinear2d": _upsample("bilinear"),
    "upsample_nearest2d": _upsample("nearest"),
}
