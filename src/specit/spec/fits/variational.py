"""What variational training asks for: an encoder to means and log-variances, and a decoder back to pictures."""

from __future__ import annotations

from collections.abc import Mapping

from specit.errors import SpecItError

from ..data import Data
from ..datasets import Everything
from ..layers.layer import Shape
from ..network import Network
from ..training.variational import DECODER, ENCODER, Variational
from ..tree import Node
from .roles import check_ends_in, check_roles, pictures


def variational_inputs(train: Variational, data: Data | None, tree: Node) -> dict[str, Shape]:
    """Return what each network is given."""
    latent: dict[str, Shape] = {DECODER: (train.settings.latent_size,)}
    return {**latent, ENCODER: pictures(data, "variational", tree)} if data else latent


def check_variational(train: Variational, data: Data | None, networks: Mapping[str, Network], tree: Node) -> None:
    """Refuse what cannot be trained so."""
    check_roles("variational", (ENCODER, DECODER), networks, tree)
    size = train.settings.latent_size
    check_ends_in(ENCODER, networks[ENCODER], (2 * size,), f"{size} means and {size} log-variances")
    if data:
        check_ends_in(DECODER, networks[DECODER], pictures(data, "variational", tree), "a picture like the data's")
        if isinstance(data.split[1], Everything):
            raise SpecItError(
                "The procedure variational measures its bound on test pictures, and the split leaves none.",
                at=tree.at(("data", "split")).mark,
            )
    for name, network in networks.items():
        if not network.parameters:
            raise SpecItError(f"The {name} has no parameters, so nothing can be trained.", at=network.layers[0].mark)
