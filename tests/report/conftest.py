"""Made-up runs and verdicts: shaped like real ones, computed in an instant."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from specit.claims.verdict import Finding, Verdict, Word
from specit.records import Evaluation, Record
from specit.report import FIGURES, Paper, Report, Run, RunRow, Unstated, drawn
from specit.spec.claims import NoConfiguration, Reaches, Tolerance
from specit.spec.tree import Source

MACHINE = {"python": "3.11.7", "torch": "2.13.0", "device": "cpu", "threads": "2"}


def make_run(
    arm: str = "coordconv",
    split: str = "uniform",
    tile: str | None = "channels",
    seed: int = 0,
    *,
    top: float = 1.0,
    size: tuple[int, int] = (24, 30),
    pace: float = 4.0,
) -> Run:
    """Return a run whose test accuracy climbs to `top`; arrays as a finished run leaves them."""
    height, width = size
    chance = np.random.default_rng(1000 * seed + len(arm) + len(split))
    centres = np.array([(x, y) for y in range(4, height - 4) for x in range(4, width - 4)], dtype=np.int16)
    in_test = np.random.default_rng(7).random(len(centres)) < 0.25
    if split == "quadrant":
        in_test = (centres[:, 0] > width // 2) & (centres[:, 1] > height // 2)
    target = (centres[:, 1].astype(np.int32) * width + centres[:, 0]).astype(np.int32)
    missed = (in_test | (tile == "plane")) & (chance.random(len(centres)) >= top)
    predicted = np.where(missed, target + 1, target).astype(np.int32)
    probe = np.array([_at(centres, width // 2 + i, height // 2 - 2) for i in range(3)], dtype=np.int32)
    arrays = {
        "canvas": np.array(size),
        "centres": centres,
        "in_test": in_test,
        "predicted": predicted,
        "target": target,
        "probe": probe,
        "probe_logits": np.stack([_logits(size, centres[i], arm, tile) for i in probe]),
    }
    train = 1.0 if tile != "plane" else top
    history = tuple(
        Evaluation(
            epoch=epoch,
            step=148 * epoch,
            seconds=0.0 if epoch == 0 else pace * epoch**1.3 * (1 + 0.1 * seed),
            measures={
                "test_accuracy": top * min(1.0, (epoch / 9) ** (1.5 + 0.3 * seed)),
                "train_accuracy": train * min(1.0, (epoch / 7) ** 1.4),
            },
        )
        for epoch in range(13)
    )
    point = {"split": split} | ({"tile": tile} if tile else {})
    record = Record(
        spec="coordconv/classification",
        lock=hashlib.sha256(repr((arm, split, tile)).encode()).hexdigest(),
        arm=arm,
        tier="quick",
        seed=seed,
        point=point,
        status="finished",
        ended="after the stated 12 epochs",
        parameters=7553 if arm == "coordconv" else 409_921,
        epochs_stated=12,
        history=history,
        fingerprints={},
        environment=MACHINE if seed < 1 else MACHINE | {"device": "NVIDIA H100"},
    )
    return Run(record, arrays)


def _at(centres: np.ndarray, x: int, y: int) -> int:
    return int(np.flatnonzero((centres == (x, y)).all(axis=1))[0])


def _logits(size: tuple[int, int], centre: np.ndarray, arm: str, tile: str | None) -> np.ndarray:
    rows, columns = np.mgrid[: size[0], : size[1]]
    dx, dy = np.abs(columns - centre[0]), np.abs(rows - centre[1])
    if tile == "plane":
        return np.asarray(6 * np.exp(-dx / 2) + 6 * np.exp(-dy / 2), dtype=np.float32)
    if arm == "coordconv":
        return np.asarray(12 - 3.0 * (dx**2 + dy**2), dtype=np.float32)
    wave = np.random.default_rng(int(centre[0])).normal(size=size)
    return np.asarray(8 - 1.1 * (dx + dy) + 1.5 * wave, dtype=np.float32)


def make_runs(size: tuple[int, int] = (24, 30), seeds: int = 2) -> list[Run]:
    """Return runs of two arms on two splits, the first arm under both readings of "tile"."""
    runs = []
    for seed in range(seeds):
        for split in ("uniform", "quadrant"):
            for tile, top in (("channels", 1.0), ("plane", 0.004)):
                runs.append(make_run("coordconv", split, tile, seed, top=top, size=size, pace=0.4))
            top = 0.86 - 0.02 * seed if split == "uniform" else 0.0
            runs.append(make_run("deconv", split, None, seed, top=top, size=size, pace=30))
    return runs


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


SAYS = {
    "accuracy_against_time": "CoordConv trains to 100 % on both splits in 10 to 20 seconds; the best "
    "deconvolution needs more than an hour to reach 86 % on the uniform split.",
    "neighbourhood": "Even on training pixels the deconvolution leaks probability beside the target.",
    "split_map": "The deconvolution finds almost no pixel of the held-out quadrant.",
    "whole_output": "“Tile” is not explained; a replicator who tiled into one plane saw crosses.",
}


def make_report(size: tuple[int, int] = (24, 30), seeds: int = 2) -> Report:
    """Return a whole report; its last figure has nothing to draw."""
    runs = make_runs(size, seeds)
    command = "specit run coordconv/classification --tier quick --readings all"
    figures = [
        drawn(name, runs, title=name.replace("_", " ").capitalize(), says=SAYS[name], command=command)
        for name in FIGURES
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
            Unstated("tile", ("channels", "plane"), "channels", 14, ("channels", "plane")),
            Unstated("input scale", ("raw", "centred"), "raw", 9, ("centred",)),
            Unstated("crop side", ("start", "end"), None, 31, ()),
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
