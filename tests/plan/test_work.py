"""Operations from shapes alone, beside PyTorch's own count of what runs."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from specit.build import BuiltNetwork
from specit.plan import flop_of_an_example
from specit.spec.load import parse
from specit.spec.network import read_network

NETWORKS = {
    "convolutions": "[{Input: {shape: [3, 9, 8]}}, {Conv2d: {in_channels: 3, out_channels: 4, kernel_size: 3, stride: 2}}, "
    "{Conv2d: {in_channels: 4, out_channels: 6, kernel_size: 1, groups: 2}}]",
    "transposed": "[{Input: {shape: [3, 4, 5]}}, {ConvTranspose2d: {in_channels: 3, out_channels: 4, kernel_size: 3, stride: 2}}]",
    "dense": "[{Input: {shape: [5, 7]}}, {Linear: {in_features: 7, out_features: 4}}, {LayerNorm: {normalized_shape: [4]}}, ReLU]",
    "coordinates": "[{Input: {shape: [3, 4, 5]}}, {CoordConv2d: {in_channels: 3, out_channels: 4, kernel_size: 3}}]",
}


@pytest.mark.parametrize("text", NETWORKS.values(), ids=NETWORKS)
def test_it_is_what_pytorch_counts_three_times_over(text: str) -> None:
    network = read_network(parse(text), {}, None)
    built = BuiltNetwork(network, plain=True)
    x = torch.randn(1, *network.inputs[0].shape)
    if "CoordConv2d" in text:  # as a convolution over the input with its maps, which is never made
        layer = built.layers[1]
        with FlopCounterMode(display=False) as counter:
            torch.nn.functional.conv2d(torch.cat([x, x[:, :2]], 1), layer.weight)
    else:
        with FlopCounterMode(display=False) as counter:
            built(x)
    assert flop_of_an_example(network) == 3 * counter.get_total_flops()


def test_shared_weights_work_twice_and_other_weights_a_place_once() -> None:
    text = "[{Input: {shape: [4]}}, {Linear: {in_features: 4, out_features: 4}, as: one}, {Linear: {in_features: 4, out_features: 4}, share: one}]"
    assert flop_of_an_example(read_network(parse(text), {}, None)) == 6 * 2 * 16
    text = "[{Input: {shape: [2, 3, 3]}}, {LocallyConnected2d: {in_channels: 2, out_channels: 1, size: [3, 3], kernel_size: 1, padding: 0, bias: true}}]"
    assert flop_of_an_example(read_network(parse(text), {}, None)) == 6 * 2 * 9
