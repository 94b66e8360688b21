"""Specs of a few layers, and how far the two frameworks are apart on them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from specit.conform import Comparison, compare
from specit.conform.framework import second_framework
from specit.spec.document import Spec
from specit.spec.layers import LAYERS
from specit.spec.load import parse

Case = tuple[str, dict[str, Any], tuple[int, ...]]
"""A layer, its arguments, and the shape of what it gets."""


def write(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(write, value))}]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)


def of_layer(name: str, arguments: dict[str, Any], shape: tuple[int, ...]) -> Spec:
    """A network of one layer, whose parameters start at random: at 0 or 1, as many do, they would hide slips."""
    stated = ", ".join(f"{key}: {write(value)}" for key, value in arguments.items())
    layer = "Identity: {}" if name == "Input" else f"{name}: {{{stated}}}"
    start = ", ".join(
        f"{parameter}: {{normal: {{mean: 0.5, std: 0.5}}}}" for parameter in LAYERS[name](**arguments).parameters()
    )
    return Spec(
        "one",
        parse(
            "specit: 1\ntitle: One layer\narms:\n  one:\n    network:\n"
            f"      - Input: {{shape: [{', '.join(map(str, shape))}]}}\n"
            f"      - {{{layer}{f', initialise: {{{start}}}' if start else ''}}}\n"
        ),
    )


def compared(name: str, arguments: dict[str, Any], shape: tuple[int, ...]) -> Comparison:
    """Compare a network of one layer."""
    (point,) = of_layer(name, arguments, shape).plan()
    (comparison,) = compare(point.lock)
    return comparison


@contextlib.contextmanager
def planted(table: str, name: str, wrong: Callable[..., Any]) -> Iterator[None]:
    """Put another function in the place of a layer's second implementation: `wrong(the real one, its arguments)`."""
    functions = getattr(second_framework()[0], table)
    real = functions[name]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(functions, name, lambda *given: wrong(real, *given))
        yield
