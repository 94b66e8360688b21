"""A network as a torch module, made from a lock: the stated layers in order, run the fastest way we know."""

from __future__ import annotations

from collections.abc import Collection, Iterator

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
        self.stated = network
        self.layers = nn.ModuleList(make_module(placed.name, placed.layer) for placed in network.layers)
        # What carries a name must come into being, so no run goes past it.
        self.called = {place + 1: placed.called for place, placed in enumerate(network.layers) if placed.called}
        modules = list(self.layers)
        # What a layer changes in place is no longer what the layer before it has made.
        self.in_place = any(getattr(module, "inplace", False) for module in modules)
        self.spans = [(i, i + 1) for i in range(len(modules))] if plain else list(_spans(modules, self.called.keys()))

    def forward(self, x: Tensor) -> Tensor:
        return self.outputs(x)[0]

    def outputs(self, x: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the output, and by name what the layers that carry one have made."""
        named: dict[str, Tensor] = {}
        for start, stop in self.spans:
            x = self.layers[start](x) if stop == start + 1 else run_pixelwise(list(self.layers[start:stop]), x)
            if stop in self.called:
                named[self.called[stop]] = x.clone() if self.in_place else x
        return x, named


def _spans(modules: list[nn.Module], ends: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of every stretch that runs in one go: a pixelwise run with its `Tile`, or one layer.

    No stretch goes past one of the places in `ends`.
    """
    start = 0
    while start < len(modules):
        stop = start + 1 if isinstance(modules[start], Tile) else start
        while stop < len(modules) and is_pixelwise(modules[stop]) and not (stop > start and stop in ends):
            stop += 1
        if any(isinstance(module, nn.Conv2d) for module in modules[start:stop]):
            yield start, stop
        else:  # nothing to gain, and activations alone may run on anything, not only on images
            stop = max(stop, start + 1)
            yield from ((i, i + 1) for i in range(start, stop))
        start = stop
