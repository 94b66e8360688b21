"""Activations that exporters write as several nodes."""

from __future__ import annotations

import math
from typing import Any

from ...sketch import Made
from .match import Match, Pattern
from .template import Template, either, op


def _layer(name: str, **arguments: Any) -> Any:
    def draw(match: Match) -> Made | None:
        x = match.made()
        return match.sketch.add(name, x, **arguments) if x else None

    return draw


def _half_of(gate: Template) -> Template:
    """Return ½ · x · gate, in any order."""
    return either(
        op("Mul", op("Mul", "x", gate), 0.5), op("Mul", "x", op("Mul", gate, 0.5)), op("Mul", op("Mul", "x", 0.5), gate)
    )


_BY_ROOT_2 = either(op("Div", "x", math.sqrt(2)), op("Mul", "x", 1 / math.sqrt(2)))
_ERF = op("Add", op("Erf", _BY_ROOT_2), 1.0)
_CUBE = either(op("Pow", "x", 3.0), op("Mul", "x", op("Mul", "x", "x")))
_BENT = op("Mul", op("Add", "x", op("Mul", _CUBE, 0.044715)), math.sqrt(2 / math.pi))
_TANH = op("Add", op("Tanh", _BENT), 1.0)
_TO_SIX = op("Clip", op("Add", "x", 3.0), 0.0, 6.0)
_HARD = op("HardSigmoid", "x", called="gate")
_SQUARE = either(op("Mul", "x", "x"), op("Pow", "x", 2.0))


def _hard_swish(match: Match) -> Made | None:
    x, gate = match.made(), match.node("gate")
    sixth = math.isclose(gate.attributes.get("alpha", 0.2), 1 / 6, rel_tol=1e-6)
    usual = sixth and gate.attributes.get("beta", 0.5) == 0.5
    return match.sketch.add("Hardswish", x) if x and usual else None


PATTERNS = [
    Pattern(_half_of(_ERF), _layer("GELU", approximate="none")),
    Pattern(_half_of(_TANH), _layer("GELU", approximate="tanh")),
    Pattern(op("Mul", "x", op("Sigmoid", "x")), _layer("SiLU")),
    Pattern(op("Mul", "x", _HARD), _hard_swish),
    Pattern(
        either(
            op("Div", op("Mul", "x", _TO_SIX), 6.0),
            op("Mul", op("Mul", "x", _TO_SIX), 1 / 6),
            op("Mul", "x", op("Div", _TO_SIX, 6.0)),
            op("Mul", "x", op("Mul", _TO_SIX, 1 / 6)),
        ),
        _layer("Hardswish"),
    ),
    Pattern(either(op("Div", _TO_SIX, 6.0), op("Mul", _TO_SIX, 1 / 6)), _layer("Hardsigmoid")),
    Pattern(op("Exp", op("Neg", _SQUARE)), _layer("Gaussian")),
]
