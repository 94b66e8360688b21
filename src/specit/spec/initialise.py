"""How parameters start: one initialiser for each parameter of each kind of layer."""

from __future__ import annotations

from specit.errors import SpecItError, nearest

from .initialisers import PARAMETERS, PyTorchDefault, check_fits, read_initialiser
from .layers import LAYERS
from .model import Model
from .network import Network
from .tree import Node

Initialisers = dict[str, dict[str, tuple[str, Model]]]
"""Layer name → parameter name → the initialiser's name and arguments."""


def read_initialisers(node: Node | None, networks: dict[str, Network]) -> tuple[Initialisers, list[str]]:
    """Return an initialiser for every parameter the networks hold, and what was left to PyTorch's default.

    What is stated of layers that no network here has is checked and left out.
    """
    said: dict[str, dict[str, tuple[tuple[str, Model], Node]]] = {}
    for layer, entries in (node.mapping("initialise") if node else {}).items():
        if layer not in LAYERS:
            raise SpecItError(f"Unknown layer '{layer}'; {nearest(layer, LAYERS)}", at=entries.mark)
        for parameter, entry in entries.mapping(f"initialise {layer}").items():
            if parameter not in PARAMETERS:
                near = nearest(parameter, PARAMETERS)
                raise SpecItError(f"{layer} has no parameter '{parameter}'; {near}", at=entry.mark)
            said.setdefault(layer, {})[parameter] = read_initialiser(entry), entry
    complete: Initialisers = {}
    left: list[str] = []
    for network in networks.values():
        for placed in network.layers:
            stated = said.get(placed.name, {})
            for name in placed.parameters:
                if name in placed.initialise:
                    continue
                if name not in stated and f"initialise.{placed.name}.{name} = pytorch_default" not in left:
                    left.append(f"initialise.{placed.name}.{name} = pytorch_default")
                chosen: tuple[str, Model] = ("pytorch_default", PyTorchDefault())
                if name in stated:
                    chosen, entry = stated[name]
                    check_fits(chosen, name, placed.parameters, placed.name, entry)
                complete.setdefault(placed.name, {})[name] = chosen
    return complete, left
