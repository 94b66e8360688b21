"""Optimisers against loops written out by hand, in double precision, and against those of other libraries."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import nn

from specit.procedures import SupervisedTraining
from specit.procedures.optimizers import RMSprop, make_optimizer
from specit.spec.training import Supervised
from specit.spec.training.optimizers import OPTIMIZERS

pytestmark = pytest.mark.usefixtures("one_thread")

Arrays = list[NDArray[np.float64]]


def gradients(count: int) -> Arrays:
    return list(np.random.default_rng(0).normal(size=(count, 5)))


def steps(make: Callable[[list[nn.Parameter]], torch.optim.Optimizer], found: Arrays) -> NDArray[np.float64]:
    """Take one step for each gradient, from ones, in double precision."""
    parameter = nn.Parameter(torch.ones(5, dtype=torch.float64))
    chosen = make([parameter])
    for gradient in found:
        parameter.grad = torch.from_numpy(gradient.copy())
        chosen.step()
    return parameter.detach().numpy()


Make = Callable[[list[nn.Parameter]], torch.optim.Optimizer]
Train = Callable[..., SupervisedTraining]
Stated = Callable[..., Make]


@pytest.fixture(scope="module")
def as_run(train: Callable[..., SupervisedTraining]) -> Callable[..., Make]:
    """Return a function that makes the optimiser that a run would have, around other parameters."""

    def stated(name: str, **arguments: Any) -> Make:
        said = ", ".join(f"{key}: {value}" for key, value in arguments.items()).lower()
        run = train(("{Adam: {lr: 0.02}}", f"{{{name}: {{{said}}}}}"))
        known = inspect.signature(type(run.optimizer)).parameters
        group = {key: value for key, value in run.optimizer.param_groups[0].items() if key in known and key != "params"}
        return lambda parameters: type(run.optimizer)(parameters, **group)

    return stated


@pytest.mark.parametrize("decoupled", [False, True])
@pytest.mark.parametrize("eps", [1e-8, 0.1])
def test_adam_adds_epsilon_to_the_corrected_root(as_run: Stated, eps: float, decoupled: bool) -> None:
    name = "AdamW" if decoupled else "Adam"
    found = steps(as_run(name, lr=0.1, betas="[0.9, 0.99]", eps=eps, weight_decay=0.01), gradients(20))
    w, m, v = np.ones(5), np.zeros(5), np.zeros(5)
    for t, gradient in enumerate(gradients(20), start=1):
        g = gradient + (0 if decoupled else 0.01 * w)
        w = w - (0.1 * 0.01 * w if decoupled else 0)
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g * g
        w = w - 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.99**t)) + eps)
    np.testing.assert_allclose(found, w, rtol=1e-12)


def test_keras_epsilon_is_another_one(as_run: Stated) -> None:
    """As the docstring says: the same number counts for 1 / √(1 - β₂ᵗ) times as much before the correction."""
    gradient, beta = gradients(1)[0], 0.999
    keras = 1 - 0.1 * math.sqrt(1 - beta) / (1 - 0.9) * (0.1 * gradient) / (np.sqrt((1 - beta) * gradient**2) + 1e-3)
    as_stated = steps(as_run("Adam", lr=0.1, eps=1e-3 / math.sqrt(1 - beta)), [gradient])
    np.testing.assert_allclose(as_stated, keras, rtol=1e-12)
    assert 31 < 1 / math.sqrt(1 - beta) < 32


@pytest.mark.parametrize(("momentum", "dampening", "nesterov"), [(0, 0, False), (0.9, 0.3, False), (0.9, 0, True)])
def test_sgd_by_hand(as_run: Stated, momentum: float, dampening: float, nesterov: bool) -> None:
    make = as_run("SGD", lr=0.1, momentum=momentum, dampening=dampening, nesterov=nesterov, weight_decay=0.02)
    w, v = np.ones(5), None
    for gradient in gradients(12):
        g = gradient + 0.02 * w
        v = g if v is None else momentum * v + (1 - dampening) * g
        w = w - 0.1 * (g + momentum * v if nesterov else v)
    np.testing.assert_allclose(steps(make, gradients(12)), w, rtol=1e-12)


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("centered", [False, True])
@pytest.mark.parametrize(("momentum", "early"), [(0, False), (0, True), (0.9, False), (0.9, True)])
def test_rmsprop_by_hand(as_run: Stated, inside: bool, centered: bool, momentum: float, early: bool) -> None:
    initial = 1.0 if inside else 0.0
    make = as_run("RMSprop", lr=0.1, alpha=0.9, eps=0.01, weight_decay=0.02, momentum=momentum, centered=centered,
                  eps_inside_root=inside, initial_square=initial, lr_in_momentum=early)  # fmt: skip
    w, v, mean, b = np.ones(5), np.full(5, initial), np.zeros(5), np.zeros(5)
    for gradient in gradients(12):
        g = gradient + 0.02 * w
        v, mean = 0.9 * v + 0.1 * g * g, 0.9 * mean + 0.1 * g
        square = v - mean**2 if centered else v
        divisor = np.sqrt(square + 0.01) if inside else np.sqrt(square) + 0.01
        b = momentum * b + (0.1 if early else 1) * g / divisor
        w = w - (1 if early else 0.1) * b
    np.testing.assert_allclose(steps(make, gradients(12)), w, rtol=1e-10)


def test_where_lr_stands_in_the_momentum_matters_once_it_changes(as_run: Stated) -> None:
    """TensorFlow's order, written out, with a rate that falls in the middle."""
    parameter = nn.Parameter(torch.ones(5, dtype=torch.float64))
    chosen = as_run("RMSprop", lr=0.1, alpha=0.9, eps=0.01, momentum=0.9, eps_inside_root=True, initial_square=1.0,
                    lr_in_momentum=True)([parameter])  # fmt: skip
    w, v, b = np.ones(5), np.ones(5), np.zeros(5)
    for rate, gradient in zip([0.1] * 5 + [0.01] * 5, gradients(10), strict=True):
        chosen.param_groups[0]["lr"] = rate
        parameter.grad = torch.from_numpy(gradient.copy())
        chosen.step()
        v = 0.9 * v + 0.1 * gradient**2
        b = 0.9 * b + rate * gradient / np.sqrt(v + 0.01)
        w = w - b
    np.testing.assert_allclose(parameter.detach().numpy(), w, rtol=1e-12)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("centered", [False, True])
