"""S501 to S505: data that nobody states, splits with an empty part, fingerprints, and shapes of data elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator

from specit.data import make_examples
from specit.data.not_so_clevr import centres
from specit.data.splits import in_test
from specit.errors import Mark, SpecItError
from specit.spec.datasets import NotSoClevr
from specit.spec.document import Point, Spec
from specit.spec.layers.layer import show
from specit.spec.lock import Data

from .finding import Finding

MOST_PIXELS = 2**13
"""Of larger canvases the examples, whose number grows with the canvas, are not made to look at: a run does that."""
MOST_PLACES = 2**20
"""Of more places the split is not drawn: it takes long, and shares of a million are hardly ever empty."""


def data(spec: Spec) -> Iterator[Finding]:
    """Yield one finding for every arm without data, and what is to be said of each split and fingerprint, once."""
    without = set[str]()
    seen = set[Data]()
    silent = set[Mark]()
    unlike = set[Mark | None]()
    for point in spec.every_point:
        lock = point.lock
        if lock.training and not lock.data and not lock.elsewhere and point.arm not in without:
            without.add(point.arm)
            yield Finding(
                "S501",
                f"The arm '{point.arm}' states how it is trained, but no data: nothing says what it learns from, what "
                "it is tested with, or by what fingerprint others could tell that they have the same.",
                point.tree.at(("train",)).mark,
                {"arm": point.arm},
            )
        for found in _other_input(point):
            if found.mark not in unlike:
                unlike.add(found.mark)
                yield found
        if lock.data and lock.data not in seen:
            seen.add(lock.data)
            yield from _empty(point)
            yield from _other_fingerprint(point)
            stated = point.tree.at(("data",)).mark
            if lock.data.fingerprint is None and stated not in silent:
                silent.add(stated)
                yield Finding(
                    "S503",
                    "Nothing states by what fingerprint others could tell that they have the same data; "
                    "`specit check --fingerprints` prints it.",
                    stated,
                    {"arm": point.arm},
                )


def _empty(point: Point) -> Iterator[Finding]:
    stated = point.lock.dataset[1]
    if isinstance(stated, NotSoClevr) and math.prod(stated.canvas) <= MOST_PLACES:
        try:
            in_test(point.lock.split[1], centres(stated))
        except SpecItError as empty:
            yield Finding("S502", empty.message, point.tree.at(("data", "split")).mark, _where(point))


def _other_fingerprint(point: Point) -> Iterator[Finding]:
    data = point.lock.data
    if not data or not data.fingerprint:
        return
    pixels = math.prod(data.dataset[1].canvas) if isinstance(data.dataset[1], NotSoClevr) else math.inf
    if pixels <= MOST_PIXELS:
        try:
            make_examples(point.lock)
        except SpecItError as other:
            if other.at == data.fingerprint.mark:  # an empty part is another finding
                yield Finding("S504", other.message, other.at, _where(point))


def _other_input(point: Point) -> Iterator[Finding]:
    """Yield a finding for every network with one input that data elsewhere, as stated, do not fit."""
    given = point.lock.elsewhere.input if point.lock.elsewhere else None
    for network in point.lock.networks.values():
        first, *others = network.inputs
        if given is not None and not others and first.shape != given:
            says = (
                f"The data elsewhere are said to give {show(given)}, and the network takes {show(first.shape)}: what "
                "lies between, such as a crop, is unstated."
            )
            yield Finding("S505", says, first.mark, _where(point))


def _where(point: Point) -> dict[str, str]:
    return {"arm": point.arm, **point.selection}
