"""Extracting undoes building: whatever network is built, it comes back as the same layers and numbers."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from tests.spec.test_write import layers, lock_of

from specit.build.initialise import initialise
from specit.build.network import BuiltNetwork
from specit.extract import extract
from specit.spec.network import Network

pytestmark = pytest.mark.usefixtures("one_thread")


def held(network: Network) -> list[str]:
    """The layers with their arguments, in an order of their own: branches have none among each other."""
    return sorted(f"{placed.name} {placed.layer} {placed.shape}" for placed in network.layers)


@settings(derandomize=True, deadline=None, max_examples=4)
@given(layers(depth=1))
def test_what_is_built_is_extracted(entries: list[str]) -> None:
    lock = lock_of("\n".join(["- Input: {shape: [2, 5, 5]}", *entries]))
    stated = lock.networks["network"]
    model = BuiltNetwork(stated, plain=True)
    initialise(model, lock.initialisers, 0)
    extracted = extract(model, (2, 5, 5))
    assert held(extracted.network) == held(stated)
    state = model.state_dict()
    assert set(extracted.origins.values()) == set(state)
    assert all(torch.equal(extracted.weights()[ours], state[theirs]) for ours, theirs in extracted.origins.items())
    torch.manual_seed(0)
    x = torch.randn(3, 2, 5, 5)
    with torch.no_grad():
        assert torch.equal(extracted.built()(x), model.eval()(x))
