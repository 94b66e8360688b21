"""The bar over all runs: weighed by their work, and blind to what the store already had."""

from __future__ import annotations

from pathlib import Path

import pytest

from specit.cli.progress import Progress
from specit.records import Evaluation, Record
from specit.run import Job
from specit.spec.document import read_spec

SMALL = Path(__file__).parents[1] / "small.yaml"


def record_of(job: Job) -> Record:
    return Record(
        spec=job.spec,
        lock=job.point.lock.id,
        arm=job.point.arm,
        tier=job.point.tier,
        seed=job.seed,
        point=job.point.selection,
        status="finished",
        ended="",
        parameters=1,
        epochs_stated=4,
        history=(Evaluation(epoch=4, step=1, seconds=2.0, measures={"test_accuracy": 0.5, "test_cross_entropy": 1.0}),),
        fingerprints={},
        environment={},
    )


@pytest.fixture
def jobs() -> list[Job]:
    """Two short runs of one spec, then two of another at three times the epochs."""
    spec = read_spec(SMALL)
    short, long = (spec.plan(tier, arms=["coordconv"]) for tier in ("quick", "full"))
    return [Job("a", point, 0) for point in short] + [Job("b", point, 0) for point in long]


def share(progress: Progress) -> float:
    task = progress.bars.tasks[progress.whole]
    assert task.total is not None
    return task.completed / task.total


def test_a_long_run_weighs_more_than_a_short_one(jobs):
    progress = Progress(jobs, quiet=True)
    short, long = 4 + 1, 12 + 1  # the evaluation at the end counts as an epoch
    progress.end(0, record_of(jobs[0]), True)
    assert share(progress) == pytest.approx(short / (2 * short + 2 * long))
    progress.began(2)
    progress.advanced(2, 6.0)
    assert share(progress) == pytest.approx((short + long / 2) / (2 * short + 2 * long))


def test_what_the_store_had_is_no_progress(jobs):
    progress = Progress(jobs, quiet=True)
    for job in (0, 1, 2):
        progress.end(job, record_of(jobs[job]), False)
    assert share(progress) == 0
    progress.end(3, record_of(jobs[3]), True)
    assert share(progress) == 1


def test_a_line_names_the_spec_where_there_are_several(jobs, capsys):
    Progress(jobs, quiet=False).end(2, record_of(jobs[2]), True)
    Progress(jobs[:2], quiet=False).end(0, record_of(jobs[0]), False)
    several, one = capsys.readouterr().out.splitlines()
    assert several.startswith("[1/4] ")
    assert several.endswith("b · coordconv · split=uniform · tile=channels · seed 0")
    assert "test accuracy 50 %     2.0 s  coordconv · split=uniform" in one
    assert one.endswith("(in the store)")
