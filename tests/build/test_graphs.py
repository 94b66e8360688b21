"""Graphs compute what an obvious module computes: skips, branches, shared weights, several inputs and outputs."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from specit.build import BuiltNetwork
from specit.spec.blocks import read_blocks
from specit.spec.load import parse
from specit.spec.network import Network, read_network

pytestmark = pytest.mark.usefixtures("one_thread")

RESIDUAL = """
- Input: {shape: [3, 6, 5]}
- Conv2d: {in_channels: 3, out_channels: 4, kernel_size: 1}
- residual:
    - Conv2d: {in_channels: 4, out_channels: 4, kernel_size: 1}
    - ReLU
    - Conv2d: {in_channels: 4, out_channels: 4, kernel_size: 3, padding: 1}
- ReLU
- parallel:
    join: {Concatenate: {dim: 1}}
    branches:
      - [{Conv2d: {in_channels: 4, out_channels: 2, kernel_size: 1}}, ReLU]
      - []
      - [{AvgPool2d: {kernel_size: 3, stride: 1, padding: 1}}]
- Conv2d: {in_channels: 10, out_channels: 1, kernel_size: 1}
"""


def network(text: str, blocks: str = "{}") -> Network:
    return read_network(parse(text), read_blocks(parse(blocks)), None)


def by_hand(layers: nn.ModuleList, x: Tensor) -> Tensor:
    """RESIDUAL, written out."""
    x = layers[1](x)
    x = layers[4](layers[3](layers[2](x))) + x
    x = layers[6](x)
    x = torch.cat([layers[8](layers[7](x)), x, layers[9](x)], 1)
    made: Tensor = layers[11](x)
    return made


@pytest.mark.parametrize("plain", [False, True])
def test_branches_compute_what_is_written_out(plain: bool) -> None:
    torch.manual_seed(0)
    built = BuiltNetwork(network(RESIDUAL), plain=plain).double()
    x = torch.randn(4, 3, 6, 5, dtype=torch.float64)
    made, expected = built(x), by_hand(built.layers, x)
    assert torch.allclose(made, expected, rtol=1e-12)
    parameters = list(built.parameters())
    ours, theirs = (torch.autograd.grad(y.sin().sum(), parameters) for y in (made, expected))
    assert all(torch.allclose(a, b, rtol=1e-10) for a, b in zip(ours, theirs, strict=True))


def test_a_stretch_ends_where_something_else_takes_its_middle() -> None:
    """Else a run of 1×1 convolutions would swallow what the skip needs."""
    built = BuiltNetwork(network(RESIDUAL))
    assert [(span.start, span.stop) for span in built.spans][:2] == [(0, 2), (2, 4)]


def test_shared_layers_are_one() -> None:
    torch.manual_seed(0)
    built = BuiltNetwork(
        network("""
- Input: {shape: [3]}
- {Linear: {in_features: 3, out_features: 3}, as: step}
- Tanh
- {Linear: {in_features: 3, out_features: 3}, share: step}
""")
    )
    assert built.layers[3] is built.layers[1]
    assert sum(p.numel() for p in built.parameters()) == built.stated.parameters == 12
    x, step = torch.randn(2, 3), built.layers[1]
    assert torch.equal(built(x), step(torch.tanh(step(x))))


def test_several_inputs_and_outputs_go_by_their_order() -> None:
    built = BuiltNetwork(
        network("""
layers:
  - {Input: {shape: [3]}, as: one}
  - {Input: {shape: [2]}, as: other}
  - {Concatenate: {dim: 1}, from: [other, one], as: both}
  - {Scale: {factor: 2.0}, as: doubled}
outputs: [doubled, both]
""")
    )
    one, other = torch.randn(4, 3), torch.randn(4, 2)
    doubled, both = built(one, other)
    assert torch.equal(both, torch.cat([other, one], 1))
    assert torch.equal(doubled, 2 * both)
    with pytest.raises(TypeError, match="the network takes 2 inputs, not 1"):
        built(one)


RESNET = """
with_norm:
  with: [from, to, k, stride]
  layers:
    - Conv2d: {in_channels: $from, out_channels: $to, kernel_size: $k, stride: $stride, padding: $(k // 2), bias: false}
    - BatchNorm2d: {num_features: $to}
bottleneck:
  with: [from, mid, stride, shortcut]
  layers:
    - residual:
        layers:
          - with_norm: {from: $from, to: $mid, k: 1, stride: 1}
          - ReLU
          - with_norm: {from: $mid, to: $mid, k: 3, stride: $stride}
          - ReLU
          - with_norm: {from: $mid, to: $(4 * mid), k: 1, stride: 1}
        shortcut: $shortcut
    - ReLU
stage:
  with: [from, mid, stride, more]
  layers:
    - bottleneck:
        from: $from
        mid: $mid
        stride: $stride
        shortcut: [{with_norm: {from: $from, to: $(4 * mid), k: 1, stride: $stride}}]
    - repeat: {times: $more, layers: [{bottleneck: {from: $(4 * mid), mid: $mid, stride: 1, shortcut: []}}]}
"""
RESNET_50 = """
- Input: {shape: [3, 224, 224]}
- with_norm: {from: 3, to: 64, k: 7, stride: 2}
- ReLU
- MaxPool2d: {kernel_size: 3, stride: 2, padding: 1}
- stage: {from: 64, mid: 64, stride: 1, more: 2}
- stage: {from: 256, mid: 128, stride: 2, more: 3}
- stage: {from: 512, mid: 256, stride: 2, more: 5}
- stage: {from: 1024, mid: 512, stride: 2, more: 2}
- AdaptiveAvgPool2d: {output_size: 1}
- Flatten
- Linear: {in_features: 2048, out_features: 1000}
"""


def test_resnet_50_is_that_of_transformers() -> None:
    """One screen of YAML: the parameters of the reference implementation, and its output with its weights."""
    transformers = pytest.importorskip("transformers", reason="compares with a ResNet-50 that others wrote")
    torch.manual_seed(0)
    config = transformers.ResNetConfig(num_labels=1000)  # its defaults are ResNet-50
    theirs = transformers.ResNetForImageClassification(config).eval()
    stated = network(RESNET_50, RESNET)
    assert stated.parameters == sum(p.numel() for p in theirs.parameters()) == 25_557_032
    built = BuiltNetwork(stated).eval()
    ours = built.state_dict()
    # Theirs states the shortcut of a block before its layers, ours after them.
    source = dict(_in_our_order(theirs.state_dict()))
    assert [tuple(t.shape) for t in source.values()] == [tuple(t.shape) for t in ours.values()]
    built.load_state_dict(dict(zip(ours, source.values(), strict=True)))
    x = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.allclose(built(x), theirs(x).logits, rtol=1e-4, atol=1e-4)


def _in_our_order(state: dict[str, Tensor]) -> list[tuple[str, Tensor]]:
    ordered: list[tuple[str, Tensor]] = []
    shortcuts: list[tuple[str, Tensor]] = []
    before = ""
    for name, tensor in state.items():
        block = name.split(".shortcut.")[0].split(".layer.")[0]
        if shortcuts and block != before and ".shortcut." not in name:
            ordered += shortcuts
            shortcuts = []
        if ".shortcut." in name:
            shortcuts.append((name, tensor))
        else:
            ordered.append((name, tensor))
        before = block
    return ordered + shortcuts
