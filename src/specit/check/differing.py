"""Where two pieces of plain data differ, by path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

ABSENT = object()


def differing(there: Any, here: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield (path, value there, value here) wherever two values differ; `ABSENT` stands for none.

    >>> list(differing({"a": [{"b": 1}], "c": [1, 2]}, {"a": [{"b": 2}], "c": [1, 3]}))
    [('a[0].b', 1, 2), ('c', [1, 2], [1, 3])]
    """
    if isinstance(there, dict) and isinstance(here, dict):
        for key in [*there, *(key for key in here if key not in there)]:
            below = f"{path}.{key}" if path else str(key)
            yield from differing(there.get(key, ABSENT), here.get(key, ABSENT), below)
    elif _is_list_of_parts(there) and _is_list_of_parts(here):
        for place in range(max(len(there), len(here))):
            one, other = (part[place] if place < len(part) else ABSENT for part in (there, here))
            yield from differing(one, other, f"{path}[{place}]")
    elif type(there) is not type(here) or there != here:
        yield path, there, here


def _is_list_of_parts(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(part, dict) for part in value)
