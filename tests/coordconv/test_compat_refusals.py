"""What cannot be converted is refused, in one sentence that says what can."""

import pytest
import torch
from torch import nn

from coordconv import CoordConv1d, CoordConv2d, CoordConv3d, CoordConvTranspose2d
from coordconv.compat import OffCentreCoordConv2d, convert


@pytest.mark.parametrize(
    ("layer", "convention", "words"),
    [
        (
            CoordConv2d(3, 4, 3),
            "uber",
            "convention must be one of 'released', 'mkocabas', 'walsvid', 'titu1994', 'solo', 'paddledetection', "
            "'wizaron', but got 'uber'.",
        ),
        (
            CoordConv1d(3, 4, 3),
            "mkocabas",
            "weights of 'mkocabas' cannot be converted for a CoordConv1d: it has no coordinates for 1 spatial axis.",
        ),
        (
            CoordConv3d(3, 4, 3),
            "solo",
            "weights of 'solo' cannot be converted for a CoordConv3d: it has no coordinates for 3 spatial axes.",
        ),
        (
            CoordConv3d(3, 4, 3),
            "walsvid",
            "weights of 'walsvid' cannot be converted for a CoordConv3d: its coordinates of volumes are sums of two "
            "pixel indices, so what they are in coordinates from -1 to 1 depends on the size of the volume.",
        ),
        (
            CoordConv2d(4, 4, 3, groups=2),
            "walsvid",
            "convert expected a layer with groups=1, but got groups=2: the groups of 'walsvid' divide inputs and "
            "coordinates together, so that not all of them see the coordinates.",
        ),
        (
            CoordConv2d(3, 4, 3, anchor="centers"),
            "released",
            "anchor='centers' scales the coordinates of 'released' by a factor that depends on the size of the input: "
            "make the layer with anchor='corners'.",
        ),
        (
            CoordConv2d(3, 4, 3, radius=True),
            "solo",
            "'solo' has no radius for 2 spatial axes: make the layer with radius=False.",
        ),
        (
            CoordConv1d(3, 4, 3, radius=True),
            "titu1994",
            "'titu1994' has no radius for 1 spatial axis: make the layer with radius=False.",
        ),
        (
            CoordConv2d(3, 4, 3, padding=1, radius=True),
            "mkocabas",
            "'mkocabas' measures the radius from 0.5 in coordinates from -1 to 1, and this CoordConv2d from 0: make "
            "the layer a coordconv.compat.OffCentreCoordConv2d with span=(-1.0, 1.0).",
        ),
        (
            CoordConvTranspose2d(3, 4, 3, radius=True),
            "titu1994",
            "make the layer a coordconv.compat.OffCentreCoordConvTranspose2d with span=(-1.0, 1.0).",
        ),
        (
            OffCentreCoordConv2d(3, 4, 3, radius=True),
            "released",
            "'released' measures the radius from 0 in coordinates from -1 to 1, and this OffCentreCoordConv2d from "
            "0.5: make the layer a coordconv.CoordConv2d with span=(-1.0, 1.0).",
        ),
        (
            CoordConv2d(3, 4, 3, radius=True, span=(0, 1)),
            "wizaron",
            "and this CoordConv2d from -1: make the layer a coordconv.CoordConv2d with span=(-1.0, 1.0).",
        ),
        (
            CoordConv2d(3, 4, 3, padding=1, span=(0, 1)),
            "mkocabas",
            "span=(0, 1) shifts coordinates from -1 to 1, and a bias makes up for that only where no zeros are padded "
            "(padding=0 or another padding_mode): make the layer with span=(-1.0, 1.0).",
        ),
        (CoordConv2d(3, 4, 1, padding=1, span=(0, 1)), "mkocabas", "only where no zeros are padded"),
        (CoordConv2d(3, 4, 3, padding="same", span=(0, 1)), "mkocabas", "only where no zeros are padded"),
        (
            CoordConv2d(3, 4, 3, bias=False, span=(0, 1)),
            "mkocabas",
            "and a bias makes up for that only where there is one: make the layer with span=(-1.0, 1.0).",
        ),
        (
            CoordConvTranspose2d(3, 4, 3, span=(0, 1)),
            "wizaron",
            "only in a transposed layer where kernel and stride are 1: make the layer with span=(-1.0, 1.0).",
        ),
        (CoordConvTranspose2d(3, 4, 1, stride=2, span=(0, 1)), "wizaron", "where kernel and stride are 1"),
        (
            CoordConvTranspose2d(3, 4, 1, dilation=2, output_padding=1, span=(0, 1)),
            "wizaron",
            "where kernel and stride are 1",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_layer_that_cannot_compute_the_same_is_refused(layer, convention, words):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        convert(layer, torch.zeros_like(layer.weight), convention=convention)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("layer", "convention", "shape", "words"),
    [
        (
            CoordConv2d(3, 8, (1, 3)),
            "walsvid",
            (8, 3, 1, 3),
            "convert expected the weight that 'walsvid' keeps as 'conv.weight', for this CoordConv2d of shape "
            "(out, in + coords, *kernel) = (8, 5, 1, 3), but got (8, 3, 1, 3).",
        ),
        (
            CoordConv2d(3, 8, (1, 3), radius=True),
            "released",
            (8, 6, 1, 3),
            "'kernel', for this CoordConv2d of shape (*kernel, in + coords, out) = (1, 3, 6, 8), but got (8, 6, 1, 3).",
        ),
        (
            CoordConvTranspose2d(3, 8, (1, 3)),
            "wizaron",
            (8, 5, 1, 3),
            "'conv_layer.weight', for this CoordConvTranspose2d of shape (in + coords, out, *kernel) = (5, 8, 1, 3), "
            "but got (8, 5, 1, 3).",
        ),
        (
            CoordConvTranspose2d(3, 8, (1, 3)),
            "titu1994",
            (5, 8, 1, 3),
            "of shape (*kernel, out, in + coords) = (1, 3, 8, 5), but got (5, 8, 1, 3).",
        ),
    ],
)
def test_a_weight_of_the_wrong_shape_is_refused(layer, convention, shape, words):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        convert(layer, torch.zeros(shape), convention=convention)
    assert words in str(caught.value)


def test_a_wrong_bias_is_refused():
    with pytest.raises(ValueError, match=r"convert expected a bias of shape \(8,\), but got \(4,\)\."):
        convert(CoordConv2d(3, 8, 1), torch.zeros(8, 5, 1, 1), torch.zeros(4), convention="solo")
    words = r"convert got a bias for a CoordConv2d without one: make the layer with bias=True\."
    with pytest.raises(ValueError, match=words):
        convert(CoordConv2d(3, 8, 1, bias=False), torch.zeros(8, 5, 1, 1), torch.zeros(8), convention="solo")


def test_a_plain_layer_is_refused():
    with pytest.raises(TypeError, match=r"^convert expected a CoordConv layer to convert for, but got Conv2d\.$"):
        convert(nn.Conv2d(5, 8, 1), torch.zeros(8, 5, 1, 1), convention="solo")
