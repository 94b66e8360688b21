"""Of the initialisers that fit every parameter, the ones that are stated: for each kind of layer one, if it can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from specit.spec.initialise import Initialisers
from specit.spec.initialisers import PyTorchDefault
from specit.spec.network import Network, Placed

from .initialisers import ENOUGH, How, Numbers

Parameter = tuple[int, str]
"""The place of its layer, and its name."""


@dataclass(frozen=True)
class Starts:
    """How parameters start: by kind of layer, those that differ by place, and those that nothing is known of."""

    by_kind: Initialisers
    own: Mapping[Parameter, How]
    unknown: Sequence[Parameter]

    def at_layers(self, network: Network) -> Iterator[Placed]:
        """Yield the layers of a network, each with what is stated of its own parameters."""
        by_place: dict[int, dict[str, How]] = {}
        for (place, name), how in self.own.items():
            by_place.setdefault(place, {})[name] = how
        for place, placed in enumerate(network.layers):
            yield replace(placed, initialise=by_place.get(place, {}))


def choose(network: Network, fits: Mapping[Parameter, Sequence[How]], numbers: Mapping[Parameter, Numbers]) -> Starts:
    """Choose for the parameters of each kind of layer the initialiser that fits most of them.

    One of few numbers, which many would fit, has the one of its kind or none.
    """
    counts: dict[tuple[str, str], Counter[How]] = {}
    for (place, name), hows in fits.items():
        counter = counts.setdefault((network.layers[place].name, name), Counter())
        if _tells(hows, numbers[place, name]):
            counter.update(hows)
    common = {kind: counter.most_common(1)[0][0] for kind, counter in counts.items() if counter}
    by_kind: Initialisers = {}
    own: dict[Parameter, How] = {}
    unknown: list[Parameter] = []
    for (place, name), hows in fits.items():
        kind = network.layers[place].name
        if common.get((kind, name)) in hows:
            by_kind.setdefault(kind, {})[name] = common[kind, name]
        elif hows and _tells(hows, numbers[place, name]):
            own[place, name] = hows[0]
        else:  # a lock is complete, so it must name one; the spec says that nobody states it
            own[place, name] = "pytorch_default", PyTorchDefault()
            unknown.append((place, name))
    return Starts(by_kind, own, unknown)


def _tells(hows: Sequence[How], numbers: Numbers) -> bool:
    """Return whether numbers are enough to tell: if the parameter's module names its start, or it is one number."""
    named = bool(hows) and hows[0][0] in ("pytorch_default", "zeros", "ones", "constant")
    return named or numbers.values.size >= ENOUGH
