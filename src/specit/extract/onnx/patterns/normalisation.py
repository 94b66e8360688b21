"""Normalisation that exporters write as several nodes."""

from __future__ import annotations

import numpy as np

from ...sketch import Made
from ..operators.normalisation import group_norm, layer_norm, without_effect
from ..values import Known
from .match import Match, Pattern
from .template import Template, either, op

_CENTRED = op("Sub", "x", op("ReduceMean", "x", called="mean"))
_SQUARES = either(op("Pow", _CENTRED, 2.0), op("Mul", _CENTRED, _CENTRED))
_DEVIATION = op("Sqrt", op("Add", op("ReduceMean", _SQUARES, called="variance"), "eps"))
_STANDARD = op("Div", _CENTRED, _DEVIATION)
_IN_GROUPS = op("InstanceNormalization", op("Reshape", "x", "groups"), "ones", "zeros", called="norm")
_GROUPED = op("Reshape", _IN_GROUPS, "shape", called="grouped")


def _affine(template: Template) -> Template:
    return op("Add", op("Mul", template, "weight"), "bias")


def _layer_norm(match: Match) -> Made | None:
    x, eps = match.made(), match.number("eps")
    if x is None or eps is None:
        return None
    rank = len(x.shape) + 1
    over = [match.numbers(match.node(name), "axes", 1) for name in ("mean", "variance")]
    axes = sorted(axis % rank for axis in over[0])
    if not axes or over[0] != over[1] or axes != list(range(axes[0], rank)):
        return None
    weight = match.known("weight") if "weight" in match.found else None
    bias = match.known("bias") if "bias" in match.found else None
    if "weight" in match.found and (weight is None or weight.array.ndim == 0):
        return None
    if "bias" in match.found and (bias is None or bias.array.ndim == 0):
        return None
    return layer_norm(match.sketch, x, axes[0], float(str(np.float32(eps))), weight, bias)


def _group_norm(match: Match) -> Made | None:
    x, ones, zeros = match.made(), match.known("ones"), match.known("zeros")
    groups, shape = match.known("groups"), match.known("shape")
    if x is None or ones is None or zeros is None or groups is None or shape is None or not without_effect(ones, zeros):
        return None
    split = [int(n) for n in groups.array]
    back = [match.batch if n == 0 else int(n) for n in shape.array[:1]] + [int(n) for n in shape.array[1:]]
    if len(split) != 3 or split[1] < 1 or x.shape[0] % split[1]:
        return None
    if any(n not in (-1, 0, whole) for n, whole in zip(back, (match.batch, *x.shape), strict=True)):
        return None
    affine = _of_channels(match, x) if "weight" in match.found else None
    if "weight" in match.found and affine is None:
        return None
    eps = match.node("norm").attributes.get("epsilon", 1e-5)
    return group_norm(match.sketch, x, split[1], eps, affine)


def _of_channels(match: Match, x: Made) -> tuple[Known, Known] | None:
    found = []
    for name in ("weight", "bias"):
        known = match.known(name)
        if known is None or known.array.size != x.shape[0] or x.shape[0] not in known.array.shape:
            return None
        if known.array.ndim - known.array.shape.index(x.shape[0]) != len(x.shape):
            return None
        found.append(known)
    return found[0], found[1]


PATTERNS = [
    Pattern(_affine(_STANDARD), _layer_norm),
    Pattern(op("Mul", _STANDARD, "weight"), _layer_norm),
    Pattern(_STANDARD, _layer_norm),
    Pattern(_affine(_GROUPED), _group_norm),
    Pattern(_GROUPED, _group_norm),
]
