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
from typing import Any, NamedTuple, TypeVar

from specit.errors import Mark, SpecItError, nearest

from .blocks import Block
from .datasets import DATASETS, ELSEWHERE, SPLITS, Elsewhere, NotSoClevr, Split
from .fingerprint import Fingerprint, read_fingerprint
from .initialise import Initialisers, read_initialisers
from .initialisers import RANDOM
from .layers.layer import show
from .measures import taken
from .model import read
from .network import Network, read_network
from .training import Described, Procedure, Supervised, read_training
from .training.groups import check_groups
from .training.losses import LOSSES_FOR
from .tree import Node, plain
from .unfold import nearest_called
from .variant import completed, stated, variant

FORMAT = 1

Part = TypeVar("Part")


class Data(NamedTuple):
    """A data set and how it is split, each by name with its arguments."""

    dataset: tuple[str, NotSoClevr]
    split: tuple[str, Split]
    fingerprint: Fingerprint | None = None
    """What the examples must have, where the spec states it. It guards what is made and is not hashed."""


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
    def dataset(self) -> tuple[str, NotSoClevr]:
        """Return the data set."""
        return self._needed(self.data, "data").dataset

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
        return isinstance(training, Supervised) and training.epochs > 0

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
        trained = self.training is not None and isinstance(self.training[1], Supervised | Described)
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
    stated_data = _read_data(parts["data"]) if "data" in parts else None
    data, elsewhere = (None, stated_data) if isinstance(stated_data, Elsewhere) else (stated_data, None)
    input_shape = data.dataset[1].input_shape if data else None
    known = {} if known is None else known
    networks = dict[str, Network]()
    for name, node in _network_nodes(parts, tree).items():
        key = (node.mark, canonical(plain(node)), input_shape)
        if key not in known:
            known[key] = read_network(node, blocks, input_shape)
        networks[name] = known[key]
    if data:
        _check_output(networks, data)
    initialisers, left = read_initialisers(parts.get("initialise"), networks)
    training = read_training(parts["train"], described=elsewhere is not None) if "train" in parts else None
    if training:
        _check_training(training, data, networks, tree)
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


def _check_output(networks: dict[str, Network], data: Data) -> None:
    """Every network must end in what the data ask for."""
    name_of_data, dataset = data.dataset
    for name, network in networks.items():
        if network.output != dataset.output_shape:
            last = network.layers[network.outputs[0]]
            raise SpecItError(
                f"The network {name} ends in {show(network.output)}, but the data ask for "
                f"{show(dataset.output_shape)} ({name_of_data}, target: {dataset.target}).",
                at=last.mark,
            )


def _check_training(
    training: tuple[str, Procedure | Described], data: Data | None, networks: dict[str, Network], tree: Node
) -> None:
    """The procedure must fit the networks and the data."""
    procedure, arguments = training
    at = tree.at(("train", procedure))
    if len(networks) != 1:
        raise SpecItError(
            f"The procedure {procedure} takes one network, but this arm has {len(networks)}.",
            at=tree.at(("networks",)).mark,
        )
    if data and not isinstance(arguments, Described):
        _check_losses(arguments, data.dataset[1], networks, at)
    if isinstance(arguments, Supervised | Described):
        for network in networks.values():
            check_groups(arguments.groups, network)
    if isinstance(arguments, Supervised):
        for name, network in networks.items():
            if not network.parameters:
                raise SpecItError(
                    f"The network {name} has no parameters, so nothing can be trained; state the procedure untrained.",
                    at=at.mark,
                )
        if data:
            _check_stop(arguments, data.dataset[1], at.at(("stop",)))
        _check_micro_batch(arguments, networks, tree)


