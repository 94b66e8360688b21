"""Networks of the study conform: one of each kind here; all of them with `specit conform`, which takes minutes."""

from __future__ import annotations

import json

import pytest
from tests.cli.conftest import Command

from specit.studies import find

pytest.importorskip("keras", reason="compares with Keras on JAX")
pytest.importorskip("jax", reason="compares with Keras on JAX")
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize(
    ("spec", "arm", "where"),
    [
        ("coordconv/by_hand", "exercise", "canvas=wide"),
        ("coordconv/regression", "conv_mean", "split=uniform"),
        ("coordconv/regression", "coordconv", "split=uniform"),
        ("coordconv/classification", "coordconv", "split=uniform"),
    ],
)
def test_a_network_of_the_study_conforms(specit: Command, spec: str, arm: str, where: str) -> None:
    code, out, _ = specit("conform", spec, "--arm", arm, "--where", where, "--json")
    compared = json.loads(out)
    assert code == 0
    assert all(each["conforms"] for each in compared)
    layers = find(spec).plan(arms=[arm])[0].lock.networks["network"].layers
    assert [each["layer"] for each in compared[0]["layers"]] == [placed.name for placed in layers]
