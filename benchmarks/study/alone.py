"""How long PyTorch takes for a network's linear layers by themselves: what no step of training can be faster than.

Every layer's three products (its output, the gradient by its weights, the gradient by its input) are timed on numbers
that are there already, one layer at a time, in whichever form is the fastest: a 1 × 1 convolution as a matrix product,
others as PyTorch's convolution in either memory format. No activation, no coordinates, no loss, no optimiser, nothing
handed from layer to layer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from benchmarks.study.port import Repeating, StraightforwardPort

TIMES = 5


def alone_seconds(port: StraightforwardPort, inputs: Tensor) -> float:
    """Return the sum over the layers whose work `work.step_flop` counts, each the fastest of some."""
    seconds = 0.0
    for index, (layer, x) in enumerate(_linear_layers(port, inputs)):
        by_input = index > 0
        forms = _products(layer, x, by_input) if _is_product(layer) else _convolutions(layer, x, by_input)
        seconds += min(_fastest(form) for form in forms)
    return seconds


def _linear_layers(port: StraightforwardPort, inputs: Tensor) -> Iterator[tuple[nn.Module, Tensor]]:
    """Yield every linear layer but one behind a tile, and what it is given."""
    with torch.no_grad():
        x, tiled = inputs, False
        for layer in port.layers:
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear) and not tiled:
                yield layer, x
            tiled = isinstance(layer, Repeating)
            x = layer(x)


def _is_product(layer: nn.Module) -> bool:
    return isinstance(layer, nn.Linear) or (isinstance(layer, nn.Conv2d) and layer.kernel_size == (1, 1))


def _products(layer: nn.Module, x: Tensor, by_input: bool) -> Iterator[Callable[[], None]]:
    assert isinstance(layer, nn.Conv2d | nn.Linear)
    weight = layer.weight.detach().flatten(1)[:, : x.shape[1]].contiguous()  # no coordinates
    h = x.movedim(1, -1).flatten(0, -2).contiguous()
    y, d_h, d_weight = h.new_empty(len(h), len(weight)), torch.empty_like(h), torch.empty_like(weight)

    def run() -> None:
        torch.mm(h, weight.t(), out=y)
        torch.mm(y.t(), h, out=d_weight)
        if by_input:
            torch.mm(y, weight, out=d_h)

    yield run


def _convolutions(layer: nn.Module, x: Tensor, by_input: bool) -> Iterator[Callable[[], None]]:
    assert isinstance(layer, nn.Conv2d | nn.ConvTranspose2d)
    transposed = isinstance(layer, nn.ConvTranspose2d)
    added = list(layer.output_padding) if transposed else [0, 0]
    padding = [k // 2 for k in layer.kernel_size] if layer.padding == "same" else list(layer.padding)
    for memory in (torch.contiguous_format, torch.channels_last):
        h = x.contiguous(memory_format=memory)
        weight = layer.weight.detach().contiguous(memory_format=memory)
        geometry = (list(layer.stride), padding, list(layer.dilation), transposed, added, layer.groups)
        y = torch.ops.aten.convolution(h, weight, None, *geometry)

        def run(h: Tensor = h, weight: Tensor = weight, y: Tensor = y, geometry: tuple[object, ...] = geometry) -> None:
            torch.ops.aten.convolution(h, weight, None, *geometry)
            torch.ops.aten.convolution_backward(y, h, weight, None, *geometry, [by_input, True, False])

        yield run


def _fastest(run: Callable[[], None]) -> float:
    best = float("inf")
    with torch.no_grad():
        run()
        for _ in range(TIMES):
            begun = time.perf_counter()
            run()
            best = min(best, time.perf_counter() - begun)
    return best
