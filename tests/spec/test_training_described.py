"""Data that are elsewhere, and training that is described: checked, locked, compared, printed, and refused by run."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import jsonschema
import pytest

from specit.check import findings
from specit.errors import SpecItError
from specit.report.appendix import compose_appendix, to_markdown
from specit.spec.diff import compare, side_of
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.origins import traced
from specit.spec.schema import json_schema
from specit.spec.training import Described
from specit.spec.tree import plain

SPEC = """specit: 1
title: ImageNet
data: !code
  elsewhere: {about: ImageNet, examples: 1281167, input: [3, 224, 224], input_dtype: float32, target: [],
              target_dtype: int64, transforms: [RandomResizedCrop(224), RandomHorizontalFlip(p=0.5)], fingerprint: !unstated null}
train: !code
  supervised:
    loss: {cross_entropy: {reduction: mean, label_smoothing: 0.1}}
    optimizer: {SGD: {lr: 0.1, momentum: 0.9, dampening: 0, weight_decay: 1.0e-4, nesterov: false, maximize: false}}
    groups: [{on: [biases, normalisation], weight_decay: 0.0}]
    schedule: {multi_step: {milestones: [30, 60], factor: 0.1, by: epoch}}
    batch_size: 256
    accumulation_steps: 2
    autocast: bfloat16
    clip_norm: null
    last_batch: keep
    shuffle: each_epoch
    epochs: 90
    precision: float32
    weights: !unstated null
    evaluate: !unstated null
arms:
  model:
    network:
      - Input: {shape: [3, 224, 224], dtype: float32}
      - Mean: {dim: [2, 3]}
      - Linear: {in_features: 3, out_features: 1000, bias: true}
