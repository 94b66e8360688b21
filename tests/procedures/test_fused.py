"""Adam in one pass: what the loop over parameters does, wherever gradients and loaded states lie in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn

from specit.procedures.optimizers import optimizer_of
from specit.spec.training.optimizers import SGD, Adam, AdamW

pytestmark = pytest.mark.usefixtures("one_thread")


def parameters() -> list[nn.Parameter]:
    """Return some in every layout, the last of one that is both."""
    torch.manual_seed(0)
    kernel = torch.randn(4, 3, 2, 2)
    return [
        nn.Parameter(kernel.clone()),
        nn.Parameter(kernel.contiguous(memory_format=torch.channels_last)),
        nn.Parameter(torch.randn(5)),
        nn.Parameter(torch.randn(4, 3, 1, 1).contiguous(memory_format=torch.channels_last)),
    ]


def gradients(count: int) -> Iterator[list[Tensor]]:
    generator = torch.Generator().manual_seed(1)
    for _ in range(count):
        yield [torch.randn(parameter.shape, generator=generator) for parameter in parameters()]


def take(optimizer: torch.optim.Optimizer, steps: Iterator[list[Tensor]]) -> list[Tensor]:
    (group,) = optimizer.param_groups
    for gradient in steps:
        for parameter, value in zip(group["params"], gradient, strict=True):
            parameter.grad = value.clone()
        optimizer.step()
    return [parameter.detach().clone() for parameter in group["params"]]


@pytest.mark.parametrize("kind", ["Adam", "AdamW"])
def test_gradients_may_lie_as_they_like(kind: str) -> None:
    stated = {"Adam": Adam, "AdamW": AdamW}[kind](lr=0.1)
    ours = optimizer_of(kind, stated, [{"params": parameters()}])
    loop = getattr(torch.optim, kind)(parameters(), **stated.model_dump(), foreach=False)
    assert ours.param_groups[0]["fused"]
    for found, expected in zip(take(ours, gradients(5)), take(loop, gradients(5)), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("first_fused", [True, False])
def test_a_loaded_state_may_lie_as_it_likes(first_fused: bool) -> None:
    """As when a checkpoint comes from another device, whose kernels lie otherwise, or was written by the loop."""
    stated = Adam(lr=0.1)
    steps = list(gradients(5))
    turned = [parameters()[i] for i in (1, 0, 2, 3)]  # the same numbers, the layouts of the first two exchanged
    fused = optimizer_of("Adam", stated, [{"params": turned}])
    first = fused if first_fused else torch.optim.Adam(turned, **stated.model_dump())
    begun = take(first, iter(steps[:3]))
    again = optimizer_of("Adam", stated, [{"params": parameters()}])
    again.load_state_dict(first.state_dict())
    with torch.no_grad():
        for parameter, value in zip(again.param_groups[0]["params"], begun, strict=True):
            parameter.copy_(value)
    loop = torch.optim.Adam(parameters(), **stated.model_dump())
    for found, expected in zip(take(again, iter(steps[3:])), take(loop, iter(steps)), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


def test_the_same_bits_every_time() -> None:
    one, other = (take(optimizer_of("Adam", Adam(lr=0.1), [{"params": parameters()}]), gradients(3)) for _ in range(2))
    assert all(map(torch.equal, one, other))


def test_others_stay_as_they_are() -> None:
    assert optimizer_of("SGD", SGD(lr=0.1), [{"params": parameters()}]).param_groups[0]["fused"] is None
