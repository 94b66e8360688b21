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


@dataclass(frozen=True)
class Fit:
    """The initialisers that one parameter's numbers agree with, and whether its module is known to name PyTorch's."""

    hows: Sequence[How]
    numbers: Numbers
    named: bool

    @property
    def tells(self) -> bool:
        """Return whether the first is known to be it: all numbers are one, it is named, or they are enough to tell."""
        first = self.hows[0][0] if self.hows else ""
        told = first in ("zeros", "ones", "constant") or (first == "pytorch_default" and self.named)
        return told or self.numbers.values.size >= ENOUGH


def choose(network: Network, fits: Mapping[Parameter, Fit]) -> Starts:
    """Choose for the parameters of each kind of layer the initialiser that fits most of them.

    One of few numbers, which many would fit, has the one of its kind or none.
    """
    counts: dict[tuple[str, str], Counter[How]] = {}
    for (place, name), fit in fits.items():
        counter = counts.setdefault((network.layers[place].name, name), Counter())
        if fit.tells:
            counter.update(fit.hows)
    common = {kind: counter.most_common(1)[0][0] for kind, counter in counts.items() if counter}
    by_kind: Initialisers = {}
    own: dict[Parameter, How] = {}
    unknown: list[Parameter] = []
    for (place, name), fit in fits.items():
        kind = network.layers[place].name
        if common.get((kind, name)) in fit.hows:
            by_kind.setdefault(kind, {})[name] = common[kind, name]
        elif fit.hows and fit.tells:
            own[place, name] = fit.hows[0]
        else:  # a lock is complete, so it must name one; the spec says that nobody states it
            own[place, name] = "pytorch_default", PyTorchDefault()
            unknown.append((place, name))
    return Starts(by_kind, own, unknown)
