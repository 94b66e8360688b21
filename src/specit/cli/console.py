"""How commands print: to a terminal of some width, to a pipe, or as JSON. It imports nothing that judges."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console


def console(*, stderr: bool = False) -> Console:
    """Return a console that wraps at the terminal's width, and not below 100 columns in a pipe."""
    made = Console(stderr=stderr, highlight=False)
    return made if made.is_terminal else Console(stderr=stderr, highlight=False, width=max(100, made.width))


def print_json(value: Any) -> None:
    """Print plain data as JSON, whatever the terminal."""
    print(json.dumps(value, indent=1, ensure_ascii=False))
