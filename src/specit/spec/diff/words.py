"""How differences are told: in the words of somebody who reads the paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..layers import LAYERS
from ..origins import Path
from ..tree import Source
from .difference import Said

KINDS = {
    "BatchNorm2d": "batch norm",
    "Conv2d": "convolution",
    "ConvTranspose2d": "transposed convolution",
    "Linear": "linear layer",
    "LocallyConnected2d": "locally connected layer",
}
ARGUMENTS = {
    "eps": "ε",
    "lr": "learning rate",
    "l2": "L2",
    "in_channels": "input channels",
    "out_channels": "output channels",
    "in_features": "input numbers",
    "out_features": "output numbers",
    "num_features": "channels",
    "affine": "own scale and shift",
    "initialise": "start of",
    "not_so_clevr": "Not-so-Clevr",
}
SLOTS = ("loss", "optimizer", "schedule", "dataset", "split")
"""Where a variant stands: what it is called says more than what it is for."""


def kind(name: str) -> str:
    """Return what a layer is called.

    >>> kind("BatchNorm2d"), kind("ReLU")
    ('batch norm', 'ReLU')
    """
    return KINDS.get(name, name)


def argument(name: str) -> str:
    """Return what an argument is called.

    >>> argument("eps"), argument("kernel_size"), argument("initialise.weight")
    ('ε', 'kernel size', 'start of weight')
    """
    return " ".join(ARGUMENTS.get(part, part.replace("_", " ")) for part in name.split("."))


def setting(path: Path) -> str:
    """Return what a value of the data or the training is called.

    >>> setting(("train", "supervised", "optimizer", "Adam", "lr"))
    'Adam learning rate'
    >>> setting(("data", "split")), setting(("train", "supervised", "batch_size"))
    ('split', 'batch size')
    """
    steps = [str(step) for step in path[1:]]
    if path[0] == "train" and len(steps) > 1:
        steps = steps[1:]
    if steps[0] in SLOTS and len(steps) > 2:
        steps = steps[1:] if steps[0] != "split" else ["split", *steps[2:]]
    return " ".join(argument(step) for step in steps)


def show(value: Any) -> str:
    """Write a value as a spec does, and a variant with its arguments.

    >>> show([3, 3]), show(None), show({"he_normal": {"truncated": True}})
    ('[3, 3]', 'none', 'he_normal (truncated true)')
    """
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case dict() if len(value) == 1 and isinstance(next(iter(value.values())), dict):
            ((name, arguments),) = value.items()
            return f"{name} ({show(arguments)})" if arguments else str(name)
        case dict():
            return ", ".join(f"{name} {show(child)}" for name, child in value.items())
        case list() | tuple():
            return "[" + ", ".join(show(child) for child in value) + "]"
    return str(value)


def default_of(path: Path, layer: str | None = None) -> str:
    """Return whose default completes a value: "PyTorch's default"."""
    if layer and path[0] == "networks" and (LAYERS[layer].torch_name or "").startswith("coordconv."):
        return "coordconv's default"
    torchs = path[0] in ("networks", "initialise") or len(path) > 3
    return "PyTorch's default" if torchs else "the default"


def said(side: str, what: Said, default: str) -> str:
    """Return what one side says of a value, as a clause."""
    value = show(what.value)
    match what.source:
        case "absent":
            return f"{side} has none"
        case "silent":
            return f"{side} does not say: {default} {value}"
        case "unstated" if what.value is None:
            return f"{side} leaves it open"
        case "unstated":
            return f"{side} leaves open which, and here takes {value}"
        case "unknown":
            return f"{side} has {value}"
    return f"{side} states {value} ({Source(what.source).says})"


def sentence(what: str, a: Said, b: Said, default: str) -> str:
    """Return the whole sentence."""
    return f"{what}: {said('A', a, default)}, {said('B', b, default)}."


def ordinal(number: int) -> str:
    """Return a number that counts.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 22)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 <= number % 100 <= 20 else ending}"


def which(numbers: Sequence[int], total: int) -> str:
    """Return which of several layers of a kind are meant.

    >>> which([1], 1), which([1, 2], 2), which([2], 5), which([1, 3], 5), which([1, 2, 3, 4, 5], 9)
    ('', 'all 2', 'the 2nd of 5', 'the 1st and 3rd of 5', '5 of 9')
    """
    if len(numbers) == total:
        return "" if total == 1 else f"all {total}"
    if len(numbers) > 4:
        return f"{len(numbers)} of {total}"
    listed = [ordinal(number) for number in numbers]
    return f"the {' and '.join(filter(None, [', '.join(listed[:-1]), listed[-1]]))} of {total}"
