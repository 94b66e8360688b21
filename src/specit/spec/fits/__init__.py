"""Whether networks, data and training fit together: what each procedure asks for, one a file."""

from __future__ import annotations

from collections.abc import Mapping

from ..data import Data
from ..datasets import NotSoClevr
from ..layers.layer import Shape
from ..network import Network
from ..training import Adversarial, Described, Procedure, Variational
from ..tree import Node
from .adversarial import adversarial_inputs, check_adversarial
from .supervised import check_answer, check_supervised
from .variational import check_variational, variational_inputs

Training = Procedure | Described


def input_of(network: str, training: Training | None, data: Data | None, at: Node) -> Shape | None:
    """Return the shape of what a network is given, by its name, or None where only the network itself says it."""
    if isinstance(training, Adversarial):
        return adversarial_inputs(training, data, at).get(network)
    if isinstance(training, Variational):
        return variational_inputs(training, data, at).get(network)
    return data.dataset[1].input_shape if data and isinstance(data.dataset[1], NotSoClevr) else None


def check_fits(training: Training | None, data: Data | None, networks: Mapping[str, Network], tree: Node) -> None:
    """Refuse what does not fit together."""
    if isinstance(training, Adversarial):
        check_adversarial(training, data, networks, tree)
        return
    if isinstance(training, Variational):
        check_variational(training, data, networks, tree)
        return
    if data:
        check_answer(networks, data, tree)
    if training:
        check_supervised(training, data, networks, tree)
