"""`specit run` on other machines: what is asked for wrongly gets one sentence, before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

SMALL = Path(__file__).parents[1] / "small.yaml"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--gpus", "1"], "specit: --gpus is for a Ray cluster: add --on ray."),
        (["--retries", "1"], "specit: --retries is for a Ray cluster: add --on ray."),
        (["--on", "ray", "--gpus", "-1"], "specit: --gpus says how many GPUs a run takes, 0 or more, not -1."),
        (["--on", "ray", "--retries", "-1"], "specit: --retries says how often a run may lose its machine, 0 or more,"),
        (["--on", "slurm"], "specit: --on is ray (a cluster on this machine alone), ray://HOST:PORT"),
        (["--on", "ray://"], "specit: --on is ray (a cluster on this machine alone), ray://HOST:PORT"),
        (["--on", "ray://127.0.0.1:1"], "specit: There is no Ray cluster at ray://127.0.0.1:1: "),
    ],
)
def test_what_is_asked_for_wrongly(specit, tmp_path, options, says):
    pytest.importorskip("ray")
    said = specit("run", SMALL, "--tier", "quick", "--store", tmp_path / "store", *options)
    assert said.code == 2
    assert said.err.startswith(says)
    assert said.err.count("\n") == 1
    assert not (tmp_path / "store").exists()


def test_torchrun_and_ray_exclude_each_other(specit, tmp_path, monkeypatch):
    for name, value in {"RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "head", "MASTER_PORT": "1"}.items():
        monkeypatch.setenv(name, value)
    said = specit("run", SMALL, "--tier", "quick", "--store", tmp_path, "--on", "ray")
    assert said.code == 2
    assert "torchrun shares one training between processes, --on gives each run to one: use either." in said.err


def test_what_is_done_needs_no_cluster(specit, tmp_path):
    """Nor does the address have to be right."""
    where = ["--tier", "quick", "--where", "split=uniform", "--seeds", "1", "--store", tmp_path]
    assert specit("run", SMALL, *where).code == 0
    said = specit("run", SMALL, *where, "--on", "ray://127.0.0.1:1")
    assert said.code == 0
    assert "(in the store)" in said.out
