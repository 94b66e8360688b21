"""Networks of the study conform: one of them here, and all of them with `specit conform coordconv`, in minutes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Command

pytest.importorskip("keras", reason="compares with Keras on JAX")
pytest.importorskip("jax", reason="compares with Keras on JAX")

from tests.conform.specs import planted

from specit.studies import find

pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_network_of_the_study_conforms(specit: Command) -> None:
    arm = "exercise"
    code, out, _ = specit("conform", "coordconv/by_hand", "--arm", arm, "--where", "canvas=wide", "--json")
    compared = json.loads(out)
    assert code == 0
    assert all(each["conforms"] for each in compared)
    layers = find("coordconv/by_hand").plan(arms=[arm])[0].lock.networks["network"].layers
    assert [each["layer"] for each in compared[0]["layers"]] == [placed.name for placed in layers]


SPEC = """specit: 1
title: {title}
arms:
  norm:
    network:
      - Input: {{shape: [2]}}
      - Linear: {{in_features: 2, out_features: {{name: width, sweep: [3, 4]}}}}
      - BatchNorm1d: {{num_features: {{name: width, sweep: [3, 4]}}}}
  slope:
    network:
      - Input: {{shape: [2]}}
      - LeakyReLU: {{negative_slope: {slope}}}
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Two specs that share the networks of one arm."""
    folder = tmp_path / "two"
    folder.mkdir()
    (folder / "first.yaml").write_text(SPEC.format(title="First", slope=0.1))
    (folder / "second.yaml").write_text(SPEC.format(title="Second", slope=0.2))
    return folder


def test_a_study_is_compared_whole_and_every_network_once(specit: Command, study: Path) -> None:
    said = specit("conform", study)
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert [line.split("  ")[0].strip() for line in lines[:5]] == [
        "network",
        "two/first · norm · width=3",
        "two/first · norm · width=4",
        "two/first · slope",
        "two/second · slope",
    ]
    assert all(line.rstrip().endswith("the same") for line in lines[1:5])
    assert lines[5:] == [
        "4 of 4 networks are the same in both frameworks.",
        "2 of 6 points have a network that was compared at another one.",
    ]


def test_a_difference_anywhere_ends_with_1(specit: Command, study: Path) -> None:
    def keras_default(real: Any, layer: Any, *given: Any) -> Any:
        return real(layer.model_copy(update={"negative_slope": 0.3}), *given)

    with planted("KERAS_LAYERS", "LeakyReLU", keras_default):
        said = specit("conform", study, "--json")
        told = specit("conform", study / "first.yaml", "--arm", "slope")
    assert said.code == told.code == 1
    compared = json.loads(said.out)
    assert [(one["spec"], one["point"], one["points"], one["conforms"]) for one in compared] == [
        ("two/first", "norm · width=3", 2, True),
        ("two/first", "norm · width=4", 2, True),
        ("two/first", "slope", 1, False),
        ("two/second", "slope", 1, False),
    ]
    assert set(compared[0]["layers"][2]["running"]) == {"running_mean", "running_var"}
    assert "\nnot the same\n" in told.out
    assert told.out.endswith("0 of 1 networks are the same in both frameworks.\n")


def test_what_one_spec_prints(specit: Command, study: Path) -> None:
    said = specit("conform", study / "first.yaml", "--arm", "norm", "--where", "width=3")
    assert said.code == 0
    heads, *rows = said.out.splitlines()[1:5]
    assert heads.split("  ") != [""]
    assert [word.strip() for word in heads.split("  ") if word.strip()] == [
        "layer",
        "what it makes",
        "in evaluation",
        "running averages",
        "gradients",
    ]
    assert [row.split()[:2] for row in rows] == [["0", "Input"], ["1", "Linear"], ["2", "BatchNorm1d"]]
    assert "mean" in rows[2]
    assert "weight" in rows[2]


def test_an_arm_that_no_spec_has_is_named(specit: Command, study: Path) -> None:
    said = specit("conform", study, "--arm", "slop")
    assert said.code == 2
    assert "None of these 2 specs has an arm 'slop'; did you mean 'slope'?" in said.err
