"""What commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from specit.claims.verdict import Verdict


def console(*, stderr: bool = False) -> Console:
    """Return a console that wraps at the terminal's width, and not below 100 columns in a pipe."""
    made = Console(stderr=stderr, highlight=False)
    return made if made.is_terminal else Console(stderr=stderr, highlight=False, width=max(100, made.width))


def print_json(value: Any) -> None:
    """Print plain data as JSON, whatever the terminal."""
    print(json.dumps(value, indent=1, ensure_ascii=False))


def verdicts_as_data(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Return verdicts as plain data."""
    return [
        {
            "claim": v.claim.id,
            "says": v.claim.says,
            "where": v.claim.where,
            "verdict": v.word.value,
            "tier": v.tier,
            "because": v.because,
            "readings": [
                {"reading": f.reading, "verdict": f.word.value, "because": f.because, "runs": list(f.runs)}
                for f in v.findings
            ],
            "departures": list(v.departures),
        }
        for v in verdicts
    ]
