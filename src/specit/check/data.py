"""S501 and S502: data that nobody states, and splits with an empty part."""

from __future__ import annotations

import math
from collections.abc import Iterator

from specit.data.not_so_clevr import centres
from specit.data.splits import in_test
from specit.errors import SpecItError
from specit.spec.document import Spec
from specit.spec.lock import Data

from .finding import Finding

MOST_PLACES = 2**20
"""Of more places the split is not drawn: it takes long, and shares of a million are hardly ever empty."""


def data(spec: Spec) -> Iterator[Finding]:
    """Yield one finding for every arm without data, and one for every split that cannot be used."""
    without = set[str]()
    splits = set[Data]()
    for point in spec.every_point:
        lock = point.lock
        if lock.training and not lock.data and point.arm not in without:
            without.add(point.arm)
            yield Finding(
                "S501",
                f"The arm '{point.arm}' states how it is trained, but no data: nothing says what it learns from, what "
                "it is tested with, or by what fingerprint others could tell that they have the same.",
                point.tree.at(("train",)).mark,
                {"arm": point.arm},
            )
        if lock.data and lock.data not in splits and math.prod(lock.dataset[1].canvas) <= MOST_PLACES:
            splits.add(lock.data)
            try:
                in_test(lock.split[1], centres(lock.dataset[1]))
            except SpecItError as empty:
                mark = point.tree.at(("data", "split")).mark
                yield Finding("S502", empty.message, mark, {"arm": point.arm, **point.selection})
