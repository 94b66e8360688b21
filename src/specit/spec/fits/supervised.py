"""What training on labelled examples asks for: one network, from an input to a target, and losses that compare them."""

from __future__ import annotations

from collections.abc import Mapping

from specit.errors import SpecItError, nearest

from ..data import Data
from ..datasets import Everything, NotSoClevr
from ..layers.layer import show
from ..measures import taken
from ..network import Network
from ..training import Described, Supervised, Untrained
from ..training.groups import check_groups
from ..training.losses import LOSSES_FOR
from ..tree import Node
from ..unfold import nearest_called


def check_answer(networks: Mapping[str, Network], data: Data, tree: Node) -> None:
    """Every network must end in what the data ask for."""
    name_of_data, dataset = data.dataset
    if not isinstance(dataset, NotSoClevr):
        raise SpecItError(
            f"The data {name_of_data} are pictures without targets, so no network can answer for them; the procedures "
            "adversarial and variational learn from pictures.",
            at=tree.at(("data",)).mark,
        )
    if isinstance(data.split[1], Everything):
        raise SpecItError("The split leaves no examples for testing.", at=tree.at(("data", "split")).mark)
    for name, network in networks.items():
        if network.output != dataset.output_shape:
            last = network.layers[network.outputs[0]]
            raise SpecItError(
                f"The network {name} ends in {show(network.output)}, but the data ask for "
                f"{show(dataset.output_shape)} ({name_of_data}, target: {dataset.target}).",
                at=last.mark,
            )


def check_supervised(
    train: Supervised | Untrained | Described, data: Data | None, networks: Mapping[str, Network], tree: Node
) -> None:
    """Refuse what cannot be trained, or evaluated, so."""
    (procedure,) = tree.at(("train",)).mapping("train")
    at = tree.at(("train", procedure))
    if len(networks) != 1:
        raise SpecItError(
            f"The procedure {procedure} takes one network, but this arm has {len(networks)}.",
            at=tree.at(("networks",)).mark,
        )
    if data and not isinstance(train, Described):
        _check_losses(train, data.labelled, networks, at)
    if isinstance(train, Supervised | Described):
        for network in networks.values():
            check_groups(train.groups, network)
    if isinstance(train, Supervised):
        for name, network in networks.items():
            if not network.parameters:
                raise SpecItError(
                    f"The network {name} has no parameters, so nothing can be trained; state the procedure untrained.",
                    at=at.mark,
                )
        if data:
            _check_stop(train, data.labelled, at.at(("stop",)))
        _check_micro_batch(train, networks, tree)


def _check_losses(train: Supervised | Untrained, data: NotSoClevr, networks: Mapping[str, Network], node: Node) -> None:
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


def _check_micro_batch(train: Supervised, networks: Mapping[str, Network], tree: Node) -> None:
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