def test_tensorflows_rmsprop_as_others_ported_it(as_run: Stated, momentum: float, centered: bool) -> None:
    ported = pytest.importorskip("stable_baselines3.common.sb2_compat.rmsprop_tf_like").RMSpropTFLike
    same = {"lr": 0.05, "alpha": 0.9, "eps": 1e-3, "weight_decay": 0.01, "momentum": momentum, "centered": centered}
    ours = as_run("RMSprop", **same, eps_inside_root=True, initial_square=1.0)
    expected = steps(lambda parameters: ported(parameters, **same), gradients(15))
    np.testing.assert_allclose(steps(ours, gradients(15)), expected, rtol=1e-12)


def test_pytorchs_own_is_taken_where_it_does_the_same(train: Train) -> None:
    assert type(train(("{Adam: {lr: 0.02}}", "{RMSprop: {lr: 0.01}}")).optimizer) is torch.optim.RMSprop
    assert type(train(("{Adam: {lr: 0.02}}", "{RMSprop: {eps_inside_root: true}}")).optimizer) is RMSprop
    own = "groups: [{on: biases, initial_square: 1.0}]\n    l2: null"
    assert type(train(("{Adam: {lr: 0.02}}", "{RMSprop: {lr: 0.01}}"), ("l2: null", own)).optimizer) is RMSprop
    same = {"lr": 0.05, "alpha": 0.9, "eps": 1e-3, "weight_decay": 0.01, "momentum": 0.5, "centered": True}
    more = {"eps_inside_root": False, "initial_square": 0.0, "lr_in_momentum": False, "maximize": False}
    expected = steps(lambda parameters: torch.optim.RMSprop(parameters, **same), gradients(15))
    np.testing.assert_allclose(steps(lambda p: RMSprop(p, **same, **more), gradients(15)), expected, rtol=1e-12)


def test_a_closure_gives_the_loss(as_run: Stated) -> None:
    parameter = nn.Parameter(torch.ones(2))
    chosen = as_run("RMSprop", eps_inside_root=True)([parameter])

    def closure() -> float:
        chosen.zero_grad()
        loss = parameter.square().sum()
        loss.backward()
        return loss.item()

    assert chosen.step(closure) == 2.0
    assert (parameter < 1).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_defaults_are_pytorchs(name: str) -> None:
    theirs = getattr(torch.optim, name)([nn.Parameter(torch.zeros(1))]).defaults
    ours = OPTIMIZERS[name]().model_dump()
    assert {key: ours[key] for key in ours if key in theirs} == {key: theirs[key] for key in ours if key in theirs}
    switches = {"foreach", "capturable", "differentiable", "fused", "decoupled_weight_decay"}
    assert set(theirs) - set(ours) <= switches


GROUPS = """groups:
      - {on: [biases, normalisation], weight_decay: 0.0}
      - {on: [head, first.bias], lr: 0.5}
    l2: null"""
