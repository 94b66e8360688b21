"""The one kind of error a user sees: a sentence that says what is wrong, where, and what to do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Mark:
    """A place in a file: the path as the user gave it, and the line counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


_TOO_LONG = re.compile(r"'([^'\n]{300})[^'\n]{100,}'")
"""What is quoted and too long for a sentence."""


class SpecItError(Exception):
    """A mistake the user can mend. The command line prints it without a traceback and exits with 2.

    >>> str(SpecItError("Unknown layer 'Conv2D'.", at=Mark("net.yaml", 7)))
    "net.yaml:7: Unknown layer 'Conv2D'."
    """

    def __init__(self, message: str, *, at: Mark | None = None) -> None:
        message = _TOO_LONG.sub(r"'\1…'", message)
        super().__init__(message)
        self.message = message
        self.at = at

    def __str__(self) -> str:
        return f"{self.at}: {self.message}" if self.at else self.message


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a half-sentence that names what `name` may have meant.

    >>> nearest("Conv2D", ["Conv2d", "ReLU"])
    "did you mean 'Conv2d'?"
    >>> nearest("Relu", ["LeakyReLU", "ReLU"])
    "did you mean 'ReLU'?"
    >>> nearest("zzz", ["Conv2d", "ReLU"])
    'known: Conv2d, ReLU'
    """
    choices = sorted(known)
    by_lower = {choice.lower(): choice for choice in choices}
    exact = [name.lower()] if name.lower() in by_lower else []  # then nothing else was meant
    close = exact or difflib.get_close_matches(name.lower(), by_lower, n=2, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(f"'{by_lower[match]}'" for match in close) + "?"
    return "known: " + ", ".join(choices)
