"""What adversarial training asks for: a generator of pictures and a discriminator that ends in one number."""

from __future__ import annotations

from collections.abc import Mapping

from specit.errors import SpecItError

from ..data import Data
from ..layers.layer import Shape
from ..network import Network
from ..training.adversarial import DISCRIMINATOR, GENERATOR, Adversarial
from ..tree import Node
from ..unfold import nearest_called
from .roles import check_ends_in, check_roles, pictures


def adversarial_inputs(train: Adversarial, data: Data | None, tree: Node) -> dict[str, Shape]:
    """Return what each network is given."""
    latent: dict[str, Shape] = {GENERATOR: (train.latent[1].size,)}
    return {**latent, DISCRIMINATOR: pictures(data, "adversarial", tree)} if data else latent


def check_adversarial(train: Adversarial, data: Data | None, networks: Mapping[str, Network], tree: Node) -> None:
    """Refuse what cannot be trained so."""
    check_roles("adversarial", (GENERATOR, DISCRIMINATOR), networks, tree)
    if data:
        check_ends_in(GENERATOR, networks[GENERATOR], pictures(data, "adversarial", tree), "a picture like the data's")
    check_ends_in(DISCRIMINATOR, networks[DISCRIMINATOR], (1,), "one logit, for real against made")
    named = networks[DISCRIMINATOR].named
    if train.feature_matching and train.feature_matching.at not in named:
        near = nearest_called(train.feature_matching.at, named)
        raise SpecItError(
            f"No layer of the discriminator is called '{train.feature_matching.at}'; {near}",
            at=tree.at(("train", "adversarial", "feature_matching", "at")).mark,
        )
    for name, network in networks.items():
        if not network.parameters:
            raise SpecItError(f"The {name} has no parameters, so nothing can be trained.", at=network.layers[0].mark)
