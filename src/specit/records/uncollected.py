"""Letting the garbage collector rest."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the garbage collector rest while the block lasts.

    Records are millions of objects without a cycle among them. While they are made it would look at all of them again
    and again, which takes three times as long as making them.
    """
    active = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if active:
            gc.enable()
