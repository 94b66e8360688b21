"""Whole graphs, blocks and branches unfolded: what is seen, against the Jacobian of the built network."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from specit.build import BuiltNetwork
from specit.check.dependence import rules, what_is_seen
from specit.spec.load import parse
from specit.spec.network import Network, read_network

pytestmark = pytest.mark.usefixtures("one_thread")

BRANCHES = """
- Input: {shape: [2, 4, 5]}
- {Conv2d: {in_channels: 2, out_channels: 2, kernel_size: [1, 2], groups: 2}, as: low}
- residual:
    - Conv2d: {in_channels: 2, out_channels: 2, kernel_size: [3, 1], padding: [1, 0]}
    - Tanh
- parallel:
    join: {Concatenate: {dim: 1}}
    branches:
      - [{Conv2d: {in_channels: 2, out_channels: 1, kernel_size: 1}}]
      - []
      - [{Crop2d: {left: 1, right: 0, top: 0, bottom: 0}}, {ZeroPad2d: {padding: [0, 1, 0, 0]}}]
- {Slice: {dim: 1, start: 0, stop: 2}, as: part}
- {Multiply: {}, from: [part, low]}
"""
GATED = """
- {Input: {shape: [2, 3, 3]}, as: image}
- AdaptiveAvgPool2d: {output_size: 1}
- {Sigmoid: {}, as: gate}
- {Multiply: {}, from: [image, gate], as: gated}
- {Add: {}, from: [gated, gate]}
- Flatten
"""


def network(text: str) -> Network:
    return read_network(parse(text), {}, None)


def seen(stated: Network) -> np.ndarray:
    place = stated.outputs[0]
    sees = what_is_seen(stated, {place})[place]
    count = int(np.prod(stated.layers[0].shape))
    return np.unpackbits(sees.expanded(), axis=-1)[..., :count].reshape(-1, count).astype(bool)


def changes(stated: Network) -> np.ndarray:
    built = BuiltNetwork(stated, plain=True).double().eval()
    x = torch.randn(stated.layers[0].shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    jacobian = torch.autograd.functional.jacobian(lambda one: built(one[None])[0], x)
    return (jacobian.abs() > 1e-12).reshape(-1, x.numel()).numpy()


@pytest.mark.parametrize("text", [BRANCHES, GATED])
def test_a_graph_sees_what_its_jacobian_shows(text: str) -> None:
    torch.manual_seed(0)
    found = seen(network(text))
    assert np.array_equal(found, changes(network(text)))
    assert found.any()
    assert not found.all()


def test_a_layer_without_a_rule_sees_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Safe for a layer that the vocabulary gains: nothing is called impossible for want of a rule."""
    monkeypatch.delitem(rules.RULES, "Sigmoid")
    assert seen(network(GATED)).all()


def test_only_what_was_asked_for_is_kept() -> None:
    stated = network(BRANCHES)
    asked = {1, stated.outputs[0]}
    assert set(what_is_seen(stated, asked)) == asked
