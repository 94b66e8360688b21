"""A network as a torch module, made from a lock: the stated layers in order, run the fastest way we know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Self

import torch
from torch import Tensor, nn

from specit.spec.network import Network

from .layers import Crop2d
from .modules import Tile, make_module
from .pixelwise import is_pixelwise, run_pixelwise
from .transposed import is_transposed, run_transposed

Run = Callable[[Sequence[nn.Module], Tensor], Tensor]
"""How a stretch of layers is run in one go."""


class BuiltNetwork(nn.Module):
    """The layers of a spec's network, by their place in it: `layers.2.weight` belongs to the layer numbered 2.

    Stretches that have a faster form go through it; `plain=True` runs every layer by itself.
    """

    def __init__(self, network: Network, *, plain: bool = False) -> None:
        super().__init__()
        self.stated = network
        self.layers = nn.ModuleList(make_module(placed.name, placed.layer) for placed in network.layers)
        # What carries a name must come into being, so no run goes past it.
        self.called = {place + 1: placed.called for place, placed in enumerate(network.layers) if placed.called}
        modules = list(self.layers)
        # What a layer changes in place is no longer what the layer before it has made.
        self.in_place = any(getattr(module, "inplace", False) for module in modules)
        one_by_one = [(i, i + 1, _run_alone) for i in range(len(modules))]
        self.spans = one_by_one if plain else list(_spans(modules, self.called.keys()))

    def place(self, device: torch.device) -> Self:
        """Move to a device, with every kernel in the layout that convolutions are fastest in there.

        On a CPU that is channels-last, which activations then take over: stacks of 3×3 convolutions train up to 1.6
        times faster. On other devices the layout stays as it is.
        """
        self.to(device)
        if device.type == "cpu":
            for layer in self.layers:
                if isinstance(layer, nn.Conv2d):
                    layer.weight.data = layer.weight.data.contiguous(memory_format=torch.channels_last)
        return self

    def forward(self, x: Tensor) -> Tensor:
        return self.outputs(x)[0]

    def outputs(self, x: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the output, and by name what the layers that carry one have made."""
        named: dict[str, Tensor] = {}
        layers = list(self.layers)
        for start, stop, run in self.spans:
            x = run(layers[start:stop], x)
            if stop in self.called:
                named[self.called[stop]] = x.clone() if self.in_place else x
        return x, named


def _run_alone(modules: Sequence[nn.Module], x: Tensor) -> Tensor:
    (module,) = modules
    made: Tensor = module(x)
    return made


def _spans(modules: list[nn.Module], ends: Collection[int]) -> Iterator[tuple[int, int, Run]]:
    """Yield (start, stop, run) of every stretch that runs in one go, or of one layer.

    No stretch goes past one of the places in `ends`.
    """
    start = 0
    while start < len(modules):
        if stop := _pixelwise_stop(modules, start, ends):
            yield start, stop, run_pixelwise
        elif stop := _transposed_stop(modules, start, ends):
            yield start, stop, run_transposed
        else:
            stop = start + 1
            yield start, stop, _run_alone
        start = stop


def _pixelwise_stop(modules: list[nn.Module], start: int, ends: Collection[int]) -> int | None:
    """Return where a run of two or more layers stops, a `Tile` and pixelwise ones, if it holds a convolution."""
    stop = start + 1 if isinstance(modules[start], Tile) else start
    while stop < len(modules) and is_pixelwise(modules[stop]) and not (stop > start and stop in ends):
        stop += 1
    # With activations alone there is nothing to gain, and they may run on anything, not only on images.
    convolves = any(isinstance(module, nn.Conv2d) for module in modules[start:stop])
    return stop if convolves and stop > start + 1 else None


def _transposed_stop(modules: list[nn.Module], start: int, ends: Collection[int]) -> int | None:
    """Return where a transposed convolution with its `Crop2d` and ReLU stops, if one starts here."""
    if not is_transposed(modules[start]):
        return None
    stop = start + 1
    for kind in (Crop2d, nn.ReLU):
        if stop < len(modules) and isinstance(modules[stop], kind) and stop not in ends:
            stop += 1
    return stop
