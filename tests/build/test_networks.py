"""What is built computes what the spec says: against PyTorch's own layers and obvious ports."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from specit.build import BuiltNetwork, build
from specit.build.modules import make_module
from specit.spec.layers import LAYERS
from specit.spec.load import parse
from specit.spec.network import Network, read_network
from specit.studies import find


def network(text: str, shape: tuple[int, ...] = (2,)) -> Network:
    return read_network(parse(text), {}, shape)


def test_tile_and_crop() -> None:
    vector = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    plane = make_module("Tile", LAYERS["Tile"](size=(2, 4), into="plane"))(vector)
    assert plane.tolist() == [[[[1, 2, 1, 2], [1, 2, 1, 2]]], [[[3, 4, 3, 4], [3, 4, 3, 4]]]]
    channels = make_module("Tile", LAYERS["Tile"](size=(1, 2), into="channels"))(vector)
    assert channels.tolist() == [[[[1, 1]], [[2, 2]]], [[[3, 3]], [[4, 4]]]]
    image = torch.arange(12.0).view(1, 1, 3, 4)
    cropped = make_module("Crop2d", LAYERS["Crop2d"](left=1, right=0, top=0, bottom=2))(image)
    assert cropped.tolist() == [[[[1, 2, 3]]]]


def painter(tile: str, size: tuple[int, int], more: str = "", first: str = "CoordConv2d") -> Network:
    """The CoordConv painter's shape of network, small."""
    inputs = 2 if tile == "channels" else 1
    height, width = size
    return network(f"""
- Input: {{shape: [2]}}
- Tile: {{size: [{height}, {width}], into: {tile}}}
- {first}: {{in_channels: {inputs}, out_channels: 5, kernel_size: 1{more}}}
- ReLU: {{}}
- Conv2d: {{in_channels: 5, out_channels: 4, kernel_size: 1}}
- ReLU: {{}}
- Conv2d: {{in_channels: 4, out_channels: 1, kernel_size: 1, bias: false}}
- Flatten: {{start_dim: 1, end_dim: -1}}
""")


