"""S501 to S505: data that nobody states, splits with an empty part, fingerprints, and shapes of data elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator

from specit.data import make_data
from specit.data.not_so_clevr import centres
from specit.data.sort_of_clevr import places
from specit.data.splits import in_test
from specit.errors import Mark, SpecItError
from specit.spec.datasets import NotSoClevr, SortOfClevr
from specit.spec.document import Point, Spec
from specit.spec.layers.layer import show
from specit.spec.lock import Data

from .finding import Finding

MOST_PIXELS = 2**13
"""Of larger canvases the examples, whose number grows with the canvas, are not made to look at: a run does that."""
MOST_OF_ALL = 2**25
"""Nor are pictures that have more pixels than this in all."""
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
    match point.lock.dataset[1]:
        case NotSoClevr() as stated if math.prod(stated.canvas) <= MOST_PLACES:
            everywhere = centres(stated)
        case SortOfClevr() as stated if stated.images <= MOST_PLACES:
            everywhere = places(stated)
        case _:
            return
    try:
        in_test(point.lock.split[1], everywhere)
    except SpecItError as empty:
        yield Finding("S502", empty.message, point.tree.at(("data", "split")).mark, _where(point))


def _other_fingerprint(point: Point) -> Iterator[Finding]:
    data = point.lock.data
    if not data or not data.fingerprint:
        return
    match data.dataset[1]:
        case NotSoClevr() as stated:
            small = math.prod(stated.canvas) <= MOST_PIXELS
        case SortOfClevr() as stated:
            small = stated.images * math.prod(stated.canvas) <= MOST_OF_ALL
        case _:
            small = False
    if small:
        try:
            make_data(point.lock)
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
