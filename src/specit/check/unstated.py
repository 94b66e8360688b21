"""S101: what nobody states, and how many readings that makes, if any is given."""

from __future__ import annotations

from collections.abc import Iterator

from specit.spec.document import Point, Spec
from specit.spec.training import Described

from .finding import Finding


def unstated(spec: Spec) -> Iterator[Finding]:
    """Yield one finding for every axis that is a reading, and one for what the description of an arm leaves open."""
    for axis in spec.axes().values():
        if axis.kind == "reading":
            code = f"the authors' code takes {axis.code}" if axis.code else "no code says which"
            yield Finding(
                "S101",
                f"Nobody states '{axis.name}': {' or '.join(axis.options)} ({code}). "
                f"That makes {len(axis.options)} readings.",
                axis.mark,
                {"axis": axis.name},
            )
    told = set[tuple[str, tuple[str, ...]]]()
    for point in spec.every_point:
        open_ = _open(point)
        if open_ and (point.arm, open_) not in told:
            told.add((point.arm, open_))
            mark = point.tree.at(("train" if any(name.startswith("train") for name in open_) else "data",)).mark
            says = f"Nobody states {', '.join(open_)} of the arm '{point.arm}', and no reading is given."
            yield Finding("S101", says, mark, {"arm": point.arm})


def _open(point: Point) -> tuple[str, ...]:
    """Return what a description says that nobody states."""
    data = point.lock.elsewhere.stated() if point.lock.elsewhere else {}
    training = point.lock.training[1] if point.lock.training else None
    of_training = training.open if isinstance(training, Described) else ()
    return (*(f"data.{name}" for name, value in data.items() if value is None), *(f"train.{n}" for n in of_training))
