"""Networks that a procedure asks for by name, each with what it is given and what it must make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from specit.errors import SpecItError, nearest

from ..data import Data
from ..layers.layer import Shape, show
from ..network import Network
from ..tree import Node


def pictures(data: Data, procedure: str, at: Node) -> Shape:
    """Return the shape of the data's pictures, (C, H, W)."""
    name, dataset = data.dataset
    shape = dataset.picture_shape
    if shape is None:
        raise SpecItError(
            f"The procedure {procedure} learns from pictures, and these data ({name}) do not give any; write input: "
            "square.",
            at=at.at(("data",)).mark,
        )
    return shape


def check_roles(procedure: str, names: Iterable[str], networks: Mapping[str, Network], tree: Node) -> None:
    """Refuse networks that the procedure does not know, and ask for those that are missing."""
    known = list(names)
    for name, network in networks.items():
        if name not in known:
            raise SpecItError(
                f"The procedure {procedure} asks for no network '{name}'; {nearest(name, known)}",
                at=network.layers[0].mark,
            )
    for name in known:
        if name not in networks:
            raise SpecItError(
                f"The procedure {procedure} asks for the networks {' and '.join(known)} (networks: ...), and the "
                f"{name} is missing.",
                at=tree.mark,
            )


def check_ends_in(name: str, network: Network, wanted: Shape, why: str) -> None:
    """Refuse a network that does not end in a shape; `why` says what it is."""
    if network.output != wanted or len(network.outputs) != 1:
        raise SpecItError(
            f"The {name} ends in {show(network.output)}, and must end in {show(wanted)}: {why}.",
            at=network.layers[network.outputs[0]].mark,
        )
