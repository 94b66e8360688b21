"""Processes that make the same runs in one store at the same time: each run is made once, and no process fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SMALL = Path(__file__).parents[1] / "small.yaml"
PROCESSES, JOBS = 3, 8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, or every process takes seconds to begin")
def test_every_run_is_made_exactly_once(tmp_path: Path) -> None:
    from specit.records import Record, Store

    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    command = [sys.executable, __file__, str(tmp_path)]
    subprocess.run(command, env=environment, timeout=200, check=True)
    told = [json.loads((tmp_path / f"{number}.json").read_text()) for number in range(PROCESSES)]
    made = sorted(tuple(evaluation) for heard, _ in told for evaluation in heard)
    assert made == [(place, epoch) for place in range(JOBS) for epoch in range(1, 5)]  # none twice, and none left out
    assert len([heard for heard, _ in told if heard]) > 1  # they did share the work
    for _, records in told:
        assert records == told[0][1]  # and each got all the records, the same ones
    found = list(Store(tmp_path / "store").verify())
    assert len(found) == JOBS
    assert all(isinstance(record, Record) and record.status == "finished" for record in found)


def main(folder: Path) -> None:
    from warm import forked, warm

    from specit.records import Evaluation, Store
    from specit.run import Job
    from specit.run.processes import execute_all
    from specit.spec.document import read_spec

    class Listening:
        def __init__(self) -> None:
            self.heard: list[tuple[int, int]] = []

        def began(self, job: int) -> None:
            pass

        def advanced(self, job: int, epochs: float) -> None:
            pass

        def evaluated(self, job: int, evaluation: Evaluation) -> None:
            self.heard.append((job, evaluation.epoch))

        def waits(self, job: int) -> None:
            pass

    spec = read_spec(SMALL)
    jobs = [Job(spec.name, point, seed) for seed in range(4) for point in spec.plan("quick")]
    assert len(jobs) == JOBS

    warm(jobs[0].point)

    def share(number: int) -> None:
        audience, ended = Listening(), {}
        for place, record, _ in execute_all(jobs, folder / "store", "cpu", 1, audience):
            ended[place] = record.model_dump(mode="json")
            list(Store(folder / "store").summaries())  # all list what there is, too, and index it
        told = [audience.heard, [ended[place] for place in range(JOBS)]]
        (folder / f"{number}.json").write_text(json.dumps(told))

    children = [forked(lambda number=number: share(number)) for number in range(PROCESSES)]
    for child in children:
        _, status = os.waitpid(child, 0)
        assert status == 0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