"""


def read(*replacements: tuple[str, str]) -> Spec:
    text = SPEC
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    return Spec("imagenet", parse(text, "imagenet.yaml"))


def differences(*replacements: tuple[str, str]) -> tuple[list[str], list[str]]:
    """Return what runs differently and what one side leaves unstated, the changed spec being B."""
    sides = []
    for name, spec in (("a", traced(read())), ("b", traced(read(*replacements)))):
        sides.append(side_of(name, spec, spec.plan()[0]))
    found = compare(*sides)
    return [one.says for one in found.runs], [one.says for one in found.unstated]


def test_it_locks_what_is_stated_and_what_is_open() -> None:
    (point,) = read().plan()
    lock = point.lock
    assert lock.data is None
    assert lock.elsewhere is not None
    assert lock.draws
    assert lock.training is not None
    assert isinstance(lock.training[1], Described)
    assert lock.training[1].open == ("weights", "evaluate")
    statement = lock.statement()
    assert statement["data"]["dataset"]["elsewhere"]["examples"] == 1281167
    assert statement["data"]["dataset"]["elsewhere"]["fingerprint"] is None
    train = statement["train"]["supervised"]
    assert (train["weights"], train["evaluate"], train["accumulation_steps"], train["autocast"]) == (
        None,
        None,
        2,
        "bfloat16",
    )
    assert train["loss"] == {"cross_entropy": {"reduction": "mean", "label_smoothing": 0.1}}
    assert "clip_norm" not in train
    assert [line for line in lock.completed if line.startswith("train")] == []


def test_the_identity_tells_what_is_stated_apart() -> None:
    ids = {
        read(change).plan()[0].lock.id
        for change in (
            ("title: ImageNet", "title: ImageNet"),
            ("examples: 1281167", "examples: 1281168"),
            ("accumulation_steps: 2", "accumulation_steps: 1"),
            ("clip_norm: null", "clip_norm: !unstated null"),
            ("fingerprint: !unstated null", "fingerprint: abc"),
            ("epochs: 90", "epochs: !unstated null"),
            ("reduction: mean", "reduction: sum"),
            ("label_smoothing: 0.1", "label_smoothing: 0.1, weight: [1.0, 2.0]"),
        )
    }
    assert len(ids) == 8
    assert read(("    clip_norm: null\n", "")).plan()[0].lock.id in ids


def test_running_it_is_refused_in_a_sentence() -> None:
    (point,) = read().plan()
    words = (
        r"imagenet.yaml:\d+: The data are elsewhere \(ImageNet\), where SpecIt cannot get them, so nothing can be run"
    )
    with pytest.raises(SpecItError, match=words):
        point.lock.require_all()
    for asked in ("dataset", "split", "train"):
        with pytest.raises(SpecItError, match=words):
            getattr(point.lock, asked)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    epochs: 90\n", "", "8: supervised needs the argument 'epochs', which is missing; where nobody states it, write epochs: !unstated null."),
        ("epochs: 90", "epochs: null", "18: supervised: epochs is null, which no training has; where nobody states it, write epochs: !unstated null."),
        ("epochs: 90", "epoch: 90", "18: supervised has no argument 'epoch'; did you mean 'epochs'?"),
        ("autocast: bfloat16", "autocast: bf16", "14: supervised: autocast: input should be 'float16' or 'bfloat16', not 'bf16'."),
        ("{cross_entropy", "{cross_entrpy", "8: Unknown loss 'cross_entrpy'; did you mean 'cross_entropy' or 'binary_cross_entropy'?"),
        ("weights: !unstated null", "weights: last", "20: supervised: weights: input should be 'final' or 'best', not 'last'."),
        ("groups: [{on: [biases", "groups: [{on: [bias", "10: groups: 'bias' is neither a kind of parameter nor a layer that carries a name; did you mean 'biases'?"),
        ("optimizer: {SGD: {lr: 0.1, momentum: 0.9, dampening: 0, weight_decay: 1.0e-4, nesterov: false, maximize: false}}", "optimizer: !unstated null", "10: Groups state arguments of an optimiser, and here none is stated."),
        ("about: ImageNet, ", "", "4: elsewhere needs the argument 'about', which is missing."),
        ("examples: 1281167", "exampels: 5", "4: elsewhere has no argument 'exampels'; did you mean 'examples'?"),
        ("train: !code", "  split: {fraction: {test: 0.5, seed: 0}}\ntrain: !code", "6: Data that are elsewhere have no split that SpecIt could make."),
        ("  elsewhere:", "  elsewere:", "3: The data state no split: which examples are for training, which for testing?"),
    ],
)  # fmt: skip
def test_what_is_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(SpecItError) as raised:
        read((old, new)).plan()
    place, _, says = words.partition(": ")
    assert raised.value.message == says
    assert raised.value.at is not None
    assert raised.value.at.line == int(place)


def test_an_unknown_data_set() -> None:
    with pytest.raises(SpecItError, match=r"Unknown data set 'elsewere'; did you mean 'elsewhere'\?"):
        read(("  elsewhere:", "  split: {fraction: {test: 0.5, seed: 0}}\n  elsewere:")).plan()


def test_null_is_for_descriptions_alone() -> None:
    """Where the data are made here, training runs, and a value that nobody states is none."""
    made = "not_so_clevr: {canvas: [8, 8], square: 3, input: coordinates, coordinates: raw, target: one_hot}\n  split: {fraction: {test: 0.5, seed: 0}}\ntrain:"
    start, end = SPEC.index("  elsewhere"), SPEC.index("train:") + len("train:")
    spec = Spec("made", parse(SPEC[:start] + "  " + made + SPEC[end:], "made.yaml"))
    with pytest.raises(SpecItError):
        spec.plan()


def test_check_lists_what_is_open_and_asks_for_no_data() -> None:
    found = [finding for finding in findings(read()) if finding.code != "S102"]
    assert [finding.code for finding in found] == ["S101"]
    assert found[0].message == (
        "Nobody states data.fingerprint, train.weights, train.evaluate of the arm 'model', and no reading is given."
    )


def test_what_is_open_on_one_side_is_unstated_and_runs_no_differently() -> None:
    assert differences() == ([], [])
    runs, unstated = differences(
        ("epochs: 90", "epochs: !unstated null"), ("[3, 224, 224], input_dtype", "!unstated null, input_dtype")
    )
    assert runs == []
    assert unstated == [
        "elsewhere input: A states [3, 224, 224] (only in the authors' code), B leaves it open.",
        "epochs: A states 90 (only in the authors' code), B leaves it open.",
    ]
    runs, unstated = differences(
        ("schedule: {multi_step: {milestones: [30, 60], factor: 0.1, by: epoch}}", "schedule: !unstated null")
    )
    assert (runs, len(unstated)) == ([], 1)
    assert unstated[0].endswith("B leaves it open.")
    assert differences(("weights: !unstated null", "weights: final"))[1] == [
        "weights: A leaves it open, B states final (only in the authors' code)."
    ]
    assert differences(("clip_norm: null", "clip_norm: !unstated null"))[1] == [
        "clip norm: A has none, B leaves it open."
    ]


def test_what_is_stated_otherwise_runs_differently() -> None:
    runs, _ = differences(
        ("milestones: [30, 60]", "milestones: [30, 60, 80]"), ("weight_decay: 0.0", "weight_decay: 1.0")
    )
    assert (
        "multi step milestones: A states [30, 60] (only in the authors' code), B states [30, 60, 80] (only in the authors' code)."
        in runs
    )
    assert any(one.startswith("groups: A states") for one in runs)


def test_the_appendix_has_it() -> None:
    page = to_markdown(compose_appendix(read()))
    for row in ("elsewhere about | ImageNet<sup>c</sup>", "group 1: on | \\[biases, normalisation\\]<sup>c</sup>",
                "weights | nobody states it<sup>u</sup>", "accumulation steps | 2<sup>c</sup>",
                "multi step milestones | \\[30, 60\\]<sup>c</sup>"):  # fmt: skip
        assert f"| {row} |" in page


def test_the_schema_takes_it_and_marks_slips() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    assert [error.message for error in validator.iter_errors(plain(read().tree))] == []
    for old, new in (
        ("autocast: bfloat16", "autocast: bf16"),
        ("examples:", "exampels:"),
        ("milestones:", "milestone:"),
        ("on: [biases", "off: [biases"),
    ):
        assert not validator.is_valid(plain(read((old, new)).tree))
