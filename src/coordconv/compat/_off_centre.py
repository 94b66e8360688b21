"""Layers whose radius is measured from beside the middle, as three implementations have it."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from .._conv import CoordConv1d, CoordConv2d
from .._conv_transpose import CoordConvTranspose1d, CoordConvTranspose2d
from .._layer import _CoordConvNd


class _OffCentreRadius(_CoordConvNd):
    """Mixed in before a CoordConv layer."""

    def _build_radius(self, lines: Sequence[Tensor]) -> Tensor:
        low, high = self.span
        return super()._build_radius([line - (low + 0.75 * (high - low)) for line in lines])


class OffCentreCoordConv2d(_OffCentreRadius, CoordConv2d):
    """`CoordConv2d` with the radius of mkocabas, walsvid and titu1994, for weights that were trained with it.

    Arguments, shapes and errors are those of `CoordConv2d`. The radius is measured from three quarters of the span in
    every coordinate: √((x - ½)² + (y - ½)²) in the default span, from 0 to 1.5 √2. Without `radius=True` nothing
    differs.

    Source: the files named in `CONVENTIONS`, which subtract the middle of [0, 1] from coordinates in [-1, 1].
    Differences: none from them in the formula; from `CoordConv2d`, whose radius is 0 in the middle and which new
    networks should prefer, only this radius.

    >>> import torch
    >>> layer = OffCentreCoordConv2d(1, 1, kernel_size=1, radius=True)
    >>> picks_the_radius = {"weight": torch.tensor([0.0, 0, 0, 1]).reshape(1, 4, 1, 1), "bias": torch.zeros(1)}
    >>> layer.load_state_dict(picks_the_radius)
    <All keys matched successfully>
    >>> (layer(torch.zeros(1, 1, 5, 5)) == 0).nonzero().tolist()  # of rows and columns 0 to 4, the next to last
    [[0, 0, 3, 3]]
    """


class OffCentreCoordConv1d(_OffCentreRadius, CoordConv1d):
    """`CoordConv1d` with the radius of `OffCentreCoordConv2d`, which is `|x - ½|` here."""


class OffCentreCoordConvTranspose1d(_OffCentreRadius, CoordConvTranspose1d):
    """`CoordConvTranspose1d` with the radius of `OffCentreCoordConv1d`."""


class OffCentreCoordConvTranspose2d(_OffCentreRadius, CoordConvTranspose2d):
    """`CoordConvTranspose2d` with the radius of `OffCentreCoordConv2d`."""
