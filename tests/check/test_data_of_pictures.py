"""Splits and fingerprints of pictures to learn to make: S502 and S504, and what prints a fingerprint."""

from __future__ import annotations

import pytest
from tests.procedures.generative import ADVERSARIAL, VARIATIONAL

from specit.check import findings
from specit.data import make_data
from specit.spec.document import Spec
from specit.spec.load import parse


def spec(text: str) -> Spec:
    return Spec("pictures", parse(text, "pictures.yaml"))


def found(text: str, code: str) -> list[str]:
    return [finding.message for finding in findings(spec(text)) if finding.code == code]


def test_an_empty_part() -> None:
    assert not found(VARIATIONAL, "S502")
    split = "split: {fraction: {test: 0.2, seed: 0}}"
    assert split in VARIATIONAL
    few = VARIATIONAL.replace(split, "split: {fraction: {test: 0.01, seed: 0}}")
    assert found(few, "S502") == ["The split fraction leaves no test examples of 40."]
    far = VARIATIONAL.replace(split, "split: {quadrant: {x_over: 15, y_over: 15}}")
    assert found(far, "S502") == ["The split quadrant leaves no test examples of 40."]


@pytest.mark.parametrize("text", [ADVERSARIAL, VARIATIONAL])
def test_a_fingerprint_that_is_stated_wrongly(text: str) -> None:
    right = make_data(spec(text).plan()[0].lock).fingerprint()
    stated = text.replace("\ninitialise:", "\n  fingerprint: FINGERPRINT\ninitialise:", 1)
    assert "FINGERPRINT" in stated
    assert not found(stated.replace("FINGERPRINT", right), "S504")
    (message,) = found(stated.replace("FINGERPRINT", "sha256:" + 64 * "0"), "S504")
    assert right in message
