"""The hash is the experiment's identity: what changes nothing that runs leaves it, anything else changes it."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from specit.errors import SpecItError
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.lock import Lock, canonical
from specit.spec.tree import plain
from specit.studies import find

SMALL = (Path(__file__).parents[1] / "small.yaml").read_text(encoding="utf-8")

FULL = """
specit: 1
title: Everything stated
data:
  not_so_clevr: {canvas: [8, 8], square: 3, input: coordinates, coordinates: raw, target: one_hot}
  split: {bernoulli: {test: 0.25, seed: 1}}
initialise:
  CoordConv2d: {weight: {he_normal: {truncated: true}}, bias: zeros}
  Conv2d: {weight: pytorch_default, bias: zeros}
  BatchNorm2d: {weight: ones, bias: zeros}
train:
  supervised:
    loss: {cross_entropy: {reduction: mean, label_smoothing: 0.0}}
    optimizer:
      Adam: {lr: 0.02, betas: [0.9, 0.99], eps: 1.0e-8, weight_decay: 0.0, amsgrad: false, maximize: false,
             decoupled_weight_decay: false}
    l2: {coefficient: 0.0, on: kernels}
    schedule: {step: {factor: 0.5, every: 2, at_most: 3}}
    batch_size: 8
    micro_batch: null
    last_batch: keep
    shuffle: each_epoch
    epochs: 12
    precision: float32
    weights: final
    evaluate: {test: 1, train: 3}
    probe: [[2, 2], [3, 2]]
    stop: {test_accuracy: 1.0}
arms:
  only:
    network:
      - Input: {shape: [2], dtype: float32}
      - Tile: {size: [10, 9], into: channels}
      - CoordConv2d: {in_channels: 2, out_channels: 16, kernel_size: [1, 1], stride: [1, 1], padding: [0, 0],
                      dilation: [1, 1], groups: 1, bias: true, padding_mode: zeros, radius: false, order: xy,
                      span: [-1.0, 1.0], anchor: corners}
      - BatchNorm2d: {num_features: 16, eps: 1.0e-5, momentum: 0.1, affine: true, track_running_stats: true}
      - ReLU: {inplace: false}
      - Conv2d: {in_channels: 16, out_channels: 1, kernel_size: [1, 1], stride: [1, 1], padding: [0, 0],
                 dilation: [1, 1], groups: 1, bias: true, padding_mode: zeros}
      - Crop2d: {left: 0, right: 1, top: 1, bottom: 1}
      - Flatten: {start_dim: 1, end_dim: -1}
