"""The oracle of every layer: append the coordinates to the input and convolve, as the paper has it."""

import pytest
import torch
import torch.nn.functional as F

from coordconv import coordinate_grid


def concatenate(layer, x):
    """Put the coordinates after each group's inputs."""
    grid = coordinate_grid(
        x.shape[2:],
        radius=layer.radius,
        order=layer.order,
        span=layer.span,
        anchor=layer.anchor,
        dtype=x.dtype,
    ).expand(len(x), *[-1] * (x.dim() - 1))
    return torch.cat([part for group in x.chunk(layer.groups, dim=1) for part in (group, grid)], dim=1)


def pads(layer):
    """Return what torch.nn.functional.pad takes: two ends of each axis, the last axis first."""
    axes = zip(layer.kernel_size, layer.dilation, strict=True)
    if layer.padding == "same":
        ends = [(t // 2, t - t // 2) for t in (dilation * (kernel - 1) for kernel, dilation in axes)]
    elif layer.padding == "valid":
        ends = [(0, 0) for _ in axes]
    else:
        ends = [(p, p) for p in layer.padding]
    return [end for pair in reversed(ends) for end in pair]


@pytest.fixture(scope="session")
def concatenating():
    """Return a function of a layer, an input (N, C, *size) and, for transposed layers, an output padding."""

    def run(layer, x, output_padding=None):
        both, rank = concatenate(layer, x), x.dim() - 2
        if layer.transposed:
            convolve = getattr(F, f"conv_transpose{rank}d")
            extra = layer.output_padding if output_padding is None else output_padding
            geometry = (layer.stride, layer.padding, extra, layer.groups, layer.dilation)
            return convolve(both, layer.weight, layer.bias, *geometry)
        convolve = getattr(F, f"conv{rank}d")
        mode = "constant" if layer.padding_mode == "zeros" else layer.padding_mode
        padded = F.pad(both, pads(layer), mode=mode)
        return convolve(padded, layer.weight, layer.bias, layer.stride, 0, layer.dilation, layer.groups)

    return run


@pytest.fixture(scope="session")
def random():
    """Return a function of a shape that draws numbers, the same each time for the same seed."""

    def draw(*shape, dtype=torch.float64, seed=0):
        return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))

    return draw


@pytest.fixture(autouse=True, scope="module")
def _one_thread(one_thread):
    """Every test here."""
