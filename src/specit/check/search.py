"""S403 and S404: searches that could not be run, and searches that give one arm more to choose from."""

from __future__ import annotations

from collections.abc import Iterator

from specit.errors import Mark, SpecItError
from specit.spec.document import Spec
from specit.spec.search import Search

from .finding import Finding


def search(spec: Spec) -> Iterator[Finding]:
    """Yield every mistake of the section `tune` once, and whether its arms have different numbers of ranges."""
    if spec.tune is None:
        return
    told, trained = set[tuple[Mark | None, str]](), dict[str, int]()
    for tier in spec.tiers:
        for point in spec.plan(tier):
            if not point.lock.trains:
                continue
            one = Search(spec, point)
            trained[point.arm] = len(one.ranges)
            try:
                one.check()
            except SpecItError as error:
                if (error.at, error.message) not in told:
                    told.add((error.at, error.message))
                    yield Finding("S403", error.message, error.at, {"arm": point.arm, **point.selection})
    if len(set(trained.values())) > 1:
        each = ", ".join(f"{arm} over {count}" for arm, count in trained.items())
        yield Finding("S404", f"The arms are searched over different numbers of settings: {each}.", spec.tune.mark, {})
