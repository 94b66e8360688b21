"""The inputs of a model, as people write them on the command line: `float32[1,3,224,224]`."""

from __future__ import annotations

import re

from specit.errors import SpecItError, nearest
from specit.spec.layers.layer import Shape

EXAMPLE = "float32[1,3,224,224]"
_INPUT = re.compile(r"\s*(?P<dtype>\w+)\s*\[(?P<axes>[^\[\]]*)\]\s*")
_DTYPES = ("float32",)


def read_input(text: str) -> Shape:
    """Return the shape that an input has without its first axis, the batch.

    >>> read_input("float32[1,3,224,224]")
    (3, 224, 224)
    """
    found = _INPUT.fullmatch(text)
    if not found:
        raise SpecItError(f"--input needs a type and the sizes of all axes, such as {EXAMPLE}, not '{text}'.")
    if found["dtype"] not in _DTYPES:
        known = nearest(found["dtype"], _DTYPES)
        raise SpecItError(f"--input {text}: the inputs of a spec's networks are float32, not {found['dtype']}; {known}")
    axes = [axis.strip() for axis in found["axes"].split(",")]
    if not all(axis.isascii() and axis.isdigit() and 0 < int(axis) < 2**31 for axis in axes):
        raise SpecItError(f"--input {text}: every size is a whole number of at least 1, as in {EXAMPLE}.")
    if len(axes) < 2:
        raise SpecItError(f"--input {text}: the first axis is the batch; an example needs one, too, as in {EXAMPLE}.")
    return tuple(int(axis) for axis in axes[1:])
