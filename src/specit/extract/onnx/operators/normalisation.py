"""Normalisation, where it is one node."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...sketch import Made, Sketch
from ..values import Known
from .call import Call, Drawn, Operator


def _batch_normalization(call: Call) -> Drawn:
    if call.attribute("training_mode", 0):
        raise call.refuse("normalises with the batch's own mean: the file was exported for training, not for use")
    x = call.x
    if any(call.known(place, "statistic").array.shape != x.shape[:1] for place in (3, 4)):
        raise call.refuse(f"has other statistics than one for each of {x.shape[0]} channels")
    names = ("weight", "bias", "running_mean", "running_var")
    return call.sketch.add(
        "BatchNorm2d" if len(x.shape) == 3 else "BatchNorm1d",
        x,
        held={
            name: replace(call.known(place, name).held(), trained=place < 3)
            for place, name in enumerate(names, start=1)
        },
        num_features=x.shape[0],
        eps=call.attribute("epsilon", 1e-5),
        momentum=float(f"{1 - call.attribute('momentum', 0.9):.6g}"),  # of the new batch, as PyTorch counts
        affine=True,
        track_running_stats=True,
    )


def _instance_normalization(call: Call) -> Drawn:
    scale, shift = call.known(1, "weight"), call.known(2, "bias")
    affine = not without_effect(scale, shift)
    return call.sketch.add(
        "InstanceNorm2d",
        call.x,
        held={"weight": scale.held(), "bias": shift.held()} if affine else {},
        num_features=call.x.shape[0],
        eps=call.attribute("epsilon", 1e-5),
        affine=affine,
        track_running_stats=False,
    )


def without_effect(scale: Known, shift: Known) -> bool:
    """Return whether a factor and a sum leave everything as it is."""
    return bool((scale.array == 1).all() and (shift.array == 0).all())


def layer_norm(sketch: Sketch, x: Made, first: int, eps: float, weight: Known | None, bias: Known | None) -> Made:
    """Draw `LayerNorm` over the axes from `first` on, the batch axis being 0."""
    if first == 0:
        raise sketch.refuse("mixes the examples of a batch; a network of a spec leaves them apart")
    shape = x.shape[first - 1 :]
    held = {
        name: Known(known.name, _of_shape(known.array, shape)).held() if known else None
        for name, known in (("weight", weight), ("bias", bias))
    }
    return sketch.add(
        "LayerNorm",
        x,
        held=held,
        normalized_shape=shape,
        eps=eps,
        elementwise_affine=weight is not None,
        bias=bias is not None,
    )


def _of_shape(array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    return array if array.shape == shape else np.array(np.broadcast_to(array, shape))


def _layer_normalization(call: Call) -> Drawn:
    weight = call.known(1, "weight")
    bias = call.known(2, "bias") if call.at(2) is not None else None
    first, eps = call.counted(call.attribute("axis", -1)), call.attribute("epsilon", 1e-5)
    if bias and without_effect(weight, bias) and not (weight.stored or bias.stored):  # numbers that the node must have
        return layer_norm(call.sketch, call.x, first, eps, None, None)
    return layer_norm(call.sketch, call.x, first, eps, weight, bias)


def group_norm(sketch: Sketch, x: Made, groups: int, eps: float, affine: tuple[Known, Known] | None) -> Made:
    """Draw `GroupNorm`; a weight of one number for a group has it for each of the group's channels."""
    channels = x.shape[0]
    held = {}
    if affine is not None:
        for name, known in zip(("weight", "bias"), affine, strict=True):
            array = known.array.reshape(-1)
            if array.size == groups != channels:
                array = np.repeat(array, channels // groups)
            held[name] = Known(known.name, array).held()
    return sketch.add(
        "GroupNorm", x, held=held, num_groups=groups, num_channels=channels, eps=eps, affine=affine is not None
    )


def _group_normalization(call: Call) -> Drawn:
    affine = call.known(1, "weight"), call.known(2, "bias")
    return group_norm(call.sketch, call.x, call.attribute("num_groups", 1), call.attribute("epsilon", 1e-5), affine)


OPERATORS: dict[str, Operator] = {
    "BatchNormalization": _batch_normalization,
    "GroupNormalization": _group_normalization,
    "InstanceNormalization": _instance_normalization,
    "LayerNormalization": _layer_normalization,
}
