"""What the scripts of a page draw from: its runs as JSON, once, in a form that no text in it can leave."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from specit.claims.wording import title
from specit.spec.measures import MEASURES

from .content import RunRow
from .quantities import DISTANCE

_LOG = ("euclidean", "manhattan", "loss", "cross_entropy")


def embedded(rows: Sequence[RunRow], ids: Sequence[str]) -> str:
    """Return the runs, each under its id on the page, the measures that they took, and what most are judged by.

    A less-than sign is written as an escape, so that nothing in the data can end the element that holds it.

    >>> embedded([], [])
    '{"runs":[],"measures":{},"foremost":""}'
    """
    names = dict.fromkeys(name for row in rows for name in (row.measure, *row.curve.measures) if name in MEASURES)
    measures = {name: _measure(name) for name in [*names, *(("seconds", "parameters") if names else ())]}
    foremost = max(Counter(row.measure for row in rows).items(), key=lambda item: item[1])[0] if rows else ""
    runs = [_run(row, id) for row, id in zip(rows, ids, strict=True)]
    return _safe({"runs": runs, "measures": measures, "foremost": foremost})


def _run(row: RunRow, id: str) -> dict[str, Any]:
    curve = row.curve
    return {
        "id": id,
        "name": row.name,
        "arm": row.arm,
        "tier": row.tier,
        "seed": row.seed,
        "lock": row.lock[:12],
        "status": row.status,
        "foremost": row.measure,
        "point": dict(row.point),
        "parameters": row.parameters,
        "epochs": curve.epochs,
        "seconds": curve.seconds,
        "values": dict(curve.measures),
        "of": curve.of,
    }


def _measure(name: str) -> dict[str, Any]:
    measure = MEASURES[name]
    percent = measure.unit == "fraction" and not name.endswith("_iou")
    logarithmic = name.endswith(_LOG) or name in ("seconds", "parameters")
    return {
        "title": title(name),
        "unit": "%" if percent else "" if measure.unit in ("fraction", "numbers") else measure.unit,
        "scale": 100 if percent else 1,
        "better": measure.better,
        "log": logarithmic,
        "floor": DISTANCE.floor if measure.unit == "pixels" else 0,
    }


def _safe(data: Any) -> str:
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