SGD = ("{Adam: {lr: 0.02}}", "{SGD: {lr: 0.1, momentum: 0.9, weight_decay: 0.01}}")


def test_groups_are_what_a_hand_would_write(train: Train) -> None:
    run, other = train(SGD, ("l2: null", GROUPS)), train(SGD)
    first, norm, slope, kernel, head = (other.network.layers[place] for place in (1, 2, 3, 5, 7))
    other.optimizer = torch.optim.SGD(
        [
            {"params": [first.weight, slope.weight, kernel.weight]},
            {"params": [norm.weight, norm.bias, kernel.bias], "weight_decay": 0.0},
            {"params": [first.bias, head.bias], "weight_decay": 0.0, "lr": 0.5},
            {"params": [head.weight], "lr": 0.5},
        ],
        lr=0.1,
        momentum=0.9,
        weight_decay=0.01,
    )
    other.rates = [group["lr"] for group in other.optimizer.param_groups]
    for one in (run, other):
        one.run_epoch(lambda share: None)
    ours, theirs = run.network.state_dict(), other.network.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert len(run.optimizer.param_groups) == 4
    plain = train(SGD)
    plain.run_epoch(lambda share: None)
    assert not torch.equal(plain.network.layers[7].weight, run.network.layers[7].weight)


def test_every_kind_holds_its_parameters(train: Train) -> None:
    held = {
        "kernels": {(5, "weight")},
        "linear": {(1, "weight"), (7, "weight")},
        "others": {(3, "weight")},
        "biases": {(1, "bias"), (5, "bias"), (7, "bias")},
        "normalisation": {(2, "weight"), (2, "bias")},
    }
    for kind, parameters in held.items():
        run = train(SGD, ("l2: null", f"groups: [{{on: {kind}, weight_decay: 0.0}}]\n    l2: null"))
        expected = {id(getattr(run.network.layers[place], name)) for place, name in parameters}
        (group,) = [g for g in run.optimizer.param_groups if g["weight_decay"] == 0]
        assert {id(parameter) for parameter in group["params"]} == expected
        assert sum(len(g["params"]) for g in run.optimizer.param_groups) == 9


def test_what_is_frozen_stays(train: Train) -> None:
    run = train(SGD, ("l2: null", "groups: [{on: [first, normalisation], frozen: true}]\n    l2: null"))
    before = {name: tensor.clone() for name, tensor in run.network.state_dict().items()}
    run.run_epoch(lambda share: None)
    same = {name for name, tensor in run.network.state_dict().items() if torch.equal(tensor, before[name])}
    assert same == {"layers.1.weight", "layers.1.bias", "layers.2.weight", "layers.2.bias"}


@settings(max_examples=10, deadline=None)
@given(st.floats(0.01, 3.0))
def test_clipping_by_norm_is_that_of_all_numbers_together(train: Train, most: float) -> None:
    """A step of plain gradient descent shows the gradient; it is compared with one that was not clipped."""
    plain_sgd = ("{Adam: {lr: 0.02}}", "{SGD: {lr: 1.0}}")
    batch = torch.arange(8)
    moved = []
    for clip in ("", f"clip_norm: {most}\n    "):
        run = train(plain_sgd, ("l2: null", f"{clip}l2: {{coefficient: 0.01, on: kernels}}"))
        before = torch.cat([p.detach().double().flatten() for p in run.network.parameters()])
        run.train_batch(batch)
        moved.append((torch.cat([p.detach().double().flatten() for p in run.network.parameters()]) - before).numpy())
    whole, clipped = moved
    norm = float(np.sqrt((whole**2).sum()))
    np.testing.assert_allclose(clipped, whole * min(1.0, most / (norm + 1e-6)), rtol=1e-3, atol=1e-6)


def test_what_is_frozen_does_not_count_for_clipping(train: Train) -> None:
    frozen = (
        "groups: [{on: [linear, biases, normalisation, others], frozen: true}]\n    clip_norm: 1.0e-3\n    l2: null"
    )
    run = train(("{Adam: {lr: 0.02}}", "{SGD: {lr: 1.0}}"), ("l2: null", frozen))
    before = run.network.layers[5].weight.detach().clone()
    run.train_batch(torch.arange(8))
    assert (run.network.layers[5].weight.detach() - before).norm().item() == pytest.approx(1e-3, rel=1e-2)


def test_without_groups_nothing_changes(train: Train) -> None:
    """The optimiser of old specs: one group of all parameters, in the order in which the network lists them."""
    run = train()
    assert isinstance(run.stated, Supervised)
    (group,) = make_optimizer(run.stated, run.network).param_groups
    assert all(a is b for a, b in zip(group["params"], run.network.parameters(), strict=True))
