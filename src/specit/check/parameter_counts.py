"""S203: a stated number of parameters that is not the network's."""

from __future__ import annotations

from collections.abc import Iterator

from specit.errors import Mark
from specit.spec.document import Point, Spec

from .finding import Finding
from .scope import in_common


def parameter_counts(spec: Spec) -> Iterator[Finding]:
    """Yield one finding for every place where an arm states another number of parameters than it has."""
    groups: dict[tuple[str, Mark, int, int], list[Point]] = {}
    for point in spec.every_point:
        if point.parameters is not None and point.parameters != point.lock.parameters:
            mark = point.tree.at(("parameters",)).mark
            groups.setdefault((point.arm, mark, point.parameters, point.lock.parameters), []).append(point)
    for (arm, mark, stated, held), points in groups.items():
        where = in_common(points, [point for point in spec.every_point if point.arm == arm])
        under = f" (for {', '.join(f'{axis}={option}' for axis, option in where.items())})" if where else ""
        yield Finding(
            "S203",
            f"The arm '{arm}' is said to have {stated:,} parameters, but its network as stated has {held:,}{under}.",
            mark,
            {"arm": arm, **where},
        )
