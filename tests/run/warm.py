"""Attempts at work in processes that begin at once: forked from one that has imported PyTorch and has one thread."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from pathlib import Path

import torch

from specit.data import make_examples
from specit.procedures import make_procedure
from specit.spec.document import Point


def warm(point: Point) -> None:
    """Import all that a run needs: building one does, and begins no thread."""
    torch.set_num_threads(1)
    make_procedure(point.lock, make_examples(point.lock), 0, torch.device("cpu"))


def forked(work: Callable[[], None]) -> int:
    """Do some work in a child, in a process group of its own; return its number. Exit code 0: it was done."""
    tasks = Path("/proc/self/task")
    assert not tasks.exists() or len(list(tasks.iterdir())) == 1, "only a process with one thread may be forked"
    child = os.fork()
    if child:
        return child
    try:
        os.setpgid(0, 0)
        work()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)
