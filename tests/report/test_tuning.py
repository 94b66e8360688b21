"""What tuning came to, in the words of a README and on the page of a spec."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.claims.test_tuning import NEW, both, put_runs, put_trials

from specit.claims.gather import gather, judge_spec
from specit.claims.tuning import tuning
from specit.records.store import Store
from specit.report.compose import compose
from specit.report.html import render
from specit.report.tuning import duration, heading, markdown, table


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_in_words(store: Store) -> None:
    coordconv, dense = both()
    put_trials(store, coordconv, [0.5, 0.25])
    put_trials(store, dense, [0.25, 0.75])
    put_runs(store, coordconv.stated, [0.9, 1.0])
    put_runs(store, dense.stated, [0.2, 0.4])
    put_runs(store, dense.tuned(NEW["dense"]), [0.7])
    found = tuning([coordconv, dense], store, seeds=2)
    assert heading(found).startswith("Tuning of small, tier full: test accuracy on the spec's own split, as stated")
    lines = markdown(found).splitlines()
    assert lines[2].startswith("| Arm | Under | Searched | Trials |")
    assert lines[5] == (
        "| dense | split=uniform | lr: 0.001 to 0.1, logarithmic; batch_size: 4 to 12, whole | 2 | 5 | 20 s | "
        "lr 0.002, batch_size 12 (trial 1) | 75 %; as stated 25 % | 30 % [-97.06 %, 157.1 %], 2 seeds | 70 %, 1 seed |"
    )
    # 12.706 · sqrt(0.005 / 2 + 0.02 / 2) is more than 1: two seeds say little.
    assert lines[7].startswith("- dense is behind coordconv (split=uniform) in test accuracy: before by 65 % [")
    assert lines[7].endswith("], after by 25 %.")
    assert lines[8] == "- dense with the best values: 1 of 2 seeds were run."


def test_on_the_page_of_a_spec(store: Store) -> None:
    coordconv, dense = both()
    spec = coordconv.spec

    def page() -> str:
        gathered = gather(spec, store)
        return render(compose(spec, gathered, judge_spec(spec, gathered), store))

    assert "before and after tuning" not in page()
    put_trials(store, coordconv, [0.5, 0.25])
    put_trials(store, dense, [0.25, 0.75])
    put_runs(store, coordconv.stated, [0.9, 1.0])
    put_runs(store, dense.stated, [0.2, 0.4])
    put_runs(store, dense.tuned(NEW["dense"]), [0.7])
    said = page()
    assert '<h2 id="tuning-title">The gap before and after tuning</h2>' in said
    assert '<a href="#tuning">Tuning</a>' in said
    shown = table(tuning([coordconv, dense], store))
    for cell in [*shown.head, *(cell for row in shown.rows for cell in row), *shown.gaps, *shown.notes]:
        assert cell.replace("'", "&#39;") in said


def test_times() -> None:
    assert [duration(seconds) for seconds in (0, 119.4, 121, 7199, 7201)] == [
        "0 s",
        "119 s",
        "2.0 min",
        "120.0 min",
        "2.0 h",
    ]
