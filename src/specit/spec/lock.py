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
from typing import Any

from specit.errors import SpecItError

from .datasets import DATASETS, SPLITS, Bernoulli, Fraction, NotSoClevr, Quadrant
from .initialise import Initialisers, read_initialisers
from .layers.layer import show
from .network import Block, Network, read_network
from .training import Supervised, read_training
from .tree import Node
from .variant import completed, stated, variant

FORMAT = 1


@dataclass(frozen=True)
class Lock:
    """A completed experiment, typed, ready to build."""

    dataset: tuple[str, NotSoClevr]
    split: tuple[str, Bernoulli | Fraction | Quadrant]
    networks: dict[str, Network]
    initialisers: Initialisers
    train: tuple[str, Supervised]
    completed: tuple[str, ...]
    """What the spec left to a default: `path = value`."""

    @property
    def parameters(self) -> int:
        """Return how many trainable numbers all networks hold together."""
        return sum(network.parameters for network in self.networks.values())

    def statement(self) -> dict[str, Any]:
        """Return everything that the run depends on, as plain data: what the hash is taken of."""
        return {
            "format": FORMAT,
            "data": {"dataset": stated(*self.dataset), "split": stated(*self.split)},
            "networks": {name: network.stated() for name, network in self.networks.items()},
            "initialise": {
                layer: {name: stated(*how) for name, how in parameters.items()}
                for layer, parameters in self.initialisers.items()
            },
            "train": {self.train[0]: self.train[1].stated()},
        }

    @property
    def id(self) -> str:
        """Return the experiment's identity: the SHA-256 of its canonical statement, in hexadecimal."""
        return hashlib.sha256(canonical(self.statement()).encode()).hexdigest()

    def consequences(self) -> dict[str, Any]:
        """Return what follows from the statement: the shape after every layer, and the parameter counts."""
        return {
            "shapes": {
                name: [f"{placed.name}: {show(placed.shape)}" for placed in network.layers]
                for name, network in self.networks.items()
            },
            "parameters": {name: network.parameters for name, network in self.networks.items()},
        }


def canonical(value: Any) -> str:
    """Return the one JSON text of plain data: keys sorted, no spaces, shortest numbers, no NaN.

    >>> canonical({"b": 1.0, "a": [True, None]})
    '{"a":[true,null],"b":1.0}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def make_lock(tree: Node, blocks: dict[str, Block]) -> Lock:
    """Complete one arm at one point: `tree` holds data, network(s), initialise and train, without choices."""
    parts = tree.mapping("An arm")
    for needed in ("data", "train"):
        if needed not in parts:
            raise SpecItError(f"The section '{needed}' is missing.", at=tree.mark)
    dataset, split = _read_data(parts["data"])
    networks = {
        name: read_network(node, blocks, dataset[1].input_shape) for name, node in _network_nodes(parts, tree).items()
    }
    for name, network in networks.items():
        if network.output != dataset[1].output_shape:
            last = network.layers[-1]
            raise SpecItError(
                f"The network {name} ends in {show(network.output)}, but the data ask for "
                f"{show(dataset[1].output_shape)} ({dataset[0]}, target: {dataset[1].target}).",
                at=last.mark,
            )
    if len(networks) != 1:
        raise SpecItError(f"supervised trains one network, but the arm has {len(networks)}.", at=parts["networks"].mark)
    initialisers, left = read_initialisers(parts.get("initialise"), networks)
    procedure, arguments = read_training(parts["train"])
    _check_micro_batch(arguments, networks, tree)
    defaults = [
        *completed(dataset[1], f"data.{dataset[0]}"),
        *(
            line
            for name, network in networks.items()
            for position, placed in enumerate(network.layers)
            for line in completed(placed.layer, f"{name}[{position}].{placed.name}")
        ),
        *left,
        *arguments.completed(),
    ]
    return Lock(dataset, split, networks, initialisers, (procedure, arguments), tuple(defaults))


def _check_micro_batch(train: Supervised, networks: dict[str, Network], tree: Node) -> None:
    """A micro-batch only saves time and memory, so it may not change what is computed."""
    micro, batch = train.settings.micro_batch, train.settings.batch_size
    mixing = [p.name for network in networks.values() for p in network.layers if p.layer.mixes_examples]
    if micro is not None and micro < batch and mixing:
        raise SpecItError(
            f"A micro_batch of {micro} changes what {mixing[0]} computes, whose statistics are those of the whole "
            f"batch of {batch}; write micro_batch: null.",
            at=tree.at(("train", "supervised", "micro_batch")).mark,
        )


def _read_data(node: Node) -> tuple[tuple[str, NotSoClevr], tuple[str, Bernoulli | Fraction | Quadrant]]:
    parts = dict(node.mapping("data"))
    split = parts.pop("split", None)
    if split is None:
        raise SpecItError("The data state no split: which examples are for training, which for testing?", at=node.mark)
    if len(parts) != 1:
        raise SpecItError(
            f"The data need exactly one data set beside the split; here: {', '.join(parts) or 'none'}.", at=node.mark
        )
    dataset = variant(Node(parts, node.mark, node.source), DATASETS, "data set")
    return dataset, variant(split, SPLITS, "split")


def _network_nodes(parts: dict[str, Node], tree: Node) -> dict[str, Node]:
    if "network" in parts and "networks" in parts:
        raise SpecItError("An arm has either network or networks, not both.", at=parts["network"].mark)
    if "network" in parts:
        return {"network": parts["network"]}
    if "networks" in parts:
        return dict(parts["networks"].mapping("networks"))
    raise SpecItError("The arm has no network.", at=tree.mark)
