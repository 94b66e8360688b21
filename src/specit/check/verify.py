"""Whether a lock in a file is still what its spec means: rebuilt, and compared whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specit.data import make_data
from specit.errors import SpecItError
from specit.spec.document import Point, Spec
from specit.spec.lock import identity

from .differing import ABSENT, differing

SHOWN = 5
"""How many differences are named."""


@dataclass(frozen=True)
class Verified:
    """What came out: nothing wrong, or sentences that say what is. `point` is what the file was compared with."""

    wrong: tuple[str, ...]
    point: Point | None


def content_of(point: Point) -> dict[str, Any]:
    """Return a point's lock as plain data: what is hashed, what follows from it, and where the spec departed."""
    fingerprints = {"fingerprints": make_data(point.lock).fingerprints()} if point.lock.data else {}
    content = {
        "lock": point.lock.id,
        "arm": point.arm,
        "point": point.selection,
        "tier": point.tier,
        "departures": list(point.departures),
        "statement": point.lock.statement(),
        "consequences": point.lock.consequences() | fingerprints,
        "completed": list(point.lock.completed),
    }
    read: dict[str, Any] = json.loads(json.dumps(content))
    return read


def verify(file: Path, specs: Sequence[Spec]) -> Verified:
    """Compare a lock in a file with what the specs mean: one that `specit lock` wrote, or one beside the runs.

    Not compared are the spec's name, which depends on from where it was called, and the versions it was written with.
    """
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SpecItError(f"There is no file '{file}'.") from None
    except OSError as error:
        raise SpecItError(f"Cannot read '{file}': {error.strerror}.") from None
    except (ValueError, RecursionError):
        return Verified((f"{file} is not whole JSON: it was truncated or damaged.",), None)
    if not isinstance(kept, dict) or not {"lock", "statement", "consequences"} <= kept.keys():
        return Verified((f"{file} is no lock, or was altered: it lacks 'lock', 'statement' or 'consequences'.",), None)
    wrong = list(_altered(file, kept))
    point = _meant(kept, specs)
    if point is None:
        arm = f", or no arm '{kept['arm']}' with these options" if "arm" in kept else ""
        return Verified((*wrong, f"No spec has a point like the one in {file}{arm}."), None)
    now = content_of(point)
    found = list(
        differing({key: kept[key] for key in kept if key in now}, {key: now[key] for key in kept if key in now})
    )
    wrong += [_difference(*one) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        wrong.append(f"... and {len(found) - SHOWN} more differences.")
    return Verified(tuple(wrong), point)


def _altered(file: Path, kept: dict[str, Any]) -> Iterator[str]:
    """Say so if a file's statement does not have the hash that stands beside it."""
    try:
        found = identity(kept["statement"])
    except ValueError:  # NaN or an infinity, which no lock holds
        found = "none"
    if found != kept["lock"]:
        yield (
            f"{file} was altered: it says that its lock is {str(kept['lock'])[:12]}, but what it states has the hash "
            f"{found[:12]}."
        )


def _meant(kept: dict[str, Any], specs: Sequence[Spec]) -> Point | None:
    """Return the point that a file was made from: by its name; by its hash; else the one that is most like it."""
    ordered = sorted(specs, key=lambda spec: spec.name != kept.get("spec"))
    points = [point for spec in ordered for point in spec.every_point]
    name = [kept.get(key) for key in ("arm", "point", "tier")]
    named = [point for point in points if [point.arm, point.selection, point.tier] == name]
    same = [point for point in points if point.lock.id == kept["lock"]]
    if "arm" in kept:  # a name may stand in several specs of a study: the one with that hash, else the first
        return next((point for point in named if point.lock.id == kept["lock"]), named[0] if named else None)
    if same:
        return same[0]

    def unlike(point: Point) -> tuple[int, bool]:
        different = differing(kept["statement"], json.loads(json.dumps(point.lock.statement())))
        return sum(1 for _ in different), point.tier != "full"

    return min(points, key=unlike, default=None)


def _difference(path: str, there: Any, here: Any) -> str:
    return f"{path.removeprefix('statement.')}: {_say(there)} in the file, {_say(here)} now"


def _say(value: Any) -> str:
    if value is ABSENT:
        return "absent"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
