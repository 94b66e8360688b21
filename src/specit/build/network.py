"""A network as a torch module, made from a lock: the stated layers in order, run the fastest way we know."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn

from specit.spec.network import Network

from .modules import Tile, make_module
from .pixelwise import is_pixelwise, run_pixelwise


class BuiltNetwork(nn.Module):
    """The layers of a spec's network, by their place in it: `layers.2.weight` belongs to the layer numbered 2.

    Runs of two or more pixelwise layers go through `run_pixelwise`; `plain=True` runs every layer by itself.
    """

    def __init__(self, network: Network, *, plain: bool = False) -> None:
        super().__init__()
        self.layers = nn.ModuleList(make_module(placed.name, placed.layer) for placed in network.layers)
        self.names = [placed.name for placed in network.layers]
        self.spans = [(i, i + 1) for i in range(len(self.layers))] if plain else list(_spans(list(self.layers)))

    def forward(self, x: Tensor) -> Tensor:
        for start, stop in self.spans:
            x = self.layers[start](x) if stop == start + 1 else run_pixelwise(list(self.layers[start:stop]), x)
        return x


def _spans(modules: list[nn.Module]) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of every stretch that runs in one go: a pixelwise run with its `Tile`, or one layer."""
    start = 0
    while start < len(modules):
        stop = start + 1 if isinstance(modules[start], Tile) else start
        while stop < len(modules) and is_pixelwise(modules[stop]):
            stop += 1
        if any(isinstance(module, nn.Conv2d) for module in modules[start:stop]):
            yield start, stop
        else:  # nothing to gain, and activations alone may run on anything, not only on images
            stop = max(stop, start + 1)
            yield from ((i, i + 1) for i in range(start, stop))
        start = stop
