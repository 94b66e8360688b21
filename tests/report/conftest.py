"""Made-up verdicts and a report around made-up runs."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from tests.report.made_up_runs import make_for, make_runs

from specit.claims.verdict import Finding, Verdict, Word
from specit.report import FIGURES, Paper, Reading, Report, Run, RunRow, Unstated, drawn
from specit.spec.claims import NoConfiguration, Reaches, Tolerance
from specit.spec.tree import Source

TOLERANCE = Tolerance(absolute=0, because="the paper says perfect")
PERFECT = Reaches(
    id="coordconv-perfect",
    says="CoordConv attains perfect training and test performance on both splits",
    where="section 4.1, figure 4",
    measure="test_accuracy",
    tolerance=TOLERANCE,
    kind="reaches",
    arm="coordconv",
    expect=1.0,
    seeds=2,
)
BOUNDED = NoConfiguration(
    id="baseline-below-86",
    says="No deconvolution model exceeds about 86 % test accuracy on the uniform split",
    where="section 4.1",
    measure="test_accuracy",
    tolerance=Tolerance(absolute=0.005, because="“about 86 %” is stated to the whole per cent"),
    kind="no_configuration",
    arms=("deconv",),
    exceeds=0.86,
)
DEPARTURES = ("train.epochs: 12 instead of 1000", "seeds: 2 instead of 5")


def make_verdicts() -> list[Verdict]:
    """Return one verdict of every word, the first with what each reading gave."""
    readings = (
        Finding({"tile": "channels"}, Word.REPRODUCED, "4 of 4 runs reach 100 %", ("a/seed-0", "a/seed-1")),
        Finding({"tile": "plane"}, Word.NOT_REPRODUCED, "0 of 4 runs reach 100 %; the best stands at 0.4 %"),
    )
    because = {
        Word.PARTLY: "4 of 8 runs reach 100 % test accuracy: every one that tiles into channels, "
        "and none that tiles into one plane.",
        Word.NOT_REPRODUCED: "A deconvolution without batch norm stands at 94.1 % after 150 epochs (seed 1).",
        Word.REPRODUCED: "41 to 216 times fewer parameters.",
        Word.INCONCLUSIVE: "2 of 5 seeds were run; all of them agree.",
        Word.NOT_RUN: "No run of the arm deconv at this tier.",
        Word.ERROR: "The record 3fa2c71b99d0/seed-4 is damaged: its history ends within a line.",
    }
    claims = {Word.PARTLY: PERFECT, Word.NOT_REPRODUCED: BOUNDED}
    return [
        Verdict(
            claim=claims.get(word) or PERFECT.model_copy(update={"id": f"claim-{place}"}),
            word=word,
            tier="quick",
            because=sentence,
            findings=readings if word is Word.PARTLY else (),
            departures=DEPARTURES if word is Word.PARTLY else (),
        )
        for place, (word, sentence) in enumerate(because.items())
    ]


SAYS = (
    "CoordConv trains to 100 % on both splits in 10 to 20 seconds; the best deconvolution needs more than an hour "
    "to reach 86 % on the uniform split."
)


def make_report(size: tuple[int, int] = (24, 30), seeds: int = 2, names: Iterable[str] = FIGURES) -> Report:
    """Return a whole report; its last figure has nothing to draw."""
    runs = make_runs(size, seeds)
    command = "specit run coordconv/classification --tier quick --readings all"
    figures = [
        drawn(name, make_for(name, size, seeds), title=name.replace("_", " ").capitalize(), says=SAYS, command=command)
        for name in names
    ]
    figures.append(drawn("split_map", [], title="The regression task", says="Not run.", command=command, id="map-2"))
    return Report(
        name="coordconv/classification",
        title="Supervised coordinate classification",
        paper=Paper("Liu et al. 2018, arXiv:1807.03247", "4.1", (4, 5, 9)),
        tiers=("quick",),
        verdicts=make_verdicts(),
        sources={Source.PAPER: 23, Source.CODE: 31, Source.DEFAULT: 6, Source.OURS: 4, Source.UNSTATED: 3},
        unstated=(
            Unstated(
                "tile",
                (Reading("channels", True, 4, {Word.REPRODUCED: 3}), Reading("plane", False, 2, {Word.PARTLY: 1})),
                14,
                "L14",
            ),
            Unstated("input scale", (Reading("raw", True), Reading("centred", False, 6)), 9),
            Unstated("crop side", (Reading("start"), Reading("end")), 31),
        ),
        completed=("Adam.amsgrad: false", "Adam.maximize: false", "Conv2d.dilation: 1", "Conv2d.groups: 1"),
        departures=DEPARTURES,
        figures=figures,
        runs=[RunRow.of(run.record) for run in runs],
        command="specit report coordconv/classification",
        version="0.1.0",
        environment={"python": "3.11.7", "matplotlib": "3.11.2"},
    )


@pytest.fixture(scope="session")
def runs() -> list[Run]:
    return make_runs()


@pytest.fixture
def verdicts() -> list[Verdict]:
    return make_verdicts()


@pytest.fixture(scope="session")
def report() -> Report:
    return make_report()
