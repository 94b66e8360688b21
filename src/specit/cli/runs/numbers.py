"""Numbers of runs, in a few characters for people and as JSON for programs."""

from __future__ import annotations

import math


def duration(seconds: float) -> str:
    """Return a time in a few characters.

    >>> duration(14.55), duration(600), duration(9000)
    ('14.6 s', '10.0 min', '2.5 h')
    """
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def as_json_number(value: float | None) -> float | str | None:
    """Return a number as records write it: JSON has no NaN and no infinities.

    >>> as_json_number(0.5), as_json_number(math.nan), as_json_number(-math.inf)
    (0.5, 'NaN', '-Infinity')
    """
    if value is None or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
