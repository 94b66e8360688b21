"""Optimisers, groups, schedules and clipping as data: what is locked, what is left out, and what is refused."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from specit.errors import SpecItError
from specit.spec.document import Spec
from specit.spec.lock import Lock
from specit.spec.training import Supervised

ADAM, CONSTANT = "{Adam: {lr: 0.02}}", "schedule: constant"
Change = Callable[..., Spec]


def lock(changed: Change, *replacements: tuple[str, str]) -> Lock:
    return changed(*replacements).plan("full", arms=["coordconv"])[0].lock


def stated(changed: Change, *replacements: tuple[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = lock(changed, *replacements).statement()["train"]["supervised"]
    return made


def refused(changed: Change, *replacements: tuple[str, str]) -> str:
    with pytest.raises(SpecItError) as raised:
        lock(changed, *replacements)
    return str(raised.value)


def test_what_is_not_stated_is_not_in_the_lock(changed: Change) -> None:
    """So every lock from before there were groups and clipping is what it was."""
    plain = lock(changed)
    assert {"groups", "clip_norm"}.isdisjoint(plain.statement()["train"]["supervised"])
    trained = {line.removeprefix("train.supervised.").partition(" = ")[0] for line in plain.completed}
    assert {"groups", "clip_norm", "schedule", "schedule.by"}.isdisjoint(trained)
    for nothing in ("groups: null", "groups: []", "clip_norm: null"):
        assert lock(changed, (CONSTANT, f"{CONSTANT}\n    {nothing}")).id == plain.id
    for something in ("groups: [{on: biases, lr: 0.02}]", "clip_norm: 1"):
        assert lock(changed, (CONSTANT, f"{CONSTANT}\n    {something}")).id != plain.id


def test_every_argument_is_locked_and_those_left_out_are_reported(changed: Change) -> None:
    made = lock(
        changed, (ADAM, "{RMSprop: {lr: 0.01}}"), (CONSTANT, "schedule: {warm_up: {start: 0.1, over: 3, then: linear}}")
    )
    train = made.statement()["train"]["supervised"]
    assert train["optimizer"] == {
        "RMSprop": {
            "lr": 0.01,
            "alpha": 0.99,
            "eps": 1e-8,
            "weight_decay": 0.0,
            "momentum": 0.0,
            "centered": False,
            "maximize": False,
            "eps_inside_root": False,
            "initial_square": 0.0,
            "lr_in_momentum": False,
        }
    }
    assert train["schedule"] == {
        "warm_up": {
            "start": 0.1,
            "over": 3,
            "then": {"linear": {"start": 1.0, "end": 0.0, "over": None, "by": "epoch"}},
            "by": "epoch",
        }
    }
    for line in (
        "optimizer.eps_inside_root = False",
        "schedule.by = 'epoch'",
        "schedule.warm_up.then.linear.end = 0.0",
    ):
        assert f"train.supervised.{line}" in made.completed


def test_groups_are_locked_as_they_are_stated(changed: Change) -> None:
    groups = "groups:\n      - {on: biases, weight_decay: !code 0}\n      - {on: [kernels, normalisation], betas: [0.8, 0.9], lr: 1}"
    said = stated(changed, (CONSTANT, f"{CONSTANT}\n    {groups}"), (ADAM, "{Adam: {lr: 0.02, weight_decay: 0.1}}"))
    assert said["groups"] == [
        {"on": ["biases"], "weight_decay": 0.0},
        {"on": ["kernels", "normalisation"], "betas": [0.8, 0.9], "lr": 1.0},
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (ADAM, "{Sgd: {lr: 0.1}}", "small.yaml:10: Unknown optimizer 'Sgd'; did you mean 'SGD'?"),
        (ADAM, "{SGD: {lr: 0.1, nesterov: true}}", "small.yaml:10: SGD: nesterov needs a momentum above 0 and a dampening of 0."),
        (ADAM, "{SGD: {lr: 0.1, mometum: 0.9}}", "small.yaml:10: SGD has no argument 'mometum'; did you mean 'momentum'?"),
        (ADAM, "{AdamW: {lr: 0}}", "small.yaml:10: AdamW: lr: input should be greater than 0, not 0."),
        (ADAM, "{RMSprop: {alpha: 1}}", "small.yaml:10: RMSprop: alpha: input should be less than 1, not 1."),
        (CONSTANT, "schedule: {multi_step: {factor: 0.1}}", "small.yaml:11: multi_step needs the argument 'milestones', which is missing."),
        (CONSTANT, "schedule: {multi_step: {factor: 0.1, milestones: []}}", "small.yaml:11: multi_step: milestones: list should have at least 1 item, not 0, not []."),
        (CONSTANT, "schedule: {linear: {by: batch}}", "small.yaml:11: linear: by: input should be 'epoch' or 'step', not 'batch'."),
        (CONSTANT, "schedule: {warm_up: {start: 0.1, over: 2}}", "small.yaml:11: warm_up needs the argument 'then', which is missing."),
        (CONSTANT, "schedule: {warm_up: {start: 0.1, over: 2, then: {cosin: {}}}}", "small.yaml:11: warm_up: then has no argument 'cosin'; did you mean 'cosine'?"),
        (CONSTANT, "schedule: {warm_up: {start: 0.1, over: 2, then: {}}}", "small.yaml:11: warm_up: then: needs exactly one schedule; known: constant, cosine, cosine_annealing, exponential, linear, multi_step, step."),
        (CONSTANT, "schedule: {warm_up: {start: 0.1, over: 2, then: {linear: {end: -1}}}}", "small.yaml:11: warm_up: then.linear.end: input should be greater than or equal to 0, not -1."),
        (CONSTANT, "schedule: {warm_up: {start: 0.1, over: 2, by: step, then: cosine}}", "small.yaml:11: warm_up: the warm-up counts by the step, but cosine after it by the epoch; both count the same."),
        (CONSTANT, f"{CONSTANT}\n    clip_norm: 0", "small.yaml:12: clip_norm is a number above 0, or null for none, not the number 0."),
        (CONSTANT, f"{CONSTANT}\n    clip_norm: true", "small.yaml:12: clip_norm is a number above 0, or null for none, not true."),
        (CONSTANT, f"{CONSTANT}\n    groups: biases", "small.yaml:12: groups must be a list, not the text 'biases'."),
        (CONSTANT, f"{CONSTANT}\n    groups: [{{lr: 0.1}}]", "small.yaml:12: A group of Adam needs the argument 'on': kernels, linear, biases, normalisation, others, or layers by name."),
        (CONSTANT, f"{CONSTANT}\n    groups: [{{on: biases}}]", "small.yaml:12: A group of Adam states nothing that would be other than for the rest."),
        (CONSTANT, f"{CONSTANT}\n    groups: [{{on: [], lr: 1}}]", "small.yaml:12: groups: 'on' names nothing."),
        (CONSTANT, f"{CONSTANT}\n    groups: [{{on: 3, lr: 1}}]", "small.yaml:12: groups: 'on' takes names, not the number 3."),
        (CONSTANT, f"{CONSTANT}\n    groups: [{{on: biases, momentum: 1}}]", "small.yaml:12: A group of Adam has no argument 'momentum'; known: amsgrad, betas, decoupled_weight_decay, eps, frozen, lr, maximize, on, weight_decay"),
        (CONSTANT, f"{CONSTANT}\n    groups: [{{on: biases, lr: -1}}]", "small.yaml:12: A group of Adam: lr: input should be greater than 0, not -1."),
        (CONSTANT, f"{CONSTANT}\n    groups: [{{on: biases, frozen: 1}}]", "small.yaml:12: groups: 'frozen' is true or false, not the number 1."),
        (CONSTANT, f"{CONSTANT}\n    groups: [{{on: biases, frozen: true, lr: 1}}]", "small.yaml:12: A group of Adam is frozen, so 'lr' would change nothing."),
        (CONSTANT, f"{CONSTANT}\n    groups: [{{on: bias, lr: 1}}]", "small.yaml:12: groups: 'bias' is neither a kind of parameter nor a layer that carries a name; did you mean 'biases'?"),
        (CONSTANT, f"{CONSTANT}\n    groups: [{{on: [kernels, biases], frozen: true}}]", "small.yaml:12: groups: every parameter is frozen, so nothing can be trained."),
    ],
)  # fmt: skip
def test_what_is_refused(changed: Change, old: str, new: str, words: str) -> None:
    assert refused(changed, (old, new)) == words


def test_a_layer_by_its_name(changed: Change) -> None:
    conv = "- Conv2d: {in_channels: 16, out_channels: 1, kernel_size: 1}"

    def named(name: str, on: str) -> tuple[tuple[str, str], tuple[str, str]]:
        entry = f"- {{Conv2d: {{in_channels: 16, out_channels: 1, kernel_size: 1}}, as: {name}}}"
        return (conv, entry), (CONSTANT, f"{CONSTANT}\n    groups: [{{on: {on}, lr: 1}}]")

    for on in ("last", "last.bias", "[last.weight, biases]"):
        assert isinstance(lock(changed, *named("last", on)).train[1], Supervised)
    assert refused(changed, *named("last", "lats")).endswith("a layer that carries a name; did you mean 'last'?")
    assert "'last.wieght' is neither a kind of parameter nor a layer" in refused(changed, *named("last", "last.wieght"))
    assert refused(changed, *named("biases", "biases")).endswith(
        "groups: 'biases' is a kind of parameter, and a layer is called so too; give it another name."
    )
    relu = ("      - ReLU\n", "      - {ReLU: {}, as: bent}\n")
    bent = refused(changed, relu, (CONSTANT, f"{CONSTANT}\n    groups: [{{on: bent, lr: 1}}]"))
    assert bent.endswith("groups: the layer 'bent' has no parameters of its own.")


def test_another_schedule_takes_the_place_of_the_one_after_a_warm_up(changed: Change) -> None:
    warm = "schedule: {warm_up: {start: 0.1, over: 1, then: {linear: {end: 0.5}}}}"
    over = "overlay: {train: {supervised: {epochs: 4, schedule: {warm_up: {then: {exponential: {factor: 0.5}}}}}}}"
    spec = changed((CONSTANT, warm), ("overlay: {train: {supervised: {epochs: 4}}}", over))
    (point, *_) = spec.plan("quick")
    made = point.lock.statement()["train"]["supervised"]["schedule"]["warm_up"]
    assert made["then"] == {"exponential": {"factor": 0.5, "every": 1, "by": "epoch"}}


def test_what_varies_in_a_group_is_an_axis(changed: Change) -> None:
    spec = changed((CONSTANT, f"{CONSTANT}\n    groups: [{{on: biases, lr: {{name: rate, sweep: [0.1, 0.2]}}}}]"))
    found = [p.lock.statement()["train"]["supervised"]["groups"][0]["lr"] for p in spec.plan("quick", sweeps="all")]
    assert sorted(set(found)) == [0.1, 0.2]
