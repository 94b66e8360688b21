"""Which of the network's parameters the groups of an optimiser hold, and what the language calls them."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from torch import nn

from specit.errors import SpecItError
from specit.spec.network import Network
from specit.spec.training.groups import PARAMETER_KINDS, Parameter, kind_of

from ..extracted import Extracted


@dataclass(frozen=True)
class Held:
    """For every group the network's parameters in it, and how many parameters it holds that are none of the network.

    `frozen` are those that no group holds, or that take no gradient.
    """

    groups: Sequence[frozenset[Parameter]]
    strangers: int
    frozen: frozenset[Parameter]


def every_parameter(network: Network) -> frozenset[Parameter]:
    """Return all parameters of a network."""
    return frozenset((place, name) for place, placed in enumerate(network.layers) for name in placed.parameters)


def held_by(groups: Sequence[Sequence[nn.Parameter]], models: Sequence[nn.Module], extracted: Extracted) -> Held | None:
    """Return what each group holds, told by the names that the parameters have in one of the models.

    None: the parameters are of none of these models, and it cannot be told by their shapes.
    """
    network = extracted.network
    everything = every_parameter(network)
    theirs: dict[str, Parameter] = {}
    for ours, name in extracted.origins.items():
        _, place, own = ours.split(".", 2)
        if (int(place), own) in everything:
            theirs[name] = int(place), own
    for model in models:
        named: dict[int, set[str]] = {}
        for name, parameter in inside(model).named_parameters(remove_duplicate=False):
            named.setdefault(id(parameter), set()).add(name)
        if any(id(parameter) in named for group in groups for parameter in group):
            _check_same(inside(model), theirs, network)
            return _by_name(groups, named, theirs, everything)
    return _by_shape(groups, network, everything)


def inside(model: nn.Module) -> nn.Module:
    """Return the model itself, where it is wrapped to be compiled, or to run on several devices."""
    while type(model).__name__ in ("OptimizedModule", "DataParallel", "DistributedDataParallel"):
        model = model._orig_mod if hasattr(model, "_orig_mod") else model.module  # type: ignore[assignment]
    return model


def _by_name(
    groups: Sequence[Sequence[nn.Parameter]],
    named: Mapping[int, Collection[str]],
    theirs: Mapping[str, Parameter],
    everything: frozenset[Parameter],
) -> Held:
    held, strangers = [], 0
    for group in groups:
        found = set()
        for parameter in group:
            known = {theirs[name] for name in named.get(id(parameter), ()) if name in theirs}
            strangers += not known
            if parameter.requires_grad:
                found |= known
        held.append(frozenset(found))
    return Held(held, strangers, everything - frozenset().union(*held))


def _by_shape(
    groups: Sequence[Sequence[nn.Parameter]], network: Network, everything: frozenset[Parameter]
) -> Held | None:
    """Return that one group holds everything, if its parameters have the shapes that the network's have."""
    wanted = sorted(network.layers[place].parameters[name] for place, name in everything)
    if len(groups) == 1 and sorted(tuple(parameter.shape) for parameter in groups[0]) == wanted:
        return Held([everything], 0, frozenset())
    return None


def _check_same(model: nn.Module, theirs: Mapping[str, Parameter], network: Network) -> None:
    known = dict(model.named_parameters(remove_duplicate=False))
    for name, (place, own) in theirs.items():
        wanted = math.prod(network.layers[place].parameters[own])
        if name not in known or known[name].numel() != wanted:
            raise SpecItError(
                f"The setup trains another model than the one that is extracted: there, '{name}' holds {wanted:,} "
                f"numbers, here {f'{known[name].numel():,}' if name in known else 'there is none of that name'}."
            )


def names_for(parameters: frozenset[Parameter], network: Network, called: Mapping[int, str]) -> list[str]:
    """Return the shortest list of kinds and layers that stands for exactly these parameters."""
    kinds: dict[str, set[Parameter]] = {kind: set() for kind in PARAMETER_KINDS}
    for place, name in every_parameter(network):
        kinds[kind_of(network.layers[place].name, name)].add((place, name))
    whole = [kind for kind, members in kinds.items() if members and members <= parameters]
    rest = parameters.difference(*(kinds[kind] for kind in whole))
    by_kind = [*whole, *_layers(rest, network, called)]
    by_layer = list(_layers(parameters, network, called))
    return by_kind if len(by_kind) <= len(by_layer) else by_layer


def _layers(parameters: Collection[Parameter], network: Network, called: Mapping[int, str]) -> Iterator[str]:
    for place in sorted({place for place, _ in parameters}):
        mine = [name for name in network.layers[place].parameters if (place, name) in parameters]
        if len(mine) == len(network.layers[place].parameters):
            yield called[place]
        else:
            yield from (f"{called[place]}.{name}" for name in mine)


def called_layers(extracted: Extracted) -> dict[int, str]:
    """Return a name for every layer with parameters: its own, or the path of its module."""
    network = extracted.network
    taken = {placed.called for placed in network.layers if placed.called} | set(PARAMETER_KINDS)
    names: dict[int, str] = {}
    for place, placed in enumerate(network.layers):
        if not placed.parameters:
            continue
        name = placed.called or re.sub(r"\W+", "_", extracted.paths[place]) or f"{placed.name.lower()}_{place}"
        while not placed.called and name in taken:
            name += "_"
        taken.add(name)
        names[place] = name
    return names


def with_names(extracted: Extracted, names: Collection[str], called: Mapping[int, str]) -> Extracted:
    """Return the same model with those layers named that are spoken of."""
    layers = [
        replace(placed, called=called[place])
        if place in called
        and (called[place] in names or any(f"{called[place]}.{p}" in names for p in placed.parameters))
        else placed
        for place, placed in enumerate(extracted.network.layers)
    ]
    return replace(extracted, network=replace(extracted.network, layers=tuple(layers)))
