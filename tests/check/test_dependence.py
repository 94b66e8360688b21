"""What every rule says is seen, against the pattern of the Jacobian of the layer's own module."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch

from specit.build.modules import make_module
from specit.check.dependence import Sees, sees
from specit.check.dependence.rules import RULES
from specit.check.dependence.sees import joined
from specit.spec.layers import LAYERS, Layer

Shape = tuple[int, ...]

IMAGE = (4, 6, 7)
CONVOLUTION = {"in_channels": 4, "out_channels": 6, "kernel_size": (3, 2)}
TRANSPOSED = {"in_channels": 4, "out_channels": 6, "kernel_size": (3, 2)}

# Layer, arguments and the shape of each input. What sees a number here is what changes with it.
CASES: list[tuple[str, dict[str, Any], Shape]] = [
    *((name, {}, (2, 3)) for name in ("ELU", "GELU", "Gaussian", "Hardsigmoid", "Hardswish", "Hardtanh", "Identity",
                                      "LeakyReLU", "PReLU", "ReLU", "ReLU6", "Sigmoid", "SiLU", "Sin", "Tanh",
                                      "Dropout")),
    ("Dropout2d", {}, (2, 3, 3)),
    ("AdaptiveAvgPool2d", {"output_size": (4, 3)}, (2, 6, 7)),
    ("AdaptiveAvgPool2d", {"output_size": (8, 1)}, (2, 5, 7)),
    ("AdaptiveMaxPool2d", {"output_size": (3, 2)}, (2, 5, 7)),
    ("Add", {}, (2, 3)),
    ("AddCoords", {"radius": True}, (2, 3, 4)),
    ("AddCoords", {}, (2, 5)),
    ("AvgPool2d", {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0), "ceil_mode": True}, (2, 6, 7)),
    ("AvgPool2d", {"kernel_size": 2}, (2, 5, 4)),
    ("BatchNorm1d", {"num_features": 3}, (3,)),
    ("BatchNorm1d", {"num_features": 3, "track_running_stats": False}, (3, 4)),
    ("BatchNorm2d", {"num_features": 3}, (3, 4, 5)),
    ("BatchNorm2d", {"num_features": 3, "track_running_stats": False}, (3, 3, 4)),
    ("Concatenate", {"dim": 2}, (2, 3)),
    ("Conv2d", CONVOLUTION, IMAGE),
    ("Conv2d", {**CONVOLUTION, "groups": 2, "stride": (2, 1), "padding": (1, 0), "dilation": (1, 2)}, IMAGE),
    ("Conv2d", {**CONVOLUTION, "padding": "same", "dilation": (2, 3)}, IMAGE),
    ("Conv2d", {**CONVOLUTION, "padding": "valid"}, IMAGE),
    *(("Conv2d", {**CONVOLUTION, "padding": (2, 1), "padding_mode": mode, "stride": 2}, IMAGE)
      for mode in ("zeros", "reflect", "replicate", "circular")),
    ("Conv2d", {**CONVOLUTION, "padding": "same", "padding_mode": "circular"}, IMAGE),
    ("Conv2d", {**CONVOLUTION, "padding": (5, 4)}, IMAGE),  # the outermost windows hold nothing but padding
    ("ConvTranspose2d", TRANSPOSED, (4, 3, 5)),
    ("ConvTranspose2d", {**TRANSPOSED, "stride": (2, 3), "padding": (1, 0), "output_padding": (1, 2), "groups": 2,
                         "dilation": (1, 2)}, (4, 3, 5)),
    ("ConvTranspose2d", {**TRANSPOSED, "kernel_size": 1, "stride": 3}, (4, 2, 2)),  # holes between
    ("CoordConv2d", {**CONVOLUTION, "groups": 2, "padding": 1}, IMAGE),
    ("CoordConvTranspose2d", {**TRANSPOSED, "groups": 2, "stride": 2}, (4, 3, 5)),
    ("Crop2d", {"left": 0, "right": 1, "top": 2, "bottom": 0}, (2, 5, 4)),
    ("Flatten", {"start_dim": 2, "end_dim": 3}, (2, 3, 4)),
    ("FourierFeatures", {"frequencies": 3}, (4,)),
    ("FourierFeatures2d", {"frequencies": 2, "span": (-1.0, 1.0), "anchor": "corners"}, (2, 3, 4)),
    ("GroupNorm", {"num_groups": 2, "num_channels": 4}, (4, 3)),
    ("GroupNorm", {"num_groups": 4, "num_channels": 4}, (4,)),
    ("Input", {"shape": (2, 3)}, (2, 3)),
    ("InstanceNorm2d", {"num_features": 3}, (3, 3, 4)),
    ("InstanceNorm2d", {"num_features": 3, "track_running_stats": True}, (3, 3, 4)),
    ("LayerNorm", {"normalized_shape": (3, 4)}, (2, 3, 4)),
    ("LayerNorm", {"normalized_shape": (1,)}, (2, 1)),
    ("LearnedScale", {"shape": (3, 1)}, (2, 3, 4)),
    ("LearnedShift", {"shape": (3, 1)}, (2, 3, 4)),
    ("Linear", {"in_features": 3, "out_features": 2}, (4, 3)),
    ("LocallyConnected2d", {"in_channels": 2, "out_channels": 3, "size": (4, 5), "kernel_size": (3, 2),
                            "padding": (0, 1), "bias": True}, (2, 4, 5)),
    ("MaxPool2d", {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0), "dilation": (1, 2),
                   "ceil_mode": True}, (2, 6, 7)),
    ("Mean", {"dim": (1, 3)}, (2, 3, 4)),
    ("Multiply", {}, (2, 3)),
    ("Permute", {"dims": (0, 3, 1, 2)}, (2, 3, 4)),
    ("PositionEmbedding2d", {"channels": 2, "size": (3, 4), "combine": "concatenate"}, (3, 3, 4)),
    ("PositionEmbedding2d", {"channels": 2, "size": (3, 4), "combine": "add"}, (2, 3, 4)),
    ("Scale", {"factor": 0.5}, (2, 3)),
    ("Scale", {"factor": 0.0}, (2, 3)),
    ("Shift", {"amount": 0.5}, (2, 3)),
    ("Slice", {"dim": 2, "start": 1, "stop": 3}, (2, 4)),
    ("SoftArgmax2d", {"temperature": 1.0, "span": (-1.0, 1.0), "anchor": "corners"}, (3, 4, 5)),
    ("SoftArgmax2d", {"temperature": 1.0, "span": (-1.0, 1.0), "anchor": "corners"}, (2, 1, 5)),
    ("Softmax", {"dim": 2}, (2, 3)),
    ("Softmax", {"dim": -1}, (2, 1)),
    ("Sum", {"dim": (1, 3)}, (2, 3, 4)),
    ("Tile", {"size": (3, 4), "into": "plane"}, (2,)),
    ("Tile", {"size": (3, 4), "into": "channels"}, (2,)),
    ("Unflatten", {"dim": 1, "unflattened_size": (2, 3)}, (6, 2)),
    *(("Upsample", {"scale_factor": factors, "mode": mode, **more}, (2, 5, 4))
      for factors in ((2.0, 2.0), (2.0, 1.5), (3.0, 0.7))
      for mode, more in (("nearest", {}), ("nearest-exact", {}), ("bilinear", {}), ("bicubic", {}),
                         ("bilinear", {"align_corners": True}), ("bicubic", {"align_corners": True}),
                         ("bilinear", {"recompute_scale_factor": True}))),
    ("Upsample", {"size": (7, 3), "mode": "bilinear"}, (2, 5, 4)),
    ("Upsample", {"size": (7, 3), "mode": "nearest"}, (2, 5, 4)),
    ("ZeroPad2d", {"padding": (1, 2, 3, 0)}, (2, 3, 4)),
]  # fmt: skip

IDS = [f"{name}-{number}" for number, (name, _, _) in enumerate(CASES)]


def pattern(name: str, layer: Layer, shape: Shape) -> np.ndarray:
    """Return (numbers made, input numbers): whether one changes with the other, at one of several random places."""
    found: np.ndarray | None = None
    for seed in range(100 if "MaxPool" in name else 12):
        torch.manual_seed(seed)
        module = make_module(name, layer).double().eval()
        for parameter in module.parameters():
            torch.nn.init.normal_(parameter)
        x = torch.randn(2, *shape, dtype=torch.float64) * (seed % 3 + 0.5)  # two examples: a batch has statistics
        twice = name in ("Add", "Multiply", "Concatenate")

        def run(one: torch.Tensor, module=module, x=x, twice=twice) -> torch.Tensor:  # type: ignore[no-untyped-def]
            batch = torch.stack([one, x[1]])
            return module(batch, batch.flip(1))[0] if twice else module(batch)[0]

        jacobian = torch.autograd.functional.jacobian(run, x[0])
        here = (jacobian.abs() > 1e-12).reshape(-1, x[0].numel()).numpy()
        found = here if found is None else found | here
    assert found is not None
    return found


def declared(name: str, layer: Layer, shape: Shape) -> np.ndarray:
    itself = Sees.itself(shape)
    inputs = [itself]
    if name in ("Add", "Multiply", "Concatenate"):  # the second input is the first one, back to front
        inputs.append(itself.with_bits(shape, itself.bits[::-1]))
    made = RULES[name](layer, inputs)
    assert made.shape == (layer.output(shape) if len(inputs) == 1 else layer.join([shape, shape]))  # type: ignore[attr-defined]
    for stored, length in zip(made.bits.shape[:-1], made.shape, strict=True):
        assert stored in (1, length)
    unpacked = np.unpackbits(made.expanded(), axis=-1)[..., : int(np.prod(shape))]
    return unpacked.reshape(-1, int(np.prod(shape))).astype(bool)


def test_every_layer_has_a_rule_and_a_case() -> None:
    assert set(RULES) == set(LAYERS)
    assert {name for name, _, _ in CASES} == set(LAYERS)


@pytest.mark.filterwarnings("ignore:Using padding='same'")  # with an even kernel, which is what is tested
@pytest.mark.parametrize(("name", "arguments", "shape"), CASES, ids=IDS)
def test_a_rule_says_what_the_jacobian_shows(name: str, arguments: dict[str, Any], shape: Shape) -> None:
    layer = LAYERS[name](**arguments)
    assert np.array_equal(declared(name, layer, shape), pattern(name, layer, shape))


def test_the_oracle_bites() -> None:
    """Another padding, or one more tap, is noticed."""
    layer = LAYERS["Conv2d"](**CONVOLUTION, padding=(1, 0))
    other = LAYERS["Conv2d"](**CONVOLUTION, padding=(1, 0), padding_mode="circular")
    assert not np.array_equal(declared("Conv2d", layer, IMAGE), pattern("Conv2d", other, IMAGE))


@pytest.mark.parametrize(("name", "arguments", "shape"), CASES, ids=IDS)
def test_too_much_memory_only_ever_sees_more(
    name: str, arguments: dict[str, Any], shape: Shape, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = LAYERS[name](**arguments)
    exact = declared(name, layer, shape)
    monkeypatch.setattr(sees, "MOST_BYTES", 0)
    assert (declared(name, layer, shape) >= exact).all()


def test_axes_that_are_alike_stay_so_where_shapes_differ() -> None:
    """A channel's factor times an image, (2, 1, 1) and (2, 3, 3): each number sees its own and its channel's."""
    itself = Sees.itself((4,))
    factor = itself.with_bits((2, 1, 1), itself.bits[:2, None, None])
    image = itself.with_bits((2, 3, 3), itself.bits[2:, None, None])
    made = joined([factor, image], (2, 3, 3))
    assert np.unpackbits(made.expanded(), axis=-1)[1, 2, 2, :4].tolist() == [0, 1, 0, 1]
    assert made.bits.shape == (2, 1, 1, 1)


def test_chains_of_rules_keep_what_each_says() -> None:
    """Three layers through the rules, as through their modules: products of patterns."""
    chain = [
        ("Tile", LAYERS["Tile"](size=(4, 4), into="plane")),
        ("Conv2d", LAYERS["Conv2d"](in_channels=1, out_channels=2, kernel_size=(1, 2), padding=(0, 1))),
        ("MaxPool2d", LAYERS["MaxPool2d"](kernel_size=2)),
    ]
    shape: Shape = (4,)
    seen, product = Sees.itself(shape), np.eye(4, dtype=bool)
    for name, layer in chain:
        seen = RULES[name](layer, [seen])
        product = pattern(name, layer, shape) @ product
        shape = layer.output(shape)
    unpacked = np.unpackbits(seen.expanded(), axis=-1)[..., :4].reshape(-1, 4).astype(bool)
    assert np.array_equal(unpacked, product)
    assert not product.all()


def test_many_numbers_fill_several_bytes() -> None:
    itself = Sees.itself((3, 5))
    unpacked = np.unpackbits(itself.expanded(), axis=-1)
    for place, (row, column) in enumerate(itertools.product(range(3), range(5))):
        assert np.flatnonzero(unpacked[row, column]).tolist() == [place]
