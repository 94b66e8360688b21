"""The command that makes a run once more."""

from __future__ import annotations

import shlex

from specit.records import Record


def again(record: Record) -> str:
    """Return the command for a run, and for those with smaller seeds, which a store may have already."""
    where = (word for axis, option in record.point.items() for word in ("--where", f"{axis}={option}"))
    words = ["specit", "run", record.spec, "--tier", record.tier, "--arm", record.arm, *where]
    return shlex.join([*words, "--seeds", str(record.seed + 1)])
