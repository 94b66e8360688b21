"""Layers whose radius is measured from beside the middle."""

import copy
import pickle

import numpy as np
import pytest
import torch

import coordconv
from coordconv import fold
from coordconv.compat import OffCentreCoordConv1d, OffCentreCoordConv2d


def radius_map(layer, size):
    weight = torch.zeros_like(layer.weight)
    weight[0, -1] = 1
    layer.load_state_dict({"weight": weight, "bias": torch.zeros_like(layer.bias)})
    return layer.double()(torch.zeros(1, 1, *size, dtype=torch.float64)).detach()[0, 0].numpy()


def test_the_off_centre_radius_drawn_out():
    #  x: -1 0 1     y: -1    the distance from (0.5, 0.5): √4.5 √2.5 √2.5
    #                    1                                  √2.5 √0.5 √0.5
    drawn = np.sqrt([[4.5, 2.5, 2.5], [2.5, 0.5, 0.5]])
    assert np.allclose(radius_map(OffCentreCoordConv2d(1, 1, 1, radius=True), (2, 3)), drawn)
    halved = radius_map(OffCentreCoordConv2d(1, 1, 1, radius=True, span=(0, 1)), (2, 3))
    assert np.allclose(halved, drawn / 2)  # from (0.75, 0.75)
    assert np.allclose(radius_map(OffCentreCoordConv1d(1, 1, 1, radius=True), (5,)), [1.5, 1, 0.5, 0, 0.5])


@pytest.mark.parametrize("kind", [OffCentreCoordConv1d, OffCentreCoordConv2d])
def test_without_the_radius_an_off_centre_layer_is_the_plain_one(kind):
    plain = getattr(coordconv, kind.__name__.removeprefix("OffCentre"))(2, 3, 3, padding=1)
    layer = kind(2, 3, 3, padding=1)
    layer.load_state_dict(plain.state_dict())
    x = torch.rand(2, 2, *[5] * len(layer.kernel_size))
    assert torch.equal(layer(x), plain(x))


def test_an_off_centre_layer_keeps_nothing_stale():
    layer = OffCentreCoordConv2d(2, 3, 3, padding=1, radius=True).requires_grad_(False)
    state = copy.deepcopy(layer.state_dict())
    for size, span in [((4, 5), (-1, 1)), ((5, 4), (-1, 1)), ((5, 4), (0, 1)), ((4, 5), (-1, 1))]:
        layer.span = span
        fresh = OffCentreCoordConv2d(2, 3, 3, padding=1, radius=True, span=span)
        fresh.load_state_dict(state)
        x = torch.rand(2, 2, *size)
        for _ in range(2):
            assert torch.allclose(layer(x), fresh(x), atol=1e-6)


def test_an_off_centre_layer_is_copied_pickled_and_folded():
    layer = OffCentreCoordConv2d(2, 3, 3, padding=1, radius=True)
    x = torch.rand(2, 2, 6, 4)
    assert repr(layer) == ("OffCentreCoordConv2d(2, 3, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), radius=True)")
    for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert type(twin) is OffCentreCoordConv2d
        assert torch.equal(twin(x), layer(x))
    assert torch.allclose(fold(layer, (6, 4))(x), layer(x), atol=1e-6)


def test_an_off_centre_layer_keeps_memory_format_and_half_precision():
    layer = OffCentreCoordConv2d(2, 3, 3, radius=True)
    x = torch.rand(2, 2, 6, 4)
    channels_last = copy.deepcopy(layer).to(memory_format=torch.channels_last)
    out = channels_last(x.contiguous(memory_format=torch.channels_last))
    assert out.is_contiguous(memory_format=torch.channels_last)
    assert torch.allclose(out, layer(x), atol=1e-6)
    half = copy.deepcopy(layer).half()(x.half())
    assert half.dtype == torch.float16
    assert torch.allclose(half.float(), layer(x), atol=0.01)
