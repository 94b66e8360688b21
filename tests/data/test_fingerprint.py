"""A fingerprint is what its description says; what is stated is compared before anything is trained, and not hashed."""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specit.check import findings
from specit.data import Examples, examples_of, make_examples
from specit.errors import SpecItError
from specit.spec.document import Spec
from specit.spec.load import parse

SPEC = """
specit: 1
title: Two by two
data:
  not_so_clevr: {{canvas: [2, 2], square: 1, input: coordinates, coordinates: raw, target: one_hot}}
  split: {split}
  fingerprint: {fingerprint}
train:
  supervised:
    loss: cross_entropy
    optimizer: {{Adam: {{lr: 0.01}}}}
    schedule: constant
    batch_size: 2
    last_batch: keep
    shuffle: never
    epochs: 1
    precision: float32
    weights: final
    evaluate: {{test: 1, train: 1}}
arms:
  one: {{network: [{{Input: {{shape: [2]}}}}, {{Linear: {{in_features: 2, out_features: 4}}}}]}}
"""
LOWER_RIGHT = "{quadrant: {x_over: 0, y_over: 0}}"
# By hand, places in the order x outside, y inside: (0, 0), (0, 1), (1, 0), (1, 1), of which the last is for testing; a
# target is y · 2 + x.
BY_HAND = "sha256:" + (
    hashlib.sha256(
        b"inputs <f4 4 2\n" + struct.pack("<8f", 0, 0, 0, 1, 1, 0, 1, 1)
        + b"targets <i8 4\n" + struct.pack("<4q", 0, 2, 1, 3)
        + b"in_test |b1 4\n" + bytes([0, 0, 0, 1])
    ).hexdigest()
)  # fmt: skip
OTHER = "sha256:" + 64 * "0"


def spec(fingerprint: str = "null", split: str = LOWER_RIGHT) -> Spec:
    return Spec("two", parse(SPEC.format(fingerprint=fingerprint, split=split), "two.yaml"))


def test_it_is_what_its_description_says() -> None:
    (point,) = spec().plan()
    assert make_examples(point.lock).fingerprint() == BY_HAND


def test_it_covers_everything_a_run_sees() -> None:
    (point,) = spec().plan()
    examples = examples_of(point.lock)
    parts: dict[str, Any] = {name: getattr(examples, name) for name in ("inputs", "targets", "in_test")}
    seen = {BY_HAND}
    for name, changed in (
        ("inputs", parts["inputs"] + np.float32(1e-6)),
        ("inputs", parts["inputs"].reshape(2, 2, 2)),
        ("inputs", parts["inputs"][::-1]),
        ("inputs", parts["inputs"].astype(np.float64)),
        ("targets", parts["targets"][::-1]),
        ("targets", parts["targets"].astype(np.int32)),
        ("in_test", ~parts["in_test"]),
    ):
        seen.add(Examples(**parts | {name: changed}, centres=examples.centres, canvas=(2, 2)).fingerprint())
    assert len(seen) == 8


def test_how_it_lies_in_memory_does_not_matter() -> None:
    (point,) = spec().plan()
    one = examples_of(point.lock)
    turned = Examples(np.asfortranarray(one.inputs).astype(">f4"), one.targets, one.in_test, one.centres, (2, 2))  # type: ignore[arg-type]
    assert turned.fingerprint() == BY_HAND


def test_the_right_one_passes_and_changes_no_hash() -> None:
    (stated,), (silent,) = spec(BY_HAND).plan(), spec().plan()
    assert make_examples(stated.lock).fingerprint() == BY_HAND
    assert stated.lock.id == silent.lock.id
    assert stated.lock.statement() == silent.lock.statement()


def test_another_one_is_a_sentence_with_its_line() -> None:
    (point,) = spec(OTHER).plan()
    with pytest.raises(SpecItError) as caught:
        make_examples(point.lock)
    assert str(caught.value) == (
        f"two.yaml:7: The data are not those that are stated: their fingerprint is stated as {OTHER}, and what is made "
        f"here has {BY_HAND}."
    )


def test_it_may_vary_with_the_data() -> None:
    varied = spec(
        f"{{name: split, each: {{right: {BY_HAND}, random: {OTHER}}}}}",
        f"{{each: {{right: {LOWER_RIGHT}, random: {{fraction: {{test: 0.5, seed: 0}}}}}}}}",
    )
    right, random = varied.plan()
    make_examples(right.lock)
    with pytest.raises(SpecItError, match="The data are not those that are stated"):
        make_examples(random.lock)
    assert [(f.code, f.where) for f in findings(varied) if f.code in ("S503", "S504")] == [
        ("S504", {"arm": "one", "split": "random"})
    ]


@pytest.mark.parametrize(
    ("written", "got"),
    [
        (BY_HAND[7:], f"the text '{BY_HAND[7:]}'"),
        (BY_HAND.upper(), f"the text '{BY_HAND.upper()}'"),
        (BY_HAND[:-1], f"the text '{BY_HAND[:-1]}'"),
        ("12345", "the number 12345"),
        ("[1]", "a list"),
    ],
)
def test_what_is_no_fingerprint_is_refused(written: str, got: str) -> None:
    with pytest.raises(SpecItError) as caught:
        spec(written).plan()
    assert str(caught.value) == (
        "two.yaml:7: A fingerprint is 'sha256:' and 64 hexadecimal digits, as `specit check --fingerprints` prints it, "
        f"not {got}."
    )


def test_data_elsewhere_state_it_among_the_rest() -> None:
    text = f"""
specit: 1
title: Elsewhere
data: {{elsewhere: {{about: CIFAR-10}}, fingerprint: {BY_HAND}}}
arms: {{one: {{network: [{{Input: {{shape: [2]}}}}, ReLU]}}}}
"""
    with pytest.raises(
        SpecItError, match=r"Data that are elsewhere state their fingerprint among the rest: elsewhere: "
    ):
        Spec("one", parse(text)).plan()


def test_a_run_refuses_other_data_and_check_prints_the_right_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from specit.cli import main

    def specit(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["specit", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capsys.readouterr()

    path = tmp_path / "two.yaml"
    path.write_text(SPEC.format(fingerprint=OTHER, split=LOWER_RIGHT))
    code, _, said = specit("run", str(path), "--tier", "full", "--store", str(tmp_path / "runs"))
    assert code == 2
    assert f"two.yaml:7: The data are not those that are stated: their fingerprint is stated as {OTHER}" in said
    assert not list((tmp_path / "runs").rglob("record.json"))
    assert specit("check", str(path), "--fingerprints")[1].startswith(f"{BY_HAND}  ")
    (row,) = json.loads(specit("check", str(path), "--fingerprints", "--json")[1])
    assert row["fingerprint"] == BY_HAND
    path.write_text(SPEC.format(fingerprint=BY_HAND, split=LOWER_RIGHT))
    assert specit("run", str(path), "--tier", "full", "--store", str(tmp_path / "runs"))[0] == 0
    assert len(list((tmp_path / "runs").rglob("record.json"))) == 1
