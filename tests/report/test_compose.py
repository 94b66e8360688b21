"""What a report is put together from: each figure draws the runs that the spec states for it, and no others."""

from __future__ import annotations

from pathlib import Path

from tests.report.made_up_runs import make_run

from specit.claims.gather import Gathered
from specit.records.store import Store
from specit.report.compose import compose
from specit.spec.document import Spec
from specit.spec.load import parse

SMALL = Path(__file__).parent.parent / "small.yaml"


def test_a_figure_draws_the_arms_and_options_it_is_stated_for(tmp_path: Path) -> None:
    text = SMALL.read_text().replace(
        "split_map, says", "accuracy_against_time, arms: [coordconv], over: {tile: plane}, says"
    )
    records = [
        make_run(tile=tile, seed=seed, top=top).record
        for tile, top in (("channels", 1.0), ("plane", 0.25))
        for seed in (0, 1)
    ]
    report = compose(Spec("small", parse(text)), Gathered((), tuple(records)), [], Store(tmp_path))
    every, some = report.figures
    assert "tile: channels" in every.caption
    assert "tile: plane" in every.caption
    assert "tile: channels" not in some.caption
    assert "25.0 %" in some.caption
