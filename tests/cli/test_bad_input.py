"""Every mistake a person can make ends in one clear sentence, exit code 2, and nothing lost."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
import torch

SMALL = Path(__file__).parents[1] / "small.yaml"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = SMALL.read_text()
    assert text.count(old) >= 1, old
    path = tmp_path / "changed.yaml"
    path.write_text(text.replace(old, new, 1))
    return path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("batch_size: 8", "bach_size: 8", "supervised has no argument 'bach_size'; did you mean 'batch_size'"),
        ("batch_size: 8", "batch_size: eight", "supervised: batch_size: input should be a valid integer, not 'eight'"),
        (
            "out_channels: 1, kernel_size: 1}",
            "out_chanels: 1, kernel_size: 1}",
            "Conv2d has no argument 'out_chanels'; did you mean 'out_channels'",
        ),
        ("      - ReLU\n", "      - Relu\n", "Unknown layer or block 'Relu'; did you mean 'ReLU'?"),
        (
            "in_channels: 16,",
            "in_channels: 8,",
            "Conv2d (layer 4) expected 8 input channels, but gets 16 in an input of 16 × 8 × 8",
        ),
        ("  dense:\n", "  empty: {}\n  dense:\n", "The arm 'empty' is empty: it needs at least a network."),
        (
            "measure: train_accuracy",
            "measure: train_acuracy",
            "nothing records the measure 'train_acuracy'; did you mean 'train_accuracy'",
        ),
        (
            "arm: coordconv\n    over",
            "arm: cordconv\n    over",
            "There is no arm 'cordconv'; did you mean 'coordconv'?",
        ),
        ("split: uniform}", "split: unform}", "'split' has no option 'unform'; did you mean 'uniform'?"),
        ("draw: split_map", "draw: splitmap", "There is no figure 'splitmap'; did you mean 'split_map'?"),
        ("claims:", "claim:", "A spec has no section 'claim'; did you mean 'claims'?"),
        ("    epochs: 12\n", "", "supervised needs the argument 'epochs', which is missing"),
        ("    batch_size: 8\n", "    batch_size: 8\n    batch_size: 8\n", "The key 'batch_size' stands twice"),
        ("kernel_size: 8}", "kernel_size: 7}", "ends in 49, but the data ask for 64"),
    ],
)
def test_a_wrong_spec_is_named_with_its_line(specit, tmp_path, old, new, words):
    path = changed(tmp_path, old, new)
    said = specit("check", path)
    assert said.code == 2
    assert words in said.err
    assert f"{path}:" in said.err  # file and line
    assert "Traceback" not in said.err
    assert len(said.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "nowhere.yaml"], "There is no spec file 'nowhere.yaml'"),
        (
            ["check", "coordconv/clasification"],
            "There is no spec or study 'coordconv/clasification'; did you mean 'coordconv/class",
        ),
        (["run", SMALL, "--seeds", "0"], "--seeds says how many seeds to run, at least 1, not 0"),
        (["run", SMALL, "--tier", "quik"], "has no tier 'quik'; did you mean 'quick'?"),
        (["run", SMALL, "--arm", "conv"], "There is no arm 'conv'"),
        (["run", SMALL, "--where", "split"], "--where needs AXIS=OPTION"),
        (["run", SMALL, "--where", "spilt=uniform"], "There is no axis 'spilt'; did you mean 'split'?"),
        (["run", SMALL, "--where", "split=diagonal"], "'split' has no option 'diagonal'"),
        (["run", SMALL, "--readings", "some"], "--readings is default or all, not 'some'"),
        (["run", SMALL, "--device", "cuda:99"], "The device 'cuda:99' cannot be used here"),
        (["run", SMALL, "--device", "toaster"], "The device 'toaster' cannot be used here"),
        (["report", SMALL, "--to", "pdf"], "A report is written --to html, markdown or summary, not 'pdf'"),
        (["show", "abc123", "--store", "none"], "there are no runs"),
        (["run"], "Missing argument 'SPEC'"),
        (["rum"], "No such command 'rum'"),
    ],
)
def test_a_wrong_command(specit, arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = specit(*arguments)
    assert said.code == 2
    assert words in " ".join(said.err.split())
    assert "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []  # nothing was begun


def run_small(specit, store, *more):
    return specit("run", SMALL, "--tier", "quick", "--where", "split=uniform", "--store", store, *more)


def test_a_spec_without_claims_cannot_be_judged(specit, tmp_path):
    text = SMALL.read_text()
    path = tmp_path / "no-claims.yaml"
    path.write_text(text[: text.index("claims:")] + text[text.index("figures:") :])
    said = specit("judge", path, "--store", tmp_path)
    assert said.code == 2
    assert "states no claims" in said.err


def test_claims_without_runs_are_not_run(specit, tmp_path):
    said = specit("judge", SMALL, "--store", tmp_path / "empty")
    assert said.code == 1
    assert "NOT RUN" in said.out


def test_a_damaged_record_is_reported_and_never_judged(specit, tmp_path):
    assert run_small(specit, tmp_path).code == 0
    (path,) = tmp_path.glob("*/*/record.json")
    path.write_text(path.read_text().replace('"epoch"', '"epoch "', 1))
    said = specit("judge", SMALL, "--tier", "quick", "--store", tmp_path)
    assert said.code == 1
    assert "ERROR" in said.out
    again = run_small(specit, tmp_path)
    assert again.code == 0
    assert "moved to" in again.err
    assert (tmp_path / "quarantine" / path.parent.parent.name).is_dir()
    assert "ERROR" not in specit("judge", SMALL, "--tier", "quick", "--store", tmp_path).out
    path.write_bytes(path.read_bytes()[:50])
    assert "ERROR" in specit("judge", SMALL, "--tier", "quick", "--store", tmp_path).out


def test_a_full_disk(specit, tmp_path, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    said = run_small(specit, tmp_path)
    assert said.code == 2
    assert "No space left on device" in said.err or "disk is full" in said.err
    monkeypatch.undo()
    assert not list(tmp_path.glob("**/*.tmp"))


def test_a_store_that_cannot_be_written(specit, tmp_path):
    (tmp_path / "file").write_text("")
    said = run_small(specit, tmp_path / "file")
    assert said.code == 2
    assert str(tmp_path / "file") in said.err


def test_a_defect_of_ours_is_called_one(specit, tmp_path, monkeypatch):
    def broken(name: str) -> torch.device:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("specit.run.processes.find_device", broken)
    said = run_small(specit, tmp_path)
    assert said.code == 70
    assert "This is a defect in SpecIt" in said.err
    assert "Traceback" not in said.err


def test_a_run_whose_loss_is_no_number(specit, tmp_path):
    path = changed(tmp_path, "lr: 0.02", "lr: 1.0e+30")
    said = specit("run", path, "--tier", "quick", "--where", "split=uniform", "--store", tmp_path / "s", "--json")
    assert said.code == 1
    assert '"diverged"' in said.out


def test_interrupted(specit, tmp_path, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("specit.cli.progress.Progress.evaluated", interrupted)
    said = run_small(specit, tmp_path)
    assert said.code == 130
    assert "the same command goes on from there" in said.err
