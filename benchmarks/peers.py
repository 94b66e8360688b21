"""Other CoordConv layers for images, restated: what they publish, in one form and few lines.

Each is read in the source that its docstring names and written anew from its formulas, with its faults. All take the
arguments of `torch.nn.Conv2d`, and `radius=True` where the original has one, so that they can be compared:

python -m benchmarks.conformance
python -m benchmarks.layer --peer benchmarks/peers.py:Mkocabas

`i` and `j` are the row and the column of a pixel, `h` and `w` the height and the width of the image.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, cast

import torch
from torch import Tensor, nn


class _Concatenating(nn.Module):
    """Append maps to every element of the batch and convolve the longer input."""

    coordinates_first: ClassVar[bool] = False

    def __init__(self, in_channels: int, *arguments: Any, radius: bool = False, **keywords: Any) -> None:
        super().__init__()
        self.radius = radius
        self.conv = nn.Conv2d(in_channels + 2 + radius, *arguments, **keywords)

    def forward(self, x: Tensor) -> Tensor:
        maps = self.maps(x).repeat(x.shape[0], 1, 1, 1)
        return cast(Tensor, self.conv(torch.cat([maps, x] if self.coordinates_first else [x, maps], dim=1)))

    @abstractmethod
    def maps(self, x: Tensor) -> Tensor:
        """Return `(1, coords, h, w)`, in the dtype and on the device that the original has them."""


class Released(_Concatenating):
    """uber-research/CoordConv, CoordConv.py, TensorFlow 1: the paper's code.

    `x = 2j / (h - 1) - 1` and `y = 2i / (w - 1) - 1`: each is divided by the size of the other axis.
    """

    def maps(self, x: Tensor) -> Tensor:
        h, w = x.shape[2:]
        column = 2 * torch.arange(w, device=x.device) / (h - 1) - 1
        row = 2 * torch.arange(h, device=x.device) / (w - 1) - 1
        return _stack(column.expand(h, w), row[:, None].expand(h, w), self.radius)


class Mkocabas(_Concatenating):
    """mkocabas/CoordConv-pytorch, CoordConv.py: the radius is measured from (½, ½), built on the CPU, then moved."""

    def maps(self, x: Tensor) -> Tensor:
        row, column = (line.type_as(x) for line in _rows_and_columns(x.shape[2:]))
        return _stack(row, column, self.radius, centre=0.5)


class Walsvid(nn.Conv2d):
    """walsvid/CoordConv, coordconv.py, with use_cuda=False: maps in single precision on the CPU, radius from (½, ½).

    It inherits from the convolution and holds another one, the only one used: its own weight and bias are dead.
    """

    def __init__(self, in_channels: int, *arguments: Any, radius: bool = False, **keywords: Any) -> None:
        super().__init__(in_channels, *arguments, **keywords)
        self.radius = radius
        self.conv = nn.Conv2d(in_channels + 2 + radius, *arguments, **keywords)

    def forward(self, x: Tensor) -> Tensor:
        maps = _stack(*_rows_and_columns(x.shape[2:]), self.radius, centre=0.5)
        return cast(Tensor, self.conv(torch.cat([x, maps.repeat(x.shape[0], 1, 1, 1)], dim=1)))

    @staticmethod
    def volume(size: Sequence[int]) -> Tensor:
        """Return its maps `(3, *size)` of a volume: sums of two indices, not normalised."""
        z, y, x = torch.meshgrid(*(torch.arange(n, dtype=torch.float32) for n in size), indexing="ij")
        return torch.stack([y + z, z + x, x + y])


class Wizaron(_Concatenating):
    """Wizaron/coord-conv-pytorch, coord_conv.py: maps before the input, radius divided by its largest value."""

    coordinates_first = True

    def maps(self, x: Tensor) -> Tensor:
        maps = _stack(*_rows_and_columns(x.shape[2:]), self.radius)
        if self.radius:
            maps[:, 2] /= maps[:, 2].max()
        return maps.to(x.device)


class Titu1994(_Concatenating):
    """titu1994/keras-coordconv, coord.py, Keras: the radius is measured from (½, ½)."""

    def maps(self, x: Tensor) -> Tensor:
        return _stack(*_rows_and_columns(x.shape[2:], x.device), self.radius, centre=0.5)

    @staticmethod
    def volume(size: Sequence[int]) -> Tensor:
        """Return its maps `(3, *size)` of a volume: depth, row, column."""
        return torch.stack(torch.meshgrid(*map(_line, size), indexing="ij"))


class PaddleDetection(_Concatenating):
    """PaddlePaddle/PaddleDetection, ppdet/modeling/necks/yolo_fpn.py, Paddle: column before row, no radius."""

    def maps(self, x: Tensor) -> Tensor:
        row, column = _rows_and_columns(x.shape[2:], x.device)
        return torch.stack([column, row])[None]


class Solo(_Concatenating):
    """WXinlong/SOLO, mmdet/models/anchor_heads/solo_head.py: linspace on the input's device, no radius."""

    def maps(self, x: Tensor) -> Tensor:
        lines = (torch.linspace(-1, 1, n, device=x.device) for n in x.shape[2:])
        row, column = torch.meshgrid(*lines, indexing="ij")
        return torch.stack([column, row])[None]


def _line(n: int, device: torch.device | None = None) -> Tensor:
    """Return `2i / (n - 1) - 1` for each i below n, on the CPU if nothing is said; 0 / 0 for a lone element."""
    return 2 * torch.arange(n, device=device) / (n - 1) - 1


def _rows_and_columns(size: Sequence[int], device: torch.device | None = None) -> tuple[Tensor, Tensor]:
    row, column = torch.meshgrid(*(_line(n, device) for n in size), indexing="ij")
    return row, column


def _stack(first: Tensor, second: Tensor, radius: bool, centre: float = 0.0) -> Tensor:
    maps = [first, second]
    if radius:
        maps.append(((first - centre).square() + (second - centre).square()).sqrt())
    return torch.stack(maps)[None]
