"""Normalisation."""

from __future__ import annotations

from .call import Call, Operation, Value


def _with_running_statistics(call: Call, layer: str) -> Value:
    return call.sketch.add(
        layer,
        call.x,
        held={name: call[name] for name in ("weight", "bias", "running_mean", "running_var")},
        num_features=call.x.shape[0],
        eps=call["eps"],
        momentum=call["momentum"],
        affine=call["weight"] is not None,
        track_running_stats=call["running_mean"] is not None,
    )


def _batch_norm(call: Call) -> Value:
    return _with_running_statistics(call, "BatchNorm2d" if len(call.x.shape) == 3 else "BatchNorm1d")


def _instance_norm(call: Call) -> Value:
    return _with_running_statistics(call, "InstanceNorm2d")


def _group_norm(call: Call) -> Value:
    return call.sketch.add(
        "GroupNorm",
        call.x,
        held={"weight": call["weight"], "bias": call["bias"]},
        num_groups=call["num_groups"],
        num_channels=call.x.shape[0],
        eps=call["eps"],
        affine=call["weight"] is not None,
    )


def _layer_norm(call: Call) -> Value:
    return call.sketch.add(
        "LayerNorm",
        call.x,
        held={"weight": call["weight"], "bias": call["bias"]},
        normalized_shape=tuple(call["normalized_shape"]),
        eps=call["eps"],
        elementwise_affine=call["weight"] is not None,
        bias=call["bias"] is not None,
    )


OPERATIONS: dict[str, Operation] = {
    "batch_norm": _batch_norm,
    "group_norm": _group_norm,
    "instance_norm": _instance_norm,
    "layer_norm": _layer_norm,
}
