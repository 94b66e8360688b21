"""Normalisation by Keras's own layers: in training, in evaluation, and what is kept in between."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from keras import layers, ops

from .of_keras import call, state_after

Weights = Mapping[str, Any]
Kept = Mapping[str, Any]
"""Running averages: `running_mean`, `running_var`, and of how many batches, `num_batches_tracked`."""


def batch_norm(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.BatchNorm1d` and `2d` in training: ε is added to the variance, which is divided by the count."""
    unused = [ops.zeros(x.shape[1]), ops.ones(x.shape[1])]
    return call(_batch_norm(layer), x, _affine(weights), unused, training=True)


def batch_norm_in_evaluation(layer: Any, weights: Weights, x: Any) -> Any:
    """The same with the running averages in place of the batch's, where they are kept."""
    if not layer.track_running_stats:
        return batch_norm(layer, weights, x)
    kept = [weights["running_mean"], weights["running_var"]]
    return call(_batch_norm(layer), x, _affine(weights), kept, training=False)


def batch_norm_kept(layer: Any, kept: Kept, x: Any) -> dict[str, Any]:
    """Return the running averages after one more batch.

    Keras's momentum is the share of what was: one minus ours. A momentum of null weighs all batches alike.
    """
    batches = kept["num_batches_tracked"] + 1
    after = _blend(layer, 0.0 if layer.momentum is None else 1.0 - layer.momentum, kept, x)
    if layer.momentum is None:
        after = {name: kept[name] + (new - kept[name]) / batches for name, new in after.items()}
    return {**after, "num_batches_tracked": batches}


def instance_norm(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.InstanceNorm2d` in training: group norm with a group for every channel."""
    return _grouped(layer, x.shape[1], weights, x)


def instance_norm_in_evaluation(layer: Any, weights: Weights, x: Any) -> Any:
    """The same with the running averages in place of the example's own, where they are kept."""
    return (
        batch_norm_in_evaluation(layer, weights, x) if layer.track_running_stats else instance_norm(layer, weights, x)
    )


def instance_norm_kept(layer: Any, kept: Kept, x: Any) -> dict[str, Any]:
    """Return the running averages after one more batch: the mean of what each example by itself would make of them.

    With a momentum of null PyTorch leaves them as they are.
    """
    share = 1.0 if layer.momentum is None else 1.0 - layer.momentum
    each = [_blend(layer, share, kept, x[i : i + 1]) for i in range(x.shape[0])]
    after = {name: sum(one[name] for one in each) / len(each) for name in each[0]}
    return {**after, "num_batches_tracked": kept["num_batches_tracked"] + 1}


def group_norm(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.GroupNorm`."""
    return _grouped(layer, layer.num_groups, weights, x)


def layer_norm(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.LayerNorm`."""
    axes = list(range(len(x.shape) - len(layer.normalized_shape), len(x.shape)))
    center = layer.elementwise_affine and layer.bias
    normal = layers.LayerNormalization(axis=axes, epsilon=layer.eps, center=center, scale=layer.elementwise_affine)
    return call(normal, x, _affine(weights))


def _grouped(layer: Any, groups: int, weights: Weights, x: Any) -> Any:
    normal = layers.GroupNormalization(groups, axis=1, epsilon=layer.eps, center=layer.affine, scale=layer.affine)
    return call(normal, x, _affine(weights))


def _batch_norm(layer: Any, share: float = 0.5) -> Any:
    return layers.BatchNormalization(axis=1, momentum=share, epsilon=layer.eps, center=layer.affine, scale=layer.affine)


def _affine(weights: Weights) -> list[Any]:
    """Return γ, then β, as Keras orders them, where there are any."""
    return [weights[name] for name in ("weight", "bias") if name in weights]


def _blend(layer: Any, share: float, kept: Kept, x: Any) -> dict[str, Any]:
    """Return `share` of the averages as they were, and for the rest the batch's.

    Keras divides the batch's variance by the count n. The spec means n - 1, as PyTorch does, so what the batch adds to
    the variance is n / (n - 1) times Keras's.
    """
    values = math.prod(x.shape) // x.shape[1]
    ones = [ops.ones(x.shape[1]), ops.zeros(x.shape[1])] if layer.affine else []
    mean, variance = state_after(_batch_norm(layer, share), x, ones, [kept["running_mean"], kept["running_var"]])
    before = share * kept["running_var"]
    return {"running_mean": mean, "running_var": before + (variance - before) * values / (values - 1)}
