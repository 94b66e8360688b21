"""Parameter groups: some parameters trained with other arguments of the optimiser than the rest, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from specit.errors import Mark, SpecItError, nearest

from ..model import Model, known_keys, read
from ..network import Network
from ..tree import Node, describe

Parameter = tuple[int, str]
"""A parameter of a network: the place of its layer, and its name there."""

PARAMETER_KINDS: dict[str, str] = {
    "kernels": "the weights of convolutions, as for l2",
    "linear": "the weights of linear layers",
    "biases": "the biases of all layers but normalisation",
    "normalisation": "the weights and biases of normalisation",
    "others": "every other parameter: PReLU's slopes, learned scales, embeddings of positions",
}
_CONVOLUTIONS = ("Conv2d", "ConvTranspose2d", "CoordConv2d", "CoordConvTranspose2d", "LocallyConnected2d")
_NORMALISATION = ("BatchNorm1d", "BatchNorm2d", "GroupNorm", "InstanceNorm2d", "LayerNorm")


@dataclass(frozen=True)
class Group:
    """What some parameters have instead of what all have. `on`: kinds of parameters, or layers by name."""

    on: tuple[str, ...]
    arguments: Mapping[str, Any]
    """The optimiser's arguments that are other ones here."""
    frozen: bool
    mark: Mark

    def stated(self) -> dict[str, Any]:
        """Return the group as plain data."""
        return {"on": list(self.on), **self.arguments, **({"frozen": True} if self.frozen else {})}


def kind_of(layer: str, parameter: str) -> str:
    """Return the kind of a layer's parameter; every parameter is of exactly one.

    >>> kind_of("Conv2d", "weight"), kind_of("Conv2d", "bias"), kind_of("BatchNorm2d", "bias")
    ('kernels', 'biases', 'normalisation')
    """
    if layer in _NORMALISATION:
        return "normalisation"
    if parameter == "bias":
        return "biases"
    if layer in _CONVOLUTIONS:
        return "kernels"
    return "linear" if layer == "Linear" else "others"


def read_groups(node: Node | None, optimizer: tuple[str, Model] | None) -> tuple[Group, ...]:
    """Read a list of groups; none where nothing is stated. Their arguments are those of the `optimizer`."""
    entries = node.sequence("groups") if node and node.value is not None else []
    if node and entries and optimizer is None:
        raise SpecItError("Groups state arguments of an optimiser, and here none is stated.", at=node.mark)
    return tuple(_read_group(entry, *optimizer) for entry in entries if optimizer)


def settings_of(network: Network, groups: Sequence[Group]) -> Iterator[tuple[Parameter, dict[str, Any], bool]]:
    """Yield every parameter of a network with what it has instead of what all have, and whether it is left alone.

    A parameter takes from every group that it belongs to, of later ones over earlier ones.
    """
    for place, placed in enumerate(network.layers):
        for name in placed.parameters:
            mine = [group for group in groups if _names(placed.name, placed.called, name) & set(group.on)]
            arguments = {key: value for group in mine for key, value in group.arguments.items()}
            yield (place, name), arguments, any(group.frozen for group in mine)


def check_groups(groups: Sequence[Group], network: Network) -> None:
    """Refuse a group of something that the network does not have; a kind of which it has none is no mistake."""
    called = {placed.called: placed for placed in network.layers if placed.called}
    named = [name for placed in called.values() for name in _names(placed.name, placed.called, *placed.parameters)]
    for group in groups:
        for name in group.on:
            if name in PARAMETER_KINDS and name in called:
                raise SpecItError(
                    f"groups: '{name}' is a kind of parameter, and a layer is called so too; give it another name.",
                    at=group.mark,
                )
            if name in called and not called[name].parameters:
                raise SpecItError(f"groups: the layer '{name}' has no parameters of its own.", at=group.mark)
            if name not in PARAMETER_KINDS and name not in named:
                known = [*PARAMETER_KINDS, *(layer for layer in called if called[layer].parameters)]
                raise SpecItError(
                    f"groups: '{name}' is neither a kind of parameter nor a layer that carries a name; "
                    f"{nearest(name, known)}",
                    at=group.mark,
                )
    if groups and all(frozen for _, _, frozen in settings_of(network, groups)):
        raise SpecItError("groups: every parameter is frozen, so nothing can be trained.", at=groups[-1].mark)


def _names(layer: str, called: str | None, *parameters: str) -> set[str]:
    """Return everything that a group may call some parameters of a layer."""
    kinds = {kind_of(layer, parameter) for parameter in parameters}
    return kinds | ({called, *(f"{called}.{parameter}" for parameter in parameters)} if called else set())


def _read_group(entry: Node, name: str, optimizer: Model) -> Group:
    what = f"A group of {name}"
    known_keys(entry, ("on", "frozen", *type(optimizer).model_fields), what)
    parts = dict(entry.mapping(what))
    on, frozen = parts.pop("on", None), parts.pop("frozen", None)
    if on is None:
        raise SpecItError(
            f"{what} needs the argument 'on': {', '.join(PARAMETER_KINDS)}, or layers by name.", at=entry.mark
        )
    names = on.value if isinstance(on.value, list) else [on]
    if not names:
        raise SpecItError("groups: 'on' names nothing.", at=on.mark)
    for one in names:
        if not isinstance(one.value, str):
            raise SpecItError(f"groups: 'on' takes names, not {describe(one)}.", at=one.mark)
    if frozen is not None and not isinstance(frozen.value, bool):
        raise SpecItError(f"groups: 'frozen' is true or false, not {describe(frozen)}.", at=frozen.mark)
    still = bool(frozen and frozen.value)
    if still and parts:
        raise SpecItError(f"{what} is frozen, so '{next(iter(parts))}' would change nothing.", at=entry.mark)
    if not still and not parts:
        raise SpecItError(f"{what} states nothing that would be other than for the rest.", at=entry.mark)
    shared = {key: _as_node(value, entry.mark) for key, value in optimizer.model_dump(mode="json").items()}
    made = read(type(optimizer), Node(shared | parts, entry.mark, entry.source), what)
    whole = made.model_dump(mode="json")
    return Group(tuple(str(one.value) for one in names), {key: whole[key] for key in parts}, still, entry.mark)


def _as_node(value: Any, mark: Mark) -> Node:
    return Node([_as_node(item, mark) for item in value] if isinstance(value, list) else value, mark)
