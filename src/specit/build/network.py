"""A network as a torch module, made from a lock: the stated layers, run the fastest way we know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor, nn

from specit.spec.network import Network

from .convolved import is_convolved, run_convolved
from .layers import Crop2d
from .modules import Tile, make_module
from .pixelwise import is_pixelwise, run_pixelwise
from .transposed import is_transposed, run_transposed

Run = Callable[[Sequence[nn.Module], Tensor], Tensor]
"""How a stretch of layers is run in one go."""


@dataclass(frozen=True)
class Span:
    """A stretch of layers from place `start` to before `stop`, which takes what the layers at `takes` have made."""

    start: int
    stop: int
    run: Run | None
    """None: one layer, which is called by itself."""
    takes: tuple[int, ...]
    last: tuple[int, ...]
    """What nobody needs after this."""


class BuiltNetwork(nn.Module):
    """The layers of a spec's network, by their place in it: `layers.2.weight` belongs to the layer numbered 2.

    Layers that share their parameters are one module at two places. Stretches that have a faster form go through it;
    `plain=True` runs every layer by itself. It is called with its inputs in their order, and returns its output, or a
    tuple of them where there are several.
    """

    def __init__(self, network: Network, *, plain: bool = False) -> None:
        super().__init__()
        self.stated = network
        modules: list[nn.Module] = []
        for placed in network.layers:
            shared = None if placed.shares is None else modules[placed.shares]
            modules.append(shared or make_module(placed.name, placed.layer))
        self.layers = nn.ModuleList(modules)
        # What a layer changes in place is no longer what the layer before it has made.
        self.in_place = any(getattr(module, "inplace", False) for module in modules)
        self.spans = list(_spans(network, modules, plain=plain))

    def place(self, device: torch.device) -> Self:
        """Move to a device, with every kernel in the layout that convolutions are fastest in there.

        On a CPU that is channels-last, which activations then take over: stacks of 3×3 convolutions train up to 1.6
        times faster. On other devices the layout stays as it is.
        """
        self.to(device)
        if device.type == "cpu":
            for layer in self.layers:
                if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
                    layer.weight.data = layer.weight.data.contiguous(memory_format=torch.channels_last)
        return self

    def forward(self, *inputs: Tensor) -> Any:
        return self.outputs(*inputs)[0]

    def outputs(self, *inputs: Tensor) -> tuple[Any, dict[str, Tensor]]:
        """Return the output, or several as a tuple, and by name what the layers that carry one have made."""
        if len(inputs) != len(self.stated.inputs):
            raise TypeError(f"the network takes {len(self.stated.inputs)} inputs, not {len(inputs)}")
        layers = list(self.layers)
        made: dict[int, Tensor] = {}
        named: dict[str, Tensor] = {}
        given = iter(inputs)
        for span in self.spans:
            taken = [made[place] for place in span.takes] or [next(given)]
            for place in span.last:
                made.pop(place, None)
            x = span.run(layers[span.start : span.stop], taken[0]) if span.run else layers[span.start](*taken)
            del taken
            end = span.stop - 1
            made[end] = x
            if called := self.stated.layers[end].called:
                named[called] = x.clone() if self.in_place else x
        returned = tuple(made[place] for place in self.stated.outputs)
        return returned if len(returned) > 1 else returned[0], named


def _spans(network: Network, modules: list[nn.Module], *, plain: bool) -> Iterator[Span]:
    """Yield every stretch that runs in one go, or one layer, in order."""
    # What carries a name or goes elsewhere must come into being, so no stretch goes past it.
    ends = {
        place + 1
        for place, placed in enumerate(network.layers)
        if placed.called or place in network.outputs or network.takers[place] != (place + 1,)
    }
    last = {p: max(users, default=-1) for p, users in enumerate(network.takers) if p not in network.outputs}
    start = 0
    while start < len(modules):
        run, stop = (None, start + 1) if plain else _stretch(modules, start, ends)
        takes = network.layers[start].takes
        done = tuple(place for place in dict.fromkeys(takes) if last.get(place) == start)
        yield Span(start, stop, run, takes, done)
        start = stop


def _stretch(modules: list[nn.Module], start: int, ends: Collection[int]) -> tuple[Run | None, int]:
    """Return how a stretch from `start` is run in one go, and where it stops; no further than the places in `ends`."""
    if stop := _pixelwise_stop(modules, start, ends):
        return run_pixelwise, stop
    if stop := _transposed_stop(modules, start, ends):
        return run_transposed, stop
    if stop := _convolved_stop(modules, start, ends):
        return run_convolved, stop
    return None, start + 1


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


def _convolved_stop(modules: list[nn.Module], start: int, ends: Collection[int]) -> int | None:
    """Return where a convolution, perhaps behind a `ZeroPad2d`, stops, if one of these starts here."""
    at = start + 1 if isinstance(modules[start], nn.ZeroPad2d) and start + 1 not in ends else start
    return at + 1 if at < len(modules) and is_convolved(modules[at]) else None
