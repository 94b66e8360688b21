"""The shapes of a file's inputs: as the file states them, or where it leaves sizes open, as they are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specit.errors import SpecItError
from specit.spec.layers import Shape
from specit.spec.layers.layer import show

from .read import File, Port


@dataclass(frozen=True)
class Sizes:
    """Shapes without the batch axis, and the one size of batch that the file takes; None if it takes any."""

    shapes: tuple[Shape, ...]
    batch: int | None


def sizes(file: File, given: Sequence[Shape]) -> Sizes:
    """Return the shapes of a file's inputs; `given` are those of the command line, none or one for each."""
    if not file.inputs:
        raise SpecItError(f"'{file.path}' takes no input, so it is no network.")
    if given and len(given) != len(file.inputs):
        ports = " and ".join(map(str, file.inputs))
        raise SpecItError(f"'{file.path}' takes {len(file.inputs)} inputs, {ports}, and --input gives {len(given)}.")
    for port in file.inputs:
        if not port.is_float32:
            raise SpecItError(
                f"'{file.path}' takes {port}, which is not float32 as the inputs of a spec's networks are."
            )
    shapes = tuple(
        _given(file, port, given[at]) if given else _stated(file, port) for at, port in enumerate(file.inputs)
    )
    batches = {port.axes[0] for port in file.inputs if port.axes and isinstance(port.axes[0], int)}
    if len(batches) > 1:
        ports = " and ".join(map(str, file.inputs))
        raise SpecItError(f"'{file.path}' takes {ports}: their first axes differ, so they are no batch.")
    return Sizes(shapes, next(iter(batches), None))


def _stated(file: File, port: Port) -> Shape:
    open_ = [axis for axis in port.axes[1:] if not isinstance(axis, int)]
    if open_ or not port.axes:
        what = f"leaves sizes open ({', '.join(map(str, open_))})" if open_ else "states no sizes"
        raise SpecItError(
            f"'{file.path}' takes {port}, which {what}, and in a spec every size is stated: give them, the batch "
            "first, as in --input 'float32[1,3,224,224]'."
        )
    if len(port.axes) < 2 or min(n for n in port.axes if isinstance(n, int)) < 1:
        raise SpecItError(
            f"'{file.path}' takes {port}; the first axis is the batch, an example needs one, too, and none is empty."
        )
    return tuple(axis for axis in port.axes[1:] if isinstance(axis, int))


def _given(file: File, port: Port, shape: Shape) -> Shape:
    own = port.axes[1:]
    fits = len(shape) == len(own) and all(not isinstance(n, int) or n == m for n, m in zip(own, shape, strict=True))
    if port.axes and not fits:
        raise SpecItError(f"'{file.path}' takes {port}, and --input gives examples of {show(shape)}.")
    return shape
