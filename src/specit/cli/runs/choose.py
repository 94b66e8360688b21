"""Which runs of a store a command is for, and the names under which a spec knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specit.errors import SpecItError
from specit.records.narrowed import Wanted, narrowed
from specit.records.store import Damaged, Store
from specit.records.summary import Summary
from specit.records.uncollected import uncollected

from ..options import parse_where

if TYPE_CHECKING:
    from specit.spec.document import Spec


@dataclass(frozen=True)
class Chosen:
    """Some runs of a store, ordered by spec, arm, options and seed; and what is damaged in it.

    `stale` holds the names of those whose lock no given spec means any more, though they were run under its name.
    """

    specs: Sequence[Spec]
    runs: Sequence[Summary]
    damaged: Sequence[Damaged]
    stale: frozenset[str]


def choose(
    store: Path,
    spec: str | None,
    arm: list[str] | None,
    where: list[str] | None,
    tier: list[str] | None,
    status: list[str] | None,
) -> Chosen:
    """Return the runs that are asked for; SpecItError where runs there are, and none of them is."""
    wanted = Wanted(arm or (), tier or (), status or (), parse_where(where))
    specs = _read(spec) if spec is not None else []
    runs, damaged = list[Summary](), list[Damaged]()
    with uncollected():
        for found in Store(store).summaries():
            if isinstance(found, Damaged):
                damaged.append(found)
            else:
                runs.append(found)
    stale = frozenset[str]()
    if spec is not None and runs:
        runs, stale = _known_to(specs, runs)
        if not runs:
            raise SpecItError(f"No run in {store} belongs to {spec}; `specit runs` lists what there is.")
    kept = {run.name: run for run in narrowed(runs, wanted)}  # of several names, the last stays
    order = {one.name: place for place, one in enumerate(specs)}
    ordered = sorted(
        kept.values(), key=lambda r: (order.get(r.spec, 0), r.spec, r.arm, *r.point.values(), r.tier, r.lock, r.seed)
    )
    return Chosen(specs, ordered, damaged, stale)


def _read(spec: str) -> list[Spec]:
    from specit.studies import find_all  # which takes a second that a list of all runs need not

    return find_all(spec)


def _known_to(specs: Sequence[Spec], runs: Iterable[Summary]) -> tuple[list[Summary], frozenset[str]]:
    """Return the runs that belong to specs, once under each name they have there, and the names of stale ones.

    The name under which a run was made comes last where the specs still have it, else the fullest tier's.
    """
    meanings: dict[str, list[Mapping[str, Any]]] = {}
    for spec in specs:
        for point in spec.every_point:
            known_as = {"spec": spec.name, "arm": point.arm, "tier": point.tier, "point": point.selection}
            meanings.setdefault(point.lock.id, []).append(known_as)
    names = {spec.name for spec in specs}
    found, stale = list[Summary](), set[str]()
    for run in runs:
        if run.lock in meanings:
            known = [run._replace(**meaning) for meaning in meanings[run.lock]]
            found += [one for one in known if one != run] + [one for one in known if one == run]
        elif run.spec in names:
            found.append(run)
            stale.add(run.name)
    return found, frozenset(stale)
