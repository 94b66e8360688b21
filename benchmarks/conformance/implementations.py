"""The layers that are compared, and the maps that each of them sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from benchmarks import peers
from coordconv import CoordConv2d, coordinate_grid

Size = Sequence[int]


@dataclass(frozen=True)
class Implementation:
    """A layer that takes the arguments of `torch.nn.Conv2d`."""

    name: str
    layer: Callable[..., nn.Module]
    has_radius: bool = True
    volume: Callable[[Size], Tensor] | None = None  # its maps (3, *size) of a volume
    in_pytorch: bool = True

    def channels(self, *, radius: bool) -> list[str]:
        """Return what the channels of a layer for one input channel are, in order: `["input", "y", "x"]`."""
        return [_kind(channel) for channel in self._seen((4, 5), radius)]

    def maps(self, size: Size, *, radius: bool = False) -> dict[str, Tensor]:
        """Return the map of each coordinate, as the layer sees it."""
        return dict(zip(self.channels(radius=radius), self._seen(size, radius), strict=True))

    def _seen(self, size: Size, radius: bool) -> Tensor:
        """Return the channels that the layer convolves, `(channels, *size)`, for an input of zeros.

        The layer is a black box: its weights are set so that each output is one of the channels.
        """
        channels = 3 + radius
        layer = self.layer(1, channels, 1, bias=False, **({"radius": True} if radius else {}))
        with torch.no_grad():
            weight_of(layer).copy_(torch.eye(channels)[..., None, None])
            return cast(Tensor, layer(torch.zeros(1, 1, *size)))[0]


def _kind(channel: Tensor) -> str:
    down, right = (bool((channel.diff(dim=axis) != 0).any()) for axis in (0, 1))
    return {(False, False): "input", (True, False): "y", (False, True): "x", (True, True): "r"}[down, right]


def weight_of(layer: nn.Module) -> Tensor:
    """Return the weight that is used: the peers hold the convolution as `conv`."""
    return cast(Tensor, getattr(layer, "conv", layer).weight)


IMPLEMENTATIONS = (
    Implementation("coordconv", CoordConv2d, volume=coordinate_grid),
    Implementation("released code", peers.Released, in_pytorch=False),
    Implementation("mkocabas", peers.Mkocabas),
    Implementation("walsvid", peers.Walsvid, volume=peers.Walsvid.volume),
    Implementation("Wizaron", peers.Wizaron),
    Implementation("titu1994", peers.Titu1994, volume=peers.Titu1994.volume, in_pytorch=False),
    Implementation("PaddleDetection", peers.PaddleDetection, has_radius=False, in_pytorch=False),
    Implementation("SOLO", peers.Solo, has_radius=False),
)
