"""A lock: one point of a spec with nothing left open. The hash of what it states is the experiment's identity.

What is *stated* (data, split, every layer with every argument, initialisers, training) is hashed. What *follows*
from it (shapes, parameter counts, fingerprints of the data) and what it *ran on* (versions, device) stands beside
it and is not hashed, so that one experiment on two machines stays one experiment; so do titles, claims and the
source of a value, which change nothing that runs.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from specit.errors import Mark, SpecItError

from .blocks import Block
from .data import Data as Data
from .data import read_data
from .datasets import ELSEWHERE, Dataset, Elsewhere, NotSoClevr, Prepared, Split
from .fits import check_fits, input_of
from .initialise import Initialisers, read_initialisers
from .initialisers import RANDOM
from .layers.layer import show
from .network import Network, read_network
from .training import Adversarial, Described, Procedure, Supervised, Untrained, Variational, read_training
from .tree import Node, plain
from .variant import completed, stated

FORMAT = 1

Part = TypeVar("Part")


@dataclass(frozen=True)
class Lock:
    """A completed experiment, typed, ready to build.

    What describes a model alone states no data, or no training; data that SpecIt cannot make are `elsewhere`. All that
    is checked, compared and exported all the same, but asking it for what could be run is a `SpecItError`.
    """

    networks: dict[str, Network]
    initialisers: Initialisers
    data: Data | None
    training: tuple[str, Procedure | Described] | None
    completed: tuple[str, ...]
    """What the spec left to a default: `path = value`."""
    mark: Mark
    elsewhere: Elsewhere | None = None
    """Data that SpecIt cannot make; then `data` is None."""

    @property
    def dataset(self) -> tuple[str, Dataset]:
        """Return the data set."""
        return self._needed(self.data, "data").dataset

    @property
    def labelled(self) -> NotSoClevr:
        """Return the data set, where its examples have inputs and targets."""
        return self._needed(self.data, "data").labelled

    @property
    def from_folder(self) -> Prepared | None:
        """Return what must lie in the data folder, where the data are not made but read."""
        return self.data.dataset[1] if self.data and isinstance(self.data.dataset[1], Prepared) else None

    @property
    def split(self) -> tuple[str, Split]:
        """Return how the data are split."""
        return self._needed(self.data, "data").split

    @property
    def train(self) -> tuple[str, Procedure]:
        """Return how the networks are trained."""
        name, training = self._needed(self.training, "train")
        if isinstance(training, Described):
            raise self._is_elsewhere()
        return name, training

    @property
    def trains(self) -> bool:
        """Return whether running it trains something."""
        training = self.training[1] if self.data and self.training else None
        return isinstance(training, Supervised | Adversarial | Variational) and training.epochs > 0

    def require_all(self) -> None:
        """Refuse a lock that lacks something a run needs."""
        _ = self.dataset, self.train

    def _needed(self, part: Part | None, section: str) -> Part:
        if part is None and section == "data" and self.elsewhere:
            raise self._is_elsewhere()
        if part is None:
            raise SpecItError(f"The section '{section}' is missing; without it nothing can be run.", at=self.mark)
        return part

    def _is_elsewhere(self) -> SpecItError:
        about = f" ({self.elsewhere.about})" if self.elsewhere else ""
        return SpecItError(
            f"The data are elsewhere{about}, where SpecIt cannot get them, so nothing can be run; check, "
            "lock, diff and appendix work all the same.",
            at=self.mark,
        )

    @property
    def parameters(self) -> int:
        """Return how many trainable numbers all networks hold together."""
        return sum(network.parameters for network in self.networks.values())

    @property
    def draws(self) -> bool:
        """Return whether a seed changes anything: training draws batches, and some initialisers draw numbers."""
        placed = [how for network in self.networks.values() for p in network.layers for how in p.initialise.values()]
        starts = [*placed, *(how for layer in self.initialisers.values() for how in layer.values())]
        trained = self.training is not None and not isinstance(self.training[1], Untrained)
        return trained or any(name in RANDOM for name, _ in starts)

    def statement(self) -> dict[str, Any]:
        """Return everything that the run depends on, as plain data: what the hash is taken of."""
        stated_data = self.data and {
            "dataset": {self.data.dataset[0]: self.data.dataset[1].stated()},
            "split": stated(*self.data.split),
        }
        if self.elsewhere:
            stated_data = {"dataset": {ELSEWHERE: self.elsewhere.stated()}}
        return {
            "format": FORMAT,
            **({"data": stated_data} if stated_data else {}),
            "networks": {name: network.stated() for name, network in self.networks.items()},
            "initialise": {
                layer: {name: stated(*how) for name, how in parameters.items()}
                for layer, parameters in self.initialisers.items()
            },
            **({"train": {self.training[0]: self.training[1].stated()}} if self.training else {}),
        }

    @cached_property
    def id(self) -> str:
        """Return the experiment's identity: the SHA-256 of its canonical statement, in hexadecimal."""
        return identity(self.statement())

    def consequences(self) -> dict[str, Any]:
        """Return what follows from the statement: the shape after every layer, and the parameter counts."""
        return {
            "shapes": {
                name: [f"{placed.name}: {show(placed.shape)}" for placed in network.layers]
                for name, network in self.networks.items()
            },
            "parameters": {name: network.parameters for name, network in self.networks.items()},
        }


def identity(statement: dict[str, Any]) -> str:
    """Return the SHA-256 of a statement's canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(statement).encode()).hexdigest()


def canonical(value: Any) -> str:
    """Return the one JSON text of plain data: keys sorted, no spaces, shortest numbers, no NaN.

    >>> canonical({"b": 1.0, "a": [True, None]})
    '{"a":[true,null],"b":1.0}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def make_lock(tree: Node, blocks: dict[str, Block], known: dict[object, Network] | None = None) -> Lock:
    """Complete one arm at one point: `tree` holds data, network(s), initialise and train, without choices.

    `known` keeps networks from one point to the next: most points of a sweep differ in how they are trained alone.
    """
    parts = tree.mapping("An arm")
    stated_data = read_data(parts["data"]) if "data" in parts else None
    data, elsewhere = (None, stated_data) if isinstance(stated_data, Elsewhere) else (stated_data, None)
    training = read_training(parts["train"], described=elsewhere is not None) if "train" in parts else None
    known = {} if known is None else known
    networks = dict[str, Network]()
    for name, node in _network_nodes(parts, tree).items():
        input_shape = input_of(name, training and training[1], data, tree)
        key = (node.mark, canonical(plain(node)), input_shape)
        if key not in known:
            known[key] = read_network(node, blocks, input_shape)
        networks[name] = known[key]
    check_fits(training and training[1], data, networks, tree)
    initialisers, left = read_initialisers(parts.get("initialise"), networks)
    defaults = [
        *(
            line
            for name, network in networks.items()
            for position, placed in enumerate(network.layers)
            for line in completed(placed.layer, f"{name}[{position}].{placed.name}")
        ),
        *left,
        *(completed(elsewhere, f"data.dataset.{ELSEWHERE}") if elsewhere else ()),
        *(training[1].completed() if training else ()),
    ]
    return Lock(networks, initialisers, data, training, tuple(defaults), tree.mark, elsewhere)


def _network_nodes(parts: dict[str, Node], tree: Node) -> dict[str, Node]:
    if "network" in parts and "networks" in parts:
        raise SpecItError("An arm has either network or networks, not both.", at=parts["network"].mark)
    if "network" in parts:
        return {"network": parts["network"]}
    if "networks" in parts:
        return dict(parts["networks"].mapping("networks"))
    raise SpecItError("The arm has no network.", at=tree.mark)
