"""A network of a lock as one would write it first: layer by layer in NCHW, the coordinates concatenated."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from specit.build.modules import make_module
from specit.procedures import SupervisedTraining
from specit.procedures.micro_batches import MicroBatches
from specit.spec.layers import Layer
from specit.spec.network import Network


class StraightforwardPort(nn.Module):
    """The layers in order, each a layer of torch.nn where there is one, with the parameters' names as built."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.layers = nn.ModuleList(_layer(placed.name, placed.layer) for placed in network.layers)
        self.called = [placed.called for placed in network.layers]

    def forward(self, x: Tensor) -> Tensor:
        return self.outputs(x)[0]

    def outputs(self, x: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the output, and by name what the layers that carry one have made."""
        named: dict[str, Tensor] = {}
        for layer, called in zip(self.layers, self.called, strict=True):
            x = layer(x)
            if called:
                named[called] = x
        return x, named


class Concatenating(nn.Conv2d):
    """Give every example the coordinates as channels, and convolve."""

    def __init__(
        self, in_channels: int, *, radius: bool, order: str, span: tuple[float, float], anchor: str, **stated: Any
    ) -> None:
        super().__init__(in_channels + 2 + radius, **stated)
        self.radius, self.order, self.span, self.anchor = radius, order, span, anchor

    def forward(self, x: Tensor) -> Tensor:
        n, _, height, width = x.shape
        row = self._line(x, height).view(1, 1, height, 1).expand(n, 1, height, width)
        column = self._line(x, width).view(1, 1, 1, width).expand(n, 1, height, width)
        maps = [row, column] if self.order == "ij" else [column, row]
        if self.radius:
            maps.append(torch.sqrt(row**2 + column**2))
        return super().forward(torch.cat([x, *maps], dim=1))

    def _line(self, x: Tensor, size: int) -> Tensor:
        low, high = self.span
        margin = (high - low) / (2 * size) if self.anchor == "centers" else 0.0
        return torch.linspace(low + margin, high - margin, size, dtype=x.dtype, device=x.device)


class Repeating(nn.Module):
    """Write a vector at every pixel."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, None, None].repeat(1, 1, *self.size)


def _layer(name: str, layer: Layer) -> nn.Module:
    stated = {field: getattr(layer, field) for field in type(layer).model_fields}
    if name == "CoordConv2d":
        return Concatenating(**stated)
    if name == "Tile" and stated["into"] == "channels":
        return Repeating(stated["size"])
    return make_module(name, layer)


def as_port(training: SupervisedTraining) -> SupervisedTraining:
    """Put the port, with the same weights, in place of a training's network, and let it take batches whole."""
    port = StraightforwardPort(training.network.stated)
    port.load_state_dict(training.network.state_dict())
    training.network = port  # type: ignore[assignment]
    training.settings = training.settings.model_copy(update={"micro_batch": None})
    training.parts = MicroBatches(1)
    training.kernels = [m.weight for m in port.layers if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)]
    training.optimizer = torch.optim.Adam(port.parameters(), **training.stated.optimizer[1].model_dump())
    training.evaluation.network = port  # type: ignore[assignment]
    training.evaluation.parts = training.parts
    return training