def _check_losses(train: Procedure, data: NotSoClevr, networks: dict[str, Network], node: Node) -> None:
    """Every loss must be able to compare what the network makes with what it is compared with."""
    (network,) = networks.values()
    _check_loss(train.loss[0], data.target, node.at(("loss",)))
    for place, between in enumerate(train.intermediate_losses if isinstance(train, Supervised) else ()):
        at, target = node.at(("intermediate_losses", place)), between.settings.target
        if between.settings.at not in network.named:
            near = nearest_called(between.settings.at, network.named)
            raise SpecItError(f"No layer is called '{between.settings.at}'; {near}", at=at.mark)
        made, wanted = network.named[between.settings.at], data.shape_of(target)
        if made != wanted:
            raise SpecItError(
                f"The layer '{between.settings.at}' makes {show(made)}, but the target {target} is {show(wanted)}.",
                at=at.mark,
            )
        if target == "coordinates" and data.coordinates is None:
            raise SpecItError("The data do not state how coordinates are written ('coordinates').", at=at.mark)
        if target == "square" and data.brightness is None:
            raise SpecItError(
                "Only data whose input or target is the square state its brightness, and these have neither, so no "
                "layer can be compared with it.",
                at=at.mark,
            )
        _check_loss(between.loss[0], target, at)


def _check_loss(loss: str, target: str, node: Node) -> None:
    if loss not in LOSSES_FOR[target]:
        raise SpecItError(
            f"The loss {loss} cannot compare an output with the target {target}; it may be "
            f"{' or '.join(LOSSES_FOR[target])}.",
            at=node.mark,
        )


def _check_stop(train: Supervised, data: NotSoClevr, node: Node) -> None:
    """Training cannot end at a measure that is never taken."""
    known = [
        "train_loss",
        *(f"{part}_{name}" for part in ("train", "test") for name in taken(data.target, train.loss[0])),
    ]
    for name in train.settings.stop or {}:
        if name not in known:
            raise SpecItError(
                f"Training cannot end at {name}, which is not measured where the target is {data.target} and the loss "
                f"{train.loss[0]}; {nearest(name, known)}",
                at=node.at((name,)).mark,
            )


def _check_micro_batch(train: Supervised, networks: dict[str, Network], tree: Node) -> None:
    """A micro-batch only saves time and memory, so it may not change what is computed."""
    micro, batch = train.settings.micro_batch, train.settings.batch_size
    placed = [p for network in networks.values() for p in network.layers]
    mixing = [p.name for p in placed if p.layer.mixes_examples]
    drawing = [p.name for p in placed if p.layer.draws]
    at = tree.at(("train", "supervised", "micro_batch")).mark
    if micro is not None and drawing:
        raise SpecItError(
            f"With micro-batches, what {drawing[0]} draws depends on what goes side by side; write micro_batch: null.",
            at=at,
        )
    if micro is not None and micro < batch and mixing:
        raise SpecItError(
            f"A micro_batch of {micro} changes what {mixing[0]} computes, whose statistics are those of the whole "
            f"batch of {batch}; write micro_batch: null.",
            at=at,
        )


def _read_data(node: Node) -> Data | Elsewhere:
    parts = dict(node.mapping("data"))
    split, fingerprint = parts.pop("split", None), parts.pop("fingerprint", None)
    if list(parts) == [ELSEWHERE]:
        if fingerprint is not None:
            raise SpecItError(
                f"Data that are elsewhere state their fingerprint among the rest: {ELSEWHERE}: {{fingerprint: ...}}.",
                at=fingerprint.mark,
            )
        if split is not None:
            raise SpecItError("Data that are elsewhere have no split that SpecIt could make.", at=split.mark)
        return read(Elsewhere, parts[ELSEWHERE], ELSEWHERE)
    if split is None:
        raise SpecItError("The data state no split: which examples are for training, which for testing?", at=node.mark)
    if len(parts) != 1:
        raise SpecItError(
            f"The data need exactly one data set beside the split; here: {', '.join(parts) or 'none'}.", at=node.mark
        )
    (name,) = parts
    if name not in DATASETS:
        near = nearest(name, [*DATASETS, ELSEWHERE])
        raise SpecItError(f"Unknown data set '{name}'; {near}", at=parts[name].mark)
    dataset = variant(Node(parts, node.mark, node.source), DATASETS, "data set")
    return Data(dataset, variant(split, SPLITS, "split"), read_fingerprint(fingerprint))


def _network_nodes(parts: dict[str, Node], tree: Node) -> dict[str, Node]:
    if "network" in parts and "networks" in parts:
        raise SpecItError("An arm has either network or networks, not both.", at=parts["network"].mark)
    if "network" in parts:
        return {"network": parts["network"]}
    if "networks" in parts:
        return dict(parts["networks"].mapping("networks"))
    raise SpecItError("The arm has no network.", at=tree.mark)
