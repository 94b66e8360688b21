"""S201 and S202: tasks that no weights solve, because the output cannot see what the answer depends on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from specit.errors import Mark
from specit.spec.claims import NoConfiguration
from specit.spec.datasets import NotSoClevr
from specit.spec.document import Point, Spec
from specit.spec.lock import Lock
from specit.spec.network import Network, Placed
from specit.spec.training import Supervised

from .answers import seen, unknowable
from .dependence import Sees, what_is_seen
from .dependence.rules import ELEMENTWISE
from .finding import Finding
from .scope import in_common, marked_claims, points_of

POINTWISE = frozenset(
    (*ELEMENTWISE, "AddCoords", "BatchNorm1d", "BatchNorm2d", "Flatten", "FourierFeatures", "FourierFeatures2d",
     "Permute", "PositionEmbedding2d", "Scale", "Unflatten")
)  # fmt: skip
"""Layers that bring nothing together from different places: the search for the layer to name goes past them."""


@dataclass(frozen=True)
class Unanswered:
    """What a network cannot answer: in words, and the layer after which nothing is brought together any more."""

    says: str
    layer: int


def unanswered(lock: Lock) -> Unanswered | None:
    """Return what keeps the network of a lock from its task, or None if nothing does."""
    if not lock.data or len(lock.networks) != 1:
        return None
    (network,) = lock.networks.values()
    if len(network.inputs) != 1:
        return None
    asked = [(network.outputs[0], lock.labelled.target)]
    if lock.training and isinstance(lock.training[1], Supervised):
        called = {placed.called: place for place, placed in enumerate(network.layers) if placed.called}
        asked += [(called[b.settings.at], b.settings.target) for b in lock.training[1].intermediate_losses]
    return _of(_Task(network, lock.labelled, tuple(asked)))


class _Task:
    """A network and what is asked of it; networks of the same layers are the same, wherever they stand."""

    def __init__(self, network: Network, data: NotSoClevr, asked: tuple[tuple[int, str], ...]) -> None:
        self.network, self.data, self.asked = network, data, asked
        self._key = (_layers(network), network.outputs, data, asked)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Task) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key[2:])


def _layers(network: Network) -> tuple[object, ...]:
    return tuple((placed.name, placed.layer, placed.takes) for placed in network.layers)


@lru_cache(maxsize=256)
def _of(task: _Task) -> Unanswered | None:
    found = what_is_seen(task.network, {place for place, _ in task.asked})
    for place, target in task.asked:
        cannot = unknowable(task.data, target, found[place])
        if cannot.any():
            says = _sentence(task.data, target, found[place], np.flatnonzero(cannot), len(cannot))
            return Unanswered(says, _last_meeting(task.network, place))
    return None


def reachability(spec: Spec) -> Iterator[Finding]:
    """Yield one finding for every network of every arm that cannot do its task."""
    groups: dict[tuple[str, Unanswered, Mark], list[Point]] = {}
    for point in spec.every_point:
        if cannot := unanswered(point.lock):
            (network,) = point.lock.networks.values()
            groups.setdefault((point.arm, cannot, network.layers[cannot.layer].mark), []).append(point)
    for (arm, cannot, mark), points in groups.items():
        (network,) = points[0].lock.networks.values()
        where = in_common(points, [point for point in spec.every_point if point.arm == arm])
        under = f" with {', '.join(f'{axis}={option}' for axis, option in where.items())}" if where else ""
        name = network.layers[cannot.layer].name
        claimed = _claimed(spec, points)
        says = (
            f"The arm '{arm}'{under} cannot do its task, whatever its weights: {cannot.says}; after this {name}, "
            "nothing brings more of the input together"
        )
        if claimed:
            yield Finding("S202", f"{says}. The claim '{claimed}' says so.", mark, {"arm": arm, **where})
        else:
            yield Finding("S201", f"{says}.", mark, {"arm": arm, **where})


def _claimed(spec: Spec, points: Sequence[Point]) -> str | None:
    """Return a claim that nothing succeeds at some of these points."""
    for claim, _ in marked_claims(spec):
        if isinstance(claim, NoConfiguration) and points_of(claim, points):
            return claim.id
    return None


def _sentence(data: NotSoClevr, target: str, sees: Sees, cannot: NDArray[np.int64], of: int) -> str:
    if target == "coordinates":
        number = int(cannot[0])
        which = f"the output's {'xy'[number]}"
    else:
        height, width = data.canvas
        from_the_middle = np.abs(cannot % width - width // 2) + np.abs(cannot // width - height // 2)
        number = int(cannot[from_the_middle.argmin()])
        which = f"output pixel (x {number % width}, y {number // width})"
    visible = seen(sees, number)
    if data.input in ("coordinates", "latent"):
        known = [name for name, one in zip("xy", visible, strict=False) if one]
        sight = f"sees {known[0]} and not {'xy'.replace(known[0], '')}" if known else "sees neither x nor y"
    else:
        sight = f"sees {visible.sum():,} of the {len(visible):,} input pixels"
    others = f" ({len(cannot):,} of {of:,} numbers of the output are so)" if len(cannot) > 1 else ""
    return f"{which} {sight}, and places that look alike to it have different answers{others}"


def _last_meeting(network: Network, place: int) -> int:
    """Return the last layer on the way to `place` that brings numbers from different places together."""
    while network.layers[place].takes:
        placed = network.layers[place]
        if not _pointwise(placed) or len(placed.takes) > 1:
            break
        place = placed.takes[0]
    return place


def _pointwise(placed: Placed) -> bool:
    kernel, stride = getattr(placed.layer, "kernel_size", None), getattr(placed.layer, "stride", (1, 1))
    return placed.name in POINTWISE or (
        placed.name in ("Conv2d", "CoordConv2d", "LocallyConnected2d") and kernel == (1, 1) and stride == (1, 1)
    )
