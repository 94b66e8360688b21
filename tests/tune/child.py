"""The command line in a process of its own that can be killed, without waiting for its imports each time."""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing.process import BaseProcess

NEEDED = ["specit.run.processes", "specit.tune", "specit.claims.tuning", "specit.report.tuning", "optuna"]


def start(*arguments: object) -> BaseProcess:
    """Start `specit` with some arguments, and without its output."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["specit.cli.tune", "specit.run", "specit.tune.search", "specit.claims.tuning", "optuna"]
    )
    process = context.Process(target=_main, args=([*map(str, arguments)],))
    process.start()
    return process


def _main(arguments: list[str]) -> None:
    from specit.cli import main

    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    sys.argv = ["specit", *arguments]
    main()