def port(built: BuiltNetwork, z: Tensor, tile: str, size: tuple[int, int], *, radius: bool, order: str) -> Tensor:
    """An obvious port: tile, concatenate, convolve, all in NCHW."""
    height, width = size
    if tile == "channels":
        x = z[:, :, None, None].repeat(1, 1, height, width)
    else:
        x = torch.stack([v.repeat(height * width // 2).reshape(1, height, width) for v in z])
    rows, columns = torch.zeros(height, width).double(), torch.zeros(height, width).double()
    for i, j in itertools.product(range(height), range(width)):
        rows[i, j] = i / (height - 1) * 2 - 1
        columns[i, j] = j / (width - 1) * 2 - 1
    maps = [rows, columns] if order == "ij" else [columns, rows]
    if radius:
        maps.append((rows**2 + columns**2).sqrt())
    x = torch.cat([x, torch.stack(maps)[None].repeat(len(z), 1, 1, 1)], dim=1)
    layers = [layer for layer in built.layers if isinstance(layer, nn.Conv2d)]
    for i, layer in enumerate(layers):
        x = F.conv2d(x, layer.weight, layer.bias)
        x = x.relu() if i < len(layers) - 1 else x
    return x.reshape(len(z), -1)


def with_gradients(module: BuiltNetwork, output: Tensor, z: Tensor) -> list[Tensor]:
    seen = torch.linspace(-1, 1, output.numel(), dtype=output.dtype).view_as(output)
    gradients = torch.autograd.grad((output * seen).sum(), [z, *module.parameters()])
    return [output.detach(), *gradients]


def twins(stated: Network) -> tuple[BuiltNetwork, BuiltNetwork]:
    torch.manual_seed(3)
    fast, plain = BuiltNetwork(stated).double(), BuiltNetwork(stated, plain=True).double()
    plain.load_state_dict(fast.state_dict())
    return fast, plain


def agree(one: list[Tensor], two: list[Tensor]) -> None:
    assert len(one) == len(two)
    for a, b in zip(one, two, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(
    ("tile", "size", "radius", "order"),
    [
        ("channels", (6, 6), False, "xy"),
        ("plane", (6, 6), False, "xy"),
        ("channels", (4, 7), False, "xy"),
        ("channels", (7, 4), True, "ij"),
        ("plane", (3, 8), True, "xy"),
    ],
)
def test_the_fast_path_the_plain_path_and_a_port_agree(
    tile: str, size: tuple[int, int], radius: bool, order: str
) -> None:
    fast, plain = twins(painter(tile, size, f", radius: {str(radius).lower()}, order: {order}"))
    assert len(fast.spans) < len(plain.spans) == 8
    z = torch.randn(3, 2, dtype=torch.float64, requires_grad=True)
    found = with_gradients(fast, fast(z), z)
    agree(found, with_gradients(plain, plain(z), z))
    agree(found, with_gradients(fast, port(fast, z, tile, size, radius=radius, order=order), z))


@pytest.mark.parametrize(
    "text",
    [
        # no coordinates after a tile; activations before, between and in a row
        "- Input: {shape: [2]}\n- Tile: {size: [3, 4], into: channels}\n- Conv2d: {in_channels: 2, out_channels: 3, kernel_size: 1}\n- ReLU\n- ReLU\n- Conv2d: {in_channels: 3, out_channels: 2, kernel_size: 1}\n- ReLU\n- ReLU\n- ReLU",
        "- Input: {shape: [2]}\n- Tile: {size: [3, 4], into: channels}\n- ReLU\n- CoordConv2d: {in_channels: 2, out_channels: 3, kernel_size: 1}\n- ReLU",
        "- Input: {shape: [2]}\n- ReLU\n- ReLU\n- Tile: {size: [3, 4], into: plane}\n- ReLU\n- CoordConv2d: {in_channels: 1, out_channels: 3, kernel_size: 1}",
        "- Input: {shape: [2]}\n- Tile: {size: [3, 4], into: channels}\n- ReLU\n- ReLU\n- Flatten\n- ReLU\n- ReLU",
        # among layers that are not pixelwise: a larger kernel, a stride, groups, padding, batch norm
        "- Input: {shape: [2]}\n- Tile: {size: [4, 4], into: channels}\n- Conv2d: {in_channels: 2, out_channels: 4, kernel_size: 3, padding: 1}\n- ReLU\n- CoordConv2d: {in_channels: 4, out_channels: 4, kernel_size: 1}\n- Conv2d: {in_channels: 4, out_channels: 4, kernel_size: 1, groups: 2}\n- BatchNorm2d: {num_features: 4}\n- ReLU\n- Conv2d: {in_channels: 4, out_channels: 2, kernel_size: 1, stride: 2}\n- ReLU\n- Conv2d: {in_channels: 2, out_channels: 2, kernel_size: 1, padding: 1}",
        "- Input: {shape: [2]}\n- Tile: {size: [3, 4], into: channels}\n- Conv2d: {in_channels: 2, out_channels: 3, kernel_size: 1, padding: same}\n- Conv2d: {in_channels: 3, out_channels: 2, kernel_size: 1, padding: valid}",
    ],
)  # fmt: skip
def test_any_run_of_layers_agrees_with_itself_one_by_one(text: str) -> None:
    fast, plain = twins(network(text))
    z = torch.randn(3, 2, dtype=torch.float64, requires_grad=True)
    agree(with_gradients(fast, fast(z), z), with_gradients(plain, plain(z), z))


def test_the_whole_painter_agrees() -> None:
    """The study's own network, in the number format it runs in."""
    lock = find("coordconv/classification").plan(arms=["coordconv"])[0].lock
    fast = build(lock, 0)["network"].double()
    plain = BuiltNetwork(lock.networks["network"], plain=True).double()
    plain.load_state_dict(fast.state_dict())
    z = torch.rand(2, 2, dtype=torch.float64, requires_grad=True)
    agree(with_gradients(fast, fast(z), z), with_gradients(plain, plain(z), z))


def same_transposed(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """TensorFlow's conv2d_transpose at stride 2 and padding SAME: the adjoint of its SAME convolution.

    A SAME convolution of size 2n at stride 2 pads max(k - 2, 0) in all, the smaller half at the start; its
    adjoint therefore drops that much at the start of the full (2(n - 1) + k) output, and the rest at the end.
    """
    inputs, height, width = x.shape
    k = weight.shape[2]
    start = max(k - 2, 0) // 2
    made = np.zeros((weight.shape[1], 2 * height, 2 * width)) + bias[:, None, None]
    for c, i, j, a, b in itertools.product(range(inputs), range(height), range(width), range(k), range(k)):
        row, column = 2 * i + a - start, 2 * j + b - start
        if 0 <= row < 2 * height and 0 <= column < 2 * width:
            made[:, row, column] += x[c, i, j] * weight[c, :, a, b]
    return made


@pytest.mark.parametrize("k", [2, 3, 4])
def test_the_deconvolution_crops_as_tensorflow_does(k: int) -> None:
    """One doubling of the study's own block, taken out of its network with filter k."""
    blocks = find("coordconv/classification").blocks
    text = f"[{{Input: {{shape: [2, 3, 4]}}}}, {{double: {{from: 2, to: 3, k: {k}}}}}]"
    built = BuiltNetwork(read_network(parse(text), blocks, (2, 3, 4))).double()
    assert [placed.name for placed in built.stated.layers] == ["Input", "ConvTranspose2d", "Crop2d"]
    weight, bias = built.layers[1].weight, built.layers[1].bias
    x = torch.randn(2, 3, 4, dtype=torch.float64)
    expected = same_transposed(x.numpy(), weight.detach().numpy(), bias.detach().numpy())
    np.testing.assert_allclose(built(x[None])[0].detach().numpy(), expected, atol=1e-12)


def test_the_other_side_would_be_noticed() -> None:
    """For k = 3 PyTorch's padding and output_padding crop the start instead: the mirror image."""
    layer = nn.ConvTranspose2d(2, 3, 3, 2, padding=1, output_padding=1).double()
    x = torch.randn(2, 3, 4, dtype=torch.float64)
    expected = same_transposed(x.numpy(), layer.weight.detach().numpy(), layer.bias.detach().numpy())
    assert np.abs(layer(x[None])[0].detach().numpy() - expected).max() > 1e-2


STACK = """
- Input: {shape: [1, 8, 6]}
- Conv2d: {in_channels: 1, out_channels: 4, kernel_size: 3, padding: 1}
- ReLU
- CoordConv2d: {in_channels: 4, out_channels: 6, kernel_size: 3, padding: 1}
- MaxPool2d: {kernel_size: 2}
- Conv2d: {in_channels: 6, out_channels: 3, kernel_size: 2}
- Flatten
"""


def test_a_placed_network_computes_the_same_in_channels_last() -> None:
    torch.manual_seed(0)
    here = BuiltNetwork(network(STACK, (1, 8, 6))).double()
    placed = BuiltNetwork(network(STACK, (1, 8, 6))).double()
    placed.load_state_dict(here.state_dict())
    assert placed.place(torch.device("cpu")) is placed
    x = torch.randn(3, 1, 8, 6).double()
    made, expected = placed(x), here(x)
    assert torch.allclose(made, expected, rtol=1e-12)
    gradients = (
        torch.autograd.grad(y.sin().sum(), list(n.parameters())) for y, n in ((made, placed), (expected, here))
    )
    assert all(torch.allclose(a, b, rtol=1e-10) for a, b in zip(*gradients, strict=True))
    images = placed.layers[0](x)
    assert images.is_contiguous(memory_format=torch.channels_last)
    assert placed.layers[2](images).is_contiguous(memory_format=torch.channels_last)
