"""A search: where its ranges lead, what its trials are, and what it refuses before anything is run."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import jsonschema
import pytest
from tests.tune.small_search import tuned, with_search

from specit.errors import SpecItError
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.places import follow, locate, replaced
from specit.spec.schema import json_schema
from specit.spec.search import Search, searches
from specit.spec.tree import plain
from specit.studies import find

LR, BATCH, BIAS = "train.supervised.optimizer.Adam.lr", "train.supervised.batch_size", "network.Conv2d.bias"


def search(arm: str = "coordconv", split: str = "uniform", *replacements: tuple[str, str]) -> Search:
    spec = tuned(*replacements)
    (point,) = spec.plan(arms=[arm], choose={"split": [split]})
    return searches(spec, [point])[0]


def test_an_arm_has_the_ranges_of_all_and_its_own() -> None:
    assert list(search().ranges) == [LR, BATCH, BIAS]
    assert list(search("dense").ranges) == [LR, BATCH]
    own = "    dense: {train: {supervised: {batch_size: {one_of: [8, 16]}}}}\n"
    assert search("dense", "uniform", ("    coordconv: {net", own + "    coordconv: {net")).ranges[BATCH].stated() == {
        "one_of": [8, 16]
    }


def test_it_begins_with_what_is_stated() -> None:
    one = search()
    assert one.first == {LR: 0.02, BATCH: 8, BIAS: True}
    assert one.tuned(one.first).lock.id == one.stated.lock.id


def test_a_trial_differs_from_the_arm_in_its_values_its_data_and_what_tune_states() -> None:
    one = search()
    trial, stated = one.trial({LR: 0.003, BATCH: 5, BIAS: False}), one.stated.lock.statement()
    expected = {**stated, "data": {**stated["data"]}, "train": {"supervised": {**stated["train"]["supervised"]}}}
    expected["data"]["split"] = {
        "within_train": {
            "of": {"fraction": {"test": 0.25, "seed": 0}},
            "again": {"fraction": {"test": 0.25, "seed": 1}},
        }
    }
    expected["train"]["supervised"] |= {"epochs": 2, "batch_size": 5}
    expected["train"]["supervised"]["optimizer"] = {
        "Adam": {**stated["train"]["supervised"]["optimizer"]["Adam"], "lr": 0.003}
    }
    del (starts := {**stated["initialise"]})["Conv2d"]
    expected["initialise"] = {**starts, "Conv2d": {"weight": {"pytorch_default": {}}}}
    found = trial.lock.statement()
    before, after = stated["networks"]["network"], found["networks"]["network"]
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [(before[4], after[4])]
    assert (before[4]["Conv2d"]["bias"], after[4]["Conv2d"]["bias"]) == (True, False)
    assert {**found, "networks": None} == {**expected, "networks": None}
    tuned_arm = one.tuned({LR: 0.003, BATCH: 5, BIAS: False}).lock.statement()
    assert tuned_arm["data"] == stated["data"]
    assert tuned_arm["train"]["supervised"]["epochs"] == 12


def test_what_is_held_out_follows_the_condition() -> None:
    split = search("dense", "quadrant").trial(search("dense", "quadrant").first).lock.statement()["data"]["split"]
    assert split["within_train"]["again"] == {"quadrant": {"x_over": 3, "y_over": 3}}


def test_a_run_is_called_by_its_values() -> None:
    one = search()
    values = {LR: 0.003, BATCH: 5, BIAS: False}
    called = "coordconv · split=uniform · tile=channels · lr=0.003 · batch_size=5 · bias=false"
    assert one.tuned(values).label == called
    assert one.trial(values).label == f"{called} · hold_out=fraction"
    assert one.condition == {"split": "uniform"}


def test_a_sweep_that_is_searched_instead_is_named_no_more() -> None:
    one = search("dense", "uniform", ("lr: 0.02", "lr: {sweep: [0.02, 0.05]}"))
    assert one.stated.selection == {"split": "uniform", "lr": "0.02"}
    assert one.tuned({LR: 0.003, BATCH: 5}).selection == {"split": "uniform", "lr": "0.003", "batch_size": "5"}
    other = search("dense", "uniform", ("lr: 0.02", "lr: {name: rate, sweep: [0.02, 0.05]}"))
    assert other.tuned({LR: 0.003, BATCH: 5}).selection == {"split": "uniform", "lr": "0.003", "batch_size": "5"}


def test_names_that_two_ranges_would_share_are_long() -> None:
    both = (
        "coordconv: {network: {Conv2d: {bias: {one_of: [true, false]}}, CoordConv2d: {bias: {one_of: [true, false]}}}}"
    )
    one = search("coordconv", "uniform", ("coordconv: {network: {Conv2d: {bias: {one_of: [true, false]}}}}", both),
                 ("out_channels: 16,\n           kernel_size: 1}", "out_channels: 16, kernel_size: 1, bias: true}"))  # fmt: skip
    assert list(one.names.values()) == ["lr", "batch_size", BIAS, "network.CoordConv2d.bias"]


def test_another_statement_is_another_search() -> None:
    ids = {
        search("dense", "uniform", change).id
        for change in (
            ("lr: 0.02", "lr: 0.02"),
            ("lr: 0.02", "lr: 0.03"),
            ("batch_size: {integer: [4, 12]}", "batch_size: {integer: [4, 13]}"),
            ("seed: 1}}, quadrant", "seed: 2}}, quadrant"),
            ("measure: test_accuracy\n  hold", "measure: test_cross_entropy\n  hold"),
            ("measure: test_accuracy\n  hold", "measure: test_accuracy\n  seed: 3\n  hold"),
            ("overlay: {train: {supervised: {epochs: 2}}}\n  space", "space"),
        )
    } | {search("dense", "quadrant").id, search().id}
    assert len(ids) == 9
    assert search("dense", "uniform", ("A small task", "Another title")).id == search("dense").id


def test_the_section_changes_no_lock() -> None:
    with_, without = tuned(), Spec("small", parse(with_search().partition("\ntune:")[0]))
    assert [p.lock.id for p in with_.every_point] == [p.lock.id for p in without.every_point]


SPACE = "optimizer: {Adam: {lr: {log_uniform: [1.0e-3, 1.0e-1]}}}"
OWN = "coordconv: {network: {Conv2d: {bias: {one_of: [true, false]}}}}"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (SPACE, "optimizer: {Adam: {lrr: {uniform: [0, 1]}}}", "small.yaml:74: A range of the search has nothing to stand "
         "for: the arm 'coordconv' states no 'lrr' in train.supervised.optimizer.Adam; did you mean 'lr'?"),
        (SPACE, "optimizer: {SGD: {lr: {uniform: [0, 1]}}}", "states no 'SGD' in train.supervised.optimizer; known: Adam"),
        (SPACE, "epochs: {deep: {integer: [1, 20]}}", "states no 'deep' in train.supervised.epochs; nothing is stated there"),
        (SPACE, "optimizer: {Adam: {lr: {uniform: [0.03, 1]}}}", "The arm 'coordconv' states train.supervised.optimizer."
         "Adam.lr = 0.02, which lies outside its range, 0.03 to 1; widen the range"),
        (SPACE, "optimizer: {uniform: [0, 1]}", "where the arm 'coordconv' states a mapping; a range stands for one value"),
        (SPACE, "epochs: {uniform: [1, 20]}", "small.yaml:74: supervised: epochs: input should be a valid integer"),
        (SPACE, "schedule: {one_of: [constant, linaer]}", "Unknown schedule 'linaer'"),
        (OWN, "coordconv: {network: {Conv3d: {bias: {one_of: [true, false]}}}}", "states no 'Conv3d' in network; did you "
         "mean 'Conv2d'"),
        (OWN, "coordconv: {network: {Conv2d: {bias: {one_of: [true, 3]}}}}", "small.yaml:76: Conv2d: bias: input should be a valid boolean, not 3."),
        ("measure: test_accuracy\n  hold", "measure: test_iou\n  hold", "small.yaml:67: tune chooses by 'test_iou', which "
         "is not measured of the arm 'coordconv'; known: test_accuracy"),
        ("    name: split\n    each", "    each", "The spec has no axis 'hold_out' that the search could follow: "
         "name the one that is meant, name: ...; known: split, tile"),
        ("    each: {uniform: {fraction: {test: 0.25, seed: 1}}", "    each: {unifrom: {fraction: {test: 0.25, seed: 1}}", "The axis 'split' has the options"),
    ],
)  # fmt: skip
def test_what_could_not_be_run_is_refused(old: str, new: str, says: str) -> None:
    with pytest.raises(SpecItError) as error:
        search("coordconv", "uniform", (old, new))
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  measure: test_accuracy\n  hold_out", "  hold_out", "tune needs the argument 'measure', which is missing."),
        ("measure: test_accuracy\n  hold", "measure: test_acuracy\n  hold", "small.yaml:68: tune cannot choose by "
         "'test_acuracy', for it is no measure of a part that is held out; did you mean 'test_accuracy'"),
        ("measure: test_accuracy\n  hold", "measure: seconds\n  hold", "tune cannot choose by 'seconds'"),
        ("overlay: {train: {supervised: {epochs: 2}}}\n  sp", "overlya: {}\n  sp", "tune has no argument 'overlya'; did you "
         "mean 'overlay'?"),
        ("overlay: {train: {supervised: {epochs: 2}}}\n  sp", "overlay: {data: {}}\n  sp", "The overlay of tune has no "
         "argument 'data'"),
        ("  space:\n", "  space:\n    data: {split: {uniform: [0, 1]}}\n", "The space of tune cannot change the data: "
         "every trial, and every arm, must have the same."),
        ("  space:\n", "  space:\n    trian: {a: {uniform: [0, 1]}}\n", "The space of tune has no argument 'trian'; did "
         "you mean 'train'?"),
        ("    coordconv: {network: {Conv2d", "    coordcon: {network: {Conv2d", "small.yaml:76: There is no arm 'coordcon'; "
         "did you mean 'coordconv'?"),
        ("measure: test_accuracy\n  hold", "measure: test_accuracy\n  seed: -1\n  hold", "tune: seed: input should be "
         "greater than or equal to 0, not -1."),
        ("uniform: {fraction: {test: 0.25, seed: 1}}, q", "uniform: {within_train: {}}, q", "tune cannot hold out by "
         "'within_train'; known: bernoulli, fraction, quadrant"),
    ],
)  # fmt: skip
def test_a_section_that_says_nonsense_is_refused(old: str, new: str, says: str) -> None:
    with pytest.raises(SpecItError) as error:
        _ = tuned((old, new)).tune
    assert says in str(error.value)


def test_a_section_must_search_something() -> None:
    text = with_search().partition("  space:")[0]
    with pytest.raises(SpecItError, match="tune states nothing to search: give it a space, or arms with one each"):
        _ = Spec("small", parse(text)).tune
    plain_spec = Spec("small", parse(text.partition("tune:")[0]))
    with pytest.raises(SpecItError, match="small says nothing of a search: it has no section 'tune'"):
        _ = Search(plain_spec, plain_spec.plan()[0]).ranges


NETWORK = """
network:
  - Input: {shape: [2]}
  - {Linear: {out_features: 3}, as: first, initialise: {weight: zeros}}
  - Linear: {out_features: 4}
  - ReLU
  - residual: [{Flatten: {start_dim: 1}}]
