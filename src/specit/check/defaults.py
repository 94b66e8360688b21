"""S102: arguments that a spec leaves out, so that a default decides."""

from __future__ import annotations

from collections.abc import Iterator

from specit.errors import Mark
from specit.spec.document import Point, Spec
from specit.spec.variant import completed

from .finding import Finding


def left_to_defaults(spec: Spec) -> Iterator[Finding]:
    """Yield one finding for every place that leaves arguments out, however often a block is used."""
    found: dict[tuple[Mark, str], dict[str, str]] = {}
    first: dict[tuple[Mark, str], Point] = {}
    networks = set[int]()

    def note(point: Point, mark: Mark, owner: str, line: str) -> None:
        argument = line.partition(" = ")[0].rpartition(".")[2]
        found.setdefault((mark, owner), {})[argument] = line.partition(" = ")[2]
        first.setdefault((mark, owner), point)

    for point in spec.every_point:
        for network in point.lock.networks.values():
            if id(network) in networks:
                continue
            networks.add(id(network))
            for placed in network.layers:
                for line in completed(placed.layer, placed.name):
                    note(point, placed.mark, placed.name, line)
        for line in point.lock.completed:
            path = tuple(line.partition(" = ")[0].split(".")[:-1])
            if path[0] in ("initialise", "train"):
                note(point, point.tree.at(path).mark, ".".join(path), line)
    for (mark, owner), arguments in found.items():
        values = ", ".join(f"{argument} = {value}" for argument, value in arguments.items())
        yield Finding(
            "S102", f"{owner} leaves to a default: {values}.", mark, {"arm": first[mark, owner].arm, "part": owner}
        )