"""


def lock_of(text: str) -> Lock:
    spec = Spec("one", parse(text, "one.yaml"))
    (point,) = spec.plan()
    return point.lock


def lock_of_tree(tree: Any) -> Lock:
    return lock_of(json.dumps(tree))


REFERENCE = lock_of(FULL)
TREE = plain(parse(FULL))


def reordered(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: reordered(tree[key]) for key in sorted(tree, reverse=True)}
    return [reordered(item) for item in tree] if isinstance(tree, list) else tree


def test_the_identity_is_known_by_heart() -> None:
    """Records of long runs are found by it: it changes only with what it is taken of."""
    ids = {
        (p.arm, p.selection["split"], p.selection.get("scale"), p.selection.get("tile")): p.lock.id[:12]
        for p in find("coordconv/classification").plan(readings="all")
        if p.selection["recipe"] == "released"
    }
    assert ids["coordconv", "uniform", "centred", "channels"] == "98941098fcfc"
    assert ids["coordconv", "quadrant", "centred", "channels"] == "cc3eec0fa40d"
    assert ids["deconv_small", "uniform", "raw", None] == "7391c06c5650"
    assert ids["deconv_tuned", "uniform", None, None] == "c8e09071d529"
    assert len(set(ids.values())) == len(ids)


def test_the_order_of_keys_is_nothing() -> None:
    assert lock_of_tree(reordered(TREE)).id == REFERENCE.id


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("train:", "# a comment\ntrain:   # and another one"),
        ("title: Everything stated", "title: Another title\nabout: words\npaper: {cite: somebody}"),
        ("lr: 0.02", "lr: !code 0.02"),
        ("lr: 0.02", "lr: !unstated 0.02"),
        ("lr: 0.02", "lr: 2.0e-2"),
        ("train:", "train: !ours"),
        ("label_smoothing: 0.0", "label_smoothing: 0"),
        ("weight_decay: 0.0", "weight_decay: 0"),
        ("weight_decay: 0.0", "weight_decay: -0.0"),
        ("weight_decay: 0.0, ", ""),
        ("coefficient: 0.0", "coefficient: 0"),
        ("{test_accuracy: 1.0}", "{test_accuracy: 1}"),
        ("[-1.0, 1.0]", "[-1, 1]"),
        ("kernel_size: [1, 1]", "kernel_size: 1"),
        ("padding: [0, 0]", "padding: 0"),
        (", stride: [1, 1]", ""),
        ("canvas: [8, 8]", "canvas: 8"),
        ("- ReLU: {inplace: false}", "- ReLU"),
        ("{start_dim: 1, end_dim: -1}", ""),
        ("bias: zeros}", "bias: {zeros: {}}}"),
        ("arms:", "seeds: 7\narms:"),
    ],
)
def test_what_changes_nothing(old: str, new: str) -> None:
    assert old in FULL
    assert lock_of(FULL.replace(old, new, 1)).id == REFERENCE.id


OTHER: dict[str, Any] = {
    "coordinates": "centred",
    "into": "plane",
    "order": "ij",
    "anchor": "centers",
    "last_batch": "drop",
    "shuffle": "never",
    "schedule": "constant",
    "loss": None,
}
# What has one value only so far, and what decides a shape that must fit elsewhere.
FIXED = {"input", "target", "reduction", "maximize", "precision", "weights", "dtype", "on"}
SHAPES = {"shape", "size", "in_channels", "out_channels", "num_features", "groups", "start_dim", "end_dim", "into"}
SHAPES |= {"bias"}  # initialise states how it starts
SHAPES |= {"left", "right", "top", "bottom", "kernel_size", "stride", "canvas", "padding"}


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(tree, dict):
        for key, child in tree.items():
            yield from leaves(child, (*path, key))
    elif isinstance(tree, list) and any(isinstance(item, dict | list) for item in tree):
        for i, child in enumerate(tree):
            yield from leaves(child, (*path, i))
    else:
        yield path, tree


def other(key: str, value: Any) -> Any:
    if key in OTHER:
        return OTHER[key]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value / 2 + 0.001
    if value is None:
        return 8
    if isinstance(value, list):
        return [value[0] + 1, *value[1:]] if key == "dilation" else [value[0] / 2, *value[1:]]
    raise AssertionError(f"say what else {key} could be than {value!r}")


LEAVES = [
    (path, value)
    for path, value in leaves({key: TREE[key] for key in ("data", "train", "arms")})
    if path[-1] not in FIXED | SHAPES and "probe" not in path and path[-1] != "padding_mode"
]


@pytest.mark.parametrize(("path", "value"), LEAVES, ids=[".".join(map(str, path)) for path, _ in LEAVES])
def test_every_changed_value_changes_it(path: tuple[Any, ...], value: Any) -> None:
    tree = copy.deepcopy(TREE)
    *above, last = path
    inside = tree
    for step in above:
        inside = inside[step]
    inside[last] = other(str(last), value)
    assert lock_of_tree(tree).id != REFERENCE.id


def test_enough_is_changed() -> None:
    assert len(LEAVES) >= 30


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{bernoulli: {test: 0.25, seed: 1}}", "{fraction: {test: 0.25, seed: 1}}"),
        ("truncated: true", "truncated: false"),
        ("weight: {he_normal: {truncated: true}}", "weight: pytorch_default"),
        ("BatchNorm2d: {weight: ones", "BatchNorm2d: {weight: zeros"),
        ("[[2, 2], [3, 2]]", "[[2, 2]]"),
        ("out_channels: 16, kernel_size: [1, 1], stride: [1, 1], padding: [0, 0]", "out_channels: 16, kernel_size: [3, 3], stride: [1, 1], padding: [1, 1]"),
        ("padding_mode: zeros, radius", "padding_mode: circular, radius"),
        ("      - ReLU: {inplace: false}\n", ""),
        ("{left: 0, right: 1, top: 1, bottom: 1}", "{left: 1, right: 0, top: 1, bottom: 1}"),
        ("    l2: {coefficient: 0.0, on: kernels}\n", ""),
        ("    stop: {test_accuracy: 1.0}\n", ""),
        ("    stop: {test_accuracy: 1.0}\n", "    stop: {train_accuracy: 1.0}\n"),
    ],
)  # fmt: skip
def test_other_changes_change_it(old: str, new: str) -> None:
    assert old in FULL
    assert lock_of(FULL.replace(old, new, 1)).id != REFERENCE.id


def test_the_statement_is_plain_and_survives_json() -> None:
    statement = REFERENCE.statement()
    assert json.loads(json.dumps(statement)) == statement
    assert canonical(json.loads(canonical(statement))) == canonical(statement)


def test_nothing_is_left_open_and_what_was_completed_is_said() -> None:
    assert REFERENCE.completed == ()
    missing = FULL.replace("weight_decay: 0.0, ", "").replace(", stride: [1, 1]", "", 1)
    missing = missing.replace("  Conv2d: {weight: pytorch_default, bias: zeros}\n", "")
    assert set(lock_of(missing).completed) == {
        "train.supervised.optimizer.weight_decay = 0.0",
        "network[2].CoordConv2d.stride = (1, 1)",
        "initialise.Conv2d.weight = pytorch_default",
        "initialise.Conv2d.bias = pytorch_default",
    }


def test_no_infinity_gets_into_a_hash() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical({"a": float("inf")})


@pytest.mark.parametrize(
    ("arm", "tile", "parameters"),
    [
        ("coordconv", "channels", 7_553),
        ("coordconv", "plane", 7_521),
        ("deconv_small", None, 46_465),
        ("deconv", None, 409_921),
        ("deconv_large", None, 1_632_001),
    ],
)
def test_parameter_counts_of_the_paper_and_its_code(arm: str, tile: str | None, parameters: int) -> None:
    choose = {"tile": [tile]} if tile else {}
    points = find("coordconv/classification").plan(arms=[arm], choose=choose)
    assert {point.lock.parameters for point in points} == {parameters}


def test_the_count_by_hand() -> None:
    """4 channels in (x, y, column, row), 1 × 1: weights and biases of 32, 32, 64, 64, 1."""
    widths = [4, 32, 32, 64, 64, 1]
    assert sum((a + 1) * b for a, b in itertools.pairwise(widths)) == 7_553
    # c = 1, k = 2: six transposed convolutions with biases, and batch norm's two numbers after five of them
    widths = [2, 64, 64, 64, 32, 32, 1]
    kernels = sum(4 * a * b + b for a, b in itertools.pairwise(widths))
    assert kernels + 2 * sum(widths[1:-1]) == 46_465


@pytest.mark.parametrize(("micro", "refused"), [("4", True), ("7", True), ("8", False), ("9", False), ("null", False)])
def test_batch_norm_sees_whole_batches(micro: str, refused: bool) -> None:
    text = FULL.replace("micro_batch: null", f"micro_batch: {micro}")
    if not refused:
        assert lock_of(text).parameters == REFERENCE.parameters
        return
    with pytest.raises(SpecItError) as raised:
        lock_of(text)
    line = text[: text.index("micro_batch")].count("\n") + 1
    assert str(raised.value) == (
        f"one.yaml:{line}: A micro_batch of {micro} changes what BatchNorm2d computes, whose statistics are those of "
        "the whole batch of 8; write micro_batch: null."
    )


def test_without_batch_norm_any_micro_batch_will_do() -> None:
    line = next(line for line in FULL.splitlines(keepends=True) if "- BatchNorm2d" in line)
    assert lock_of(FULL.replace(line, "").replace("micro_batch: null", "micro_batch: 1")).parameters > 0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  split: {bernoulli: {test: 0.25, seed: 1}}\n", "", "one.yaml:5: The data state no split"),
        ("  split: {b", "  spilt: {b", "one.yaml:5: The data state no split"),
        ("  not_so", "  other: {}\n  not_so", "exactly one data set beside the split; here: other, not_so_clevr"),
        ("    network:", "    networks:", "networks must be a mapping"),
    ],
)
def test_what_a_lock_cannot_do_without(old: str, new: str, words: str) -> None:
    assert old in FULL
    with pytest.raises(SpecItError) as raised:
        lock_of(FULL.replace(old, new, 1))
    assert words in str(raised.value)


def test_the_consequences(changed: Callable[..., Spec]) -> None:
    (point, *_) = changed().plan(arms=["coordconv"])
    assert point.lock.consequences() == {
        "shapes": {
            "network": [
                "Input: 2",
                "Tile: 2 × 8 × 8",
                "CoordConv2d: 16 × 8 × 8",
                "ReLU: 16 × 8 × 8",
                "Conv2d: 1 × 8 × 8",
                "Flatten: 64",
            ]
        },
        "parameters": {"network": (4 + 1) * 16 + 17},
    }
