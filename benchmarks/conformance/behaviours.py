"""The behaviours that are compared, one function each: what it computes of a layer, and whether that is right."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, TypeVar

from torch import Tensor

from benchmarks.conformance import measures
from benchmarks.conformance.implementations import Implementation

Value = TypeVar("Value")


class Cell(NamedTuple):
    """What was computed, and whether it is right; `None` where there is nothing to judge."""

    text: str
    conforms: bool | None = None


NOTHING = Cell("–")
Compute: TypeAlias = Callable[[Implementation], Cell]


@dataclass(frozen=True)
class Behaviour:
    """A row of the table."""

    title: str
    input: str
    right: str
    why: str
    compute: Compute
    only_pytorch: bool  # the restatement of a layer of another framework cannot show it

    def of(self, implementation: Implementation) -> Cell:
        """Return the cell of an implementation."""
        shown = implementation.in_pytorch or not self.only_pytorch
        return self.compute(implementation) if shown else NOTHING


BEHAVIOURS: list[Behaviour] = []


def behaviour(
    title: str, *, input: str, right: str, why: str, only_pytorch: bool = False
) -> Callable[[Compute], Compute]:
    """Add a function as the next row of the table."""

    def add(compute: Compute) -> Compute:
        BEHAVIOURS.append(Behaviour(title, input, right, why, compute, only_pytorch))
        return compute

    return add


@behaviour(
    "Channels",
    input="a layer for one channel, whose outputs are its channels",
    right="any order that is stated",
    why="Nothing in a checkpoint tells the order, and a wrong one raises no error.",
)
def channels(implementation: Implementation) -> Cell:
    return Cell(", ".join(implementation.channels(radius=implementation.has_radius)))


@behaviour(
    "Non-square images",
    input="14 × 6",
    right="y and x from -1 to 1",
    why="A coordinate says how far along its own axis a pixel lies, whatever the length of the other.",
)
def non_square(implementation: Implementation) -> Cell:
    return _spans(implementation.maps((14, 6)), names="yx")


@behaviour(
    "Every size",
    input="the 144 sizes from 1 × 1 to 12 × 12",
    right="0 of them with a coordinate that is NaN or outside [-1, 1]",
    why="The size is the user's business; and a NaN in one map makes every output NaN.",
)
def every_size(implementation: Implementation) -> Cell:
    sizes = [(h, w) for h in range(1, 13) for w in range(1, 13)]
    bad = sum(not all(map(_in_range, implementation.maps(size).values())) for size in sizes)
    return Cell(f"{bad} of {len(sizes)}", bad == 0)


@behaviour(
    "An axis of size 1",
    input="1 × 5, and a layer that returns y",
    right="0",
    why="The only row is as much the first as the last, so it is the middle.",
)
def lone(implementation: Implementation) -> Cell:
    value = implementation.maps((1, 5))["y"][0, 0].item()
    return Cell(_number(value), value == 0)


@behaviour(
    "Radius",
    input="5 × 5",
    right="least in row 2, column 2, and equal in the four corners",
    why="It is the distance from the middle. (Its unit is a choice: √2 in the corners, or 1.)",
)
def radius(implementation: Implementation) -> Cell:
    if not implementation.has_radius:
        return NOTHING
    values = implementation.maps((5, 5), radius=True)["r"]
    least = divmod(int(values.argmin()), 5)
    corners = sorted({_number(value) for value in values[::4, ::4].flatten().tolist()})
    return Cell(f"least at {least}; corners {', '.join(corners)}", least == (2, 2) and len(corners) == 1)


@behaviour(
    "Volumes",
    input="4 × 5 × 6",
    right="z, y and x from -1 to 1",
    why="Three axes are no different from two.",
)
def volumes(implementation: Implementation) -> Cell:
    if not implementation.volume:
        return NOTHING
    return _spans(dict(zip("zyx", implementation.volume((4, 5, 6)), strict=True)), names="zyx")


@behaviour(
    "Half precision",
    input="a layer and an image in float16",
    right="an output in float16",
    why="Whatever `torch.nn.Conv2d` runs in, a layer in its place should run in.",
    only_pytorch=True,
)
def half(implementation: Implementation) -> Cell:
    dtype = _try(measures.dtype_of_half, implementation)
    return Cell(dtype, dtype == "float16")


@behaviour(
    "Neighbours in bfloat16",
    input="2 × 1025, and a kernel that takes 512 times the step of x from one column to the next",
    right="1 everywhere",
    why="x grows by 1/512 a column, and bfloat16 has 8 significant bits: if x is rounded to it and then convolved, "
    "most columns look like their neighbours.",
    only_pytorch=True,
)
def neighbours(implementation: Implementation) -> Cell:
    steps = _try(measures.steps_in_bfloat16, implementation)
    return Cell(steps if isinstance(steps, str) else _span(steps), steps == (1, 1))


@behaviour(
    "Another device",
    input="a layer and an image on the device `meta`",
    right="every tensor made there",
    why="Maps made on the CPU are copied to the accelerator at every call.",
    only_pytorch=True,
)
def device(implementation: Implementation) -> Cell:
    devices = _try(measures.devices_used, implementation)
    return Cell(devices if isinstance(devices, str) else ", ".join(devices), devices == ["meta"])


@behaviour(
    "Grouped convolution",
    input="4 channels in and out, in 2 groups and in 4",
    right="2 of 2 groups and 4 of 4 see the coordinates",
    why="A group that does not see them is a plain convolution; and a depthwise layer should be possible.",
    only_pytorch=True,
)
def groups(implementation: Implementation) -> Cell:
    counts = [2, 4]
    seen = [_try(measures.groups_that_see, implementation, count) for count in counts]
    words = [f"{n} of {count}" if isinstance(n, int) else n for n, count in zip(seen, counts, strict=True)]
    return Cell(", ".join(words), seen == counts)


@behaviour(
    "Dead parameters",
    input="3 channels in, 8 out, a 3 × 3 kernel",
    right="0 numbers without a gradient",
    why="They fill checkpoints, are counted as parameters, and stop distributed training with an error.",
)
def dead(implementation: Implementation) -> Cell:
    found = measures.dead_parameters(implementation)
    return Cell(str(found), found == 0)


@behaviour(
    "Arithmetic",
    input="a batch of 8 of 32 × 32, 16 channels in and out, a 3 × 3 kernel; more than `torch.nn.Conv2d`",
    right="an eighth of what a batch of 1 has more",
    why="The coordinates are the same for every element of the batch.",
)
def arithmetic(implementation: Implementation) -> Cell:
    one, eight = (measures.extra_arithmetic(implementation, batch) for batch in (1, 8))
    return Cell(f"+{100 * eight:.1f} %", math.isclose(eight, one / 8))


@behaviour(
    "Copies of the input",
    input="the same layer and batch",
    right="0 numbers written by concatenation",
    why="To append two channels, all the others are copied, in every call.",
)
def copies(implementation: Implementation) -> Cell:
    numbers = measures.numbers_concatenated(implementation, batch=8)
    return Cell(f"{numbers:,}", numbers == 0)


@behaviour(
    "torch.export",
    input="2 × 3 × 8 × 8 with batch, height and width left open, run at 3 × 3 × 6 × 11",
    right="off by no more than 1e-6",
    why="A program that runs at any size must not hold the coordinates of one.",
    only_pytorch=True,
)
def export(implementation: Implementation) -> Cell:
    error = _try(measures.error_of_exported, implementation)
    if isinstance(error, str):
        return Cell(error, False)
    return Cell("≤ 1e-6" if error <= 1e-6 else f"{error:.2g}", error <= 1e-6)


@behaviour(
    "ONNX",
    input="2 × 3 × 8 × 8; coordconv after `fold`",
    right="one addition and one convolution",
    why="Every runtime has both, and neither copies the input.",
    only_pytorch=True,
)
def onnx(implementation: Implementation) -> Cell:
    found = _try(measures.onnx_operations, implementation)
    return Cell(found if isinstance(found, str) else ", ".join(found), found == ["Add", "Conv"])


def _try(measure: Callable[..., Value], *arguments: object) -> Value | str:
    """Return what is measured, or the name of the error that it ends in."""
    try:
        return measure(*arguments)
    except ImportError:
        raise
    except Exception as error:
        return type(error).__name__


def _in_range(values: Tensor) -> bool:
    return bool((values.abs() <= 1 + 1e-6).all())  # false for NaN


def _spans(maps: dict[str, Tensor], names: str) -> Cell:
    ends = {name: (maps[name].min().item(), maps[name].max().item()) for name in names}
    right = all(math.isclose(low, -1) and math.isclose(high, 1) for low, high in ends.values())
    return Cell(", ".join(f"{name} {_span(pair)}" for name, pair in ends.items()), right)


def _span(ends: tuple[float, float]) -> str:
    return f"[{_number(ends[0])}, {_number(ends[1])}]"


def _number(value: float) -> str:
    return "NaN" if math.isnan(value) else f"{value:.3g}"
