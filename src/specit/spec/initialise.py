"""How parameters start: one initialiser for each parameter of each kind of layer."""

from __future__ import annotations

from specit.errors import SpecItError, nearest

from .layers import LAYERS
from .model import Model
from .network import Network
from .tree import Node
from .variant import variant


class Zeros(Model):
    """All zeros."""


class Ones(Model):
    """All ones."""


class HeNormal(Model):
    """A normal distribution of variance 2 / fan-in (He et al. 2015).

    `truncated` draws again outside two standard deviations and widens the distribution to keep that variance,
    as TensorFlow's `he_normal` does. The fan-in is `weight.size(1)` × the kernel's size, which for a transposed
    convolution counts output channels, in TensorFlow as in PyTorch.
    """

    truncated: bool


class PyTorchDefault(Model):
    """What the layer's own `reset_parameters` does: uniform in ±1/√fan-in for convolutions."""


INITIALISERS: dict[str, type[Model]] = {
    "zeros": Zeros,
    "ones": Ones,
    "he_normal": HeNormal,
    "pytorch_default": PyTorchDefault,
}

PARAMETERS = ("weight", "bias")
"""The parameters that layers have; a layer without a bias takes no notice of how it would start."""

Initialisers = dict[str, dict[str, tuple[str, Model]]]
"""Layer name → parameter name → the initialiser's name and arguments."""


def read_initialisers(node: Node | None, networks: dict[str, Network]) -> tuple[Initialisers, list[str]]:
    """Return an initialiser for every parameter the networks hold, and what was left to PyTorch's default.

    What is stated of layers that no network here has is checked and left out.
    """
    said: Initialisers = {}
    for layer, entries in (node.mapping("initialise") if node else {}).items():
        if layer not in LAYERS:
            raise SpecItError(f"Unknown layer '{layer}'; {nearest(layer, LAYERS)}", at=entries.mark)
        for parameter, entry in entries.mapping(f"initialise {layer}").items():
            if parameter not in PARAMETERS:
                near = nearest(parameter, PARAMETERS)
                raise SpecItError(f"{layer} has no parameter '{parameter}'; {near}", at=entry.mark)
        said[layer] = {
            parameter: variant(entry, INITIALISERS, "initialiser")
            for parameter, entry in entries.mapping(f"initialise {layer}").items()
        }
    complete: Initialisers = {}
    left: list[str] = []
    for network in networks.values():
        for placed in network.layers:
            parameters = placed.layer.parameters()
            stated = said.get(placed.name, {})
            for name in parameters:
                if name not in stated and f"initialise.{placed.name}.{name} = pytorch_default" not in left:
                    left.append(f"initialise.{placed.name}.{name} = pytorch_default")
                chosen = stated.get(name, ("pytorch_default", PyTorchDefault()))
                complete.setdefault(placed.name, {})[name] = chosen
    return complete, left
