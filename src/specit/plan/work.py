"""How many operations a network takes, from its shapes alone."""

from __future__ import annotations

import math

from specit.spec.network import Network, Placed


def flop_of_an_example(network: Network) -> int:
    """Return the floating-point operations of one example in training: two a multiply-add, in the layers with weights.

    The output, the gradient by the weights and the gradient by the input count alike. What is cheaper as it is built (a
    vector tiled over a canvas, coordinates) counts as if it were not.

    >>> from specit.studies import find
    >>> lock = find("coordconv/regression").plan("full", arms=["conv_dense"])[0].lock
    >>> flop_of_an_example(lock.networks["network"])
    22512384
    """
    layers = network.layers
    return 6 * sum(_multiply_adds(placed, [layers[at] for at in placed.takes]) for placed in layers)


def _multiply_adds(placed: Placed, taken: list[Placed]) -> int:
    weight = placed.layer.parameters().get("weight")
    if weight is None:
        return 0
    name = placed.name
    if name == "LocallyConnected2d":  # has a weight for every place
        return math.prod(weight)
    if "Transpose" in name:
        return math.prod(weight) * math.prod(taken[0].shape[1:])
    if "Conv" in name:
        return math.prod(weight) * math.prod(placed.shape[1:])
    if name == "Linear":
        return math.prod(weight) * math.prod(placed.shape[:-1])
    return 0  # norms and scales: an operation a number, which is nothing beside these
