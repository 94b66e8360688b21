"""`specit judge`."""

from __future__ import annotations

import typer

from .app import app
from .options import DEFAULT_STORE, AnyTier, AsJson, SpecName, StoreFolder
from .selection import select


@app.command()
def judge(spec: SpecName, tier: AnyTier = None, store: StoreFolder = DEFAULT_STORE, as_json: AsJson = False) -> None:
    """Say of every claim whether the runs in the store bear it out. Exit code 0: all are REPRODUCED.

    REPRODUCED, PARTLY, NOT REPRODUCED, INCONCLUSIVE (too little was run to say), NOT RUN, or ERROR.
    With --tier, the specs of a study that lack it are passed over.
    """
    from specit.claims.gather import judge_specs
    from specit.claims.verdict import Word
    from specit.records.store import Store
    from specit.studies import find_all

    from .output import print_json, print_passed_over, print_verdicts, verdicts_as_data

    selected, passed_over = select(find_all(spec), tier, None, {})
    judged = judge_specs([one.spec for one in selected], Store(store), tier)
    if as_json:
        print_passed_over(passed_over, stderr=True)
        print_json(verdicts_as_data(judged))
    else:
        print_verdicts(judged, passed_over)
    if any(verdict.word is not Word.REPRODUCED for one in judged for verdict in one.verdicts):
        raise typer.Exit(1)
