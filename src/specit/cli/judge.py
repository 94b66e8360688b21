"""`specit judge`."""

from __future__ import annotations

import typer

from .app import app
from .options import DEFAULT_STORE, AnyTier, AsJson, SpecName, StoreFolder


@app.command()
def judge(spec: SpecName, tier: AnyTier = None, store: StoreFolder = DEFAULT_STORE, as_json: AsJson = False) -> None:
    """Say of every claim whether the runs in the store bear it out. Exit code 0: all are REPRODUCED.

    REPRODUCED, PARTLY, NOT REPRODUCED, INCONCLUSIVE (too little was run to say), NOT RUN, or ERROR.
    """
    from specit.claims.gather import gather, judge_spec
    from specit.claims.verdict import Word
    from specit.records.store import Store
    from specit.report.text import verdict_lines
    from specit.studies import find

    from .output import console, print_json, verdicts_as_data

    read = find(spec)
    verdicts = judge_spec(read, gather(read, Store(store)), tier)
    if as_json:
        print_json(verdicts_as_data(verdicts))
    else:
        console().print(verdict_lines(verdicts))
    if any(verdict.word is not Word.REPRODUCED for verdict in verdicts):
        raise typer.Exit(1)
