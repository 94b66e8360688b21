"""The benchmark of an adversarial iteration compares like with like."""

from __future__ import annotations

import argparse
import json

import pytest
import torch
from benchmarks.generative import __main__ as command
from benchmarks.generative import iteration
from benchmarks.generative.arms import EVERY, NETWORKS, Arm, make_lock, put_under_training, read
from benchmarks.generative.port import StraightforwardGan

from specit.spec.training import Adversarial

pytestmark = pytest.mark.usefixtures("one_thread")

SMALL = [arm for arm in EVERY if arm.size == "small"]


def test_the_released_size_is_the_released_one() -> None:
    """Parameters as the released code has them; coordinates for the discriminator are 2 · 64 · 25 weights more."""
    counts = {
        name: {role: network.parameters for role, network in make_lock(Arm(name, "released")).networks.items()}
        for name in NETWORKS
    }
    assert counts == {
        "conv": {"generator": 6_413_315, "discriminator": 4_316_545},
        "coordconv": {"generator": 444_931, "discriminator": 4_316_545},
        "coordinates_in_both": {"generator": 444_931, "discriminator": 4_319_745},
    }
    stated = make_lock(Arm("conv", "released")).train[1]
    assert isinstance(stated, Adversarial)
    assert (stated.steps.discriminator, stated.steps.generator, stated.settings.batch_size) == (1, 2, 16)


@pytest.mark.parametrize("arm", SMALL, ids=str)
def test_both_sides_have_the_same_losses(arm: Arm) -> None:
    assert iteration.loss_difference(put_under_training(arm)) < 1e-5


def test_the_port_is_straightforward() -> None:
    port = StraightforwardGan(put_under_training(Arm("coordinates_in_both", "small")))
    generator, discriminator = port.networks.values()
    assert not any(hasattr(network, "spans") for network in (generator, discriminator))
    assert all(parameter.is_contiguous() for parameter in generator.parameters())
    assert not port.optimizers["generator"].param_groups[0]["fused"]
    calls = []
    generator.register_forward_hook(lambda *_: calls.append("generator"))
    discriminator.register_forward_hook(lambda *_: calls.append("discriminator"))
    port.train_batch(torch.zeros(16, 3, 16, 16), torch.Generator().manual_seed(0))
    assert calls == ["discriminator"] + ["generator", "discriminator"] * 3


def test_nothing_is_timed_where_losses_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    step = StraightforwardGan.train_batch
    monkeypatch.setattr(StraightforwardGan, "train_batch", lambda *given: step(*given) * 1.01)
    with pytest.raises(AssertionError, match=r"conv:small: losses differ from the port's by 9\.9e-03"):
        iteration.compare(Arm("conv", "small"), 1)


def test_the_command_prints_every_arm(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["generative", "coordconv:small", "--rounds", "2", "--threads", "1", "--bfloat16"]
    monkeypatch.setattr("sys.argv", words)
    command.main()
    printed = capsys.readouterr().out
    assert "An iteration on one thread" in printed
    assert "coordconv:small" in printed
    assert "specit in bfloat16" in printed
    assert "compiled" not in printed
    monkeypatch.setattr("sys.argv", [*words[:-1], "--json"])
    command.main()
    found = json.loads(capsys.readouterr().out)
    (arm,) = found["iterations"]
    assert found["threads"] == 1
    assert arm["arm"] == "coordconv:small"
    assert arm["ratio"] > 0
    assert arm["bfloat16_ms"] is None


def test_an_unknown_arm_is_refused_with_those_there_are() -> None:
    assert read("conv") == Arm("conv", "released")
    for text, said in (("con", "conv, coordconv"), ("conv:big", "released or small")):
        with pytest.raises(argparse.ArgumentTypeError, match=said):
            read(text)