"""


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("network.first.Linear.out_features", ("network", 1, "Linear", "out_features")),
        ("network.residual.Flatten.start_dim", ("network", 4, "residual", 0, "Flatten", "start_dim")),
        ("network.Input.shape", ("network", 0, "Input", "shape")),
    ],
)
def test_a_path_leads_through_lists_of_layers(path: str, steps: tuple[str | int, ...]) -> None:
    tree = parse(NETWORK)
    assert locate(tree, tuple(path.split(".")), what="It", at=tree.mark) == steps
    new = replaced(tree, steps, parse("seven"))
    assert follow(new, steps).value == "seven"
    changed, before = plain(new), plain(tree)
    *way, last = steps
    at_new, at_old = changed, before
    for step in way:
        at_new, at_old = at_new[step], at_old[step]
    at_new[last] = at_old[last]
    assert changed == before  # and nothing else was touched


def test_several_layers_of_a_kind_need_a_name() -> None:
    tree = parse(NETWORK)
    with pytest.raises(
        SpecItError, match="It has 2 entries 'Linear' in network; give the one that is meant a name, as:"
    ):
        locate(tree, ("network", "Linear", "out_features"), what="It", at=tree.mark)
    with pytest.raises(SpecItError, match="It states no 'ReLU' in network; known: Input, Linear, first, residual"):
        locate(tree, ("network", "ReLU"), what="It", at=tree.mark)


def test_the_study_states_searches_that_can_be_run() -> None:
    spec = find("coordconv/fair_search")
    for tier in spec.tiers:
        assert searches(spec, [point for point in spec.plan(tier) if point.lock.trains])


VALIDATOR = jsonschema.Draft202012Validator(json_schema())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("measure: test_accuracy\n  hold", "measure: 3\n  hold"),
        ("lr: {log_uniform: [1.0e-3, 1.0e-1]}", "lr: {log_unifrom: [1.0e-3, 1.0e-1]}"),
        ("lr: {log_uniform: [1.0e-3, 1.0e-1]}", "lr: {log_uniform: [1.0e-3]}"),
        ("lr: {log_uniform: [1.0e-3, 1.0e-1]}", "lr: 0.1"),
        ("  space:\n    train", "  space:\n    data"),
        ("overlay: {train: {supervised: {epochs: 2}}}", "overlay: {train: {supervised: {epcohs: 2}}}"),
    ],
)
def test_an_editor_marks_the_slips(old: str, new: str) -> None:
    assert not list(VALIDATOR.iter_errors(plain(tuned().tree)))
    assert list(VALIDATOR.iter_errors(plain(tuned((old, new)).tree)))
