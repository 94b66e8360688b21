"""Transposed convolutions of an input and its coordinates, for 1, 2 and 3 spatial axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvTransposeNd

from ._grid import Anchor, Order, Span
from ._layer import _CoordConvNd
from ._separable import read_transposed


class _CoordConvolutionTransposeNd(_CoordConvNd, _ConvTransposeNd):
    """What CoordConvTranspose1d, 2d and 3d share: a weight `(in + groups * coords, out / groups, *kernel)`."""

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """Return the transposed convolution of `input` and its coordinates.

        `output_size` chooses among the sizes that a stride leaves open, as in `torch.nn`.
        """
        self._check_input(input)
        # torch.nn declares lists and passes tuples, too.
        geometry = self.stride, self.padding, self.kernel_size, len(self._axes), self.dilation
        output_padding = self._output_padding(input, output_size, *geometry)  # type: ignore[arg-type]
        return self._forward(input, tuple(output_padding))

    def _split_weight(self) -> tuple[Tensor, Tensor]:
        # The channels of each group lie together along the first axis, its coordinates last.
        weight = self.weight.unflatten(0, (self.groups, -1))
        inputs = self.in_channels // self.groups
        for_input, for_coords = weight[:, :inputs], weight[:, inputs:]
        # As one group: (groups, coords, out / groups, *kernel) to (out, coords, *kernel).
        return for_input.flatten(0, 1), for_coords.transpose(1, 2).flatten(0, 1)

    def _convolve(
        self, x: Tensor, weight: Tensor, bias: Tensor | None, groups: int, output_padding: tuple[int, ...]
    ) -> Tensor:
        return self._convolution(x, weight, bias, self.stride, self.padding, output_padding, groups, self.dilation)

    def _in_layout(self, weight: Tensor) -> Tensor:
        return weight.transpose(0, 1)

    def _read(self, line: Tensor, axis: int, output_padding: tuple[int, ...]) -> Tensor:
        return read_transposed(
            line,
            kernel=self.kernel_size[axis],
            stride=self.stride[axis],
            padding=cast(tuple[int, ...], self.padding)[axis],  # a word only in layers that are not transposed
            output_padding=output_padding[axis],
            dilation=self.dilation[axis],
        )


class CoordConvTranspose1d(_CoordConvolutionTransposeNd, nn.ConvTranspose1d):
    """Convolve, transposed, a sequence and the coordinate of its elements.

    `CoordConvTranspose2d` with one axis: the arguments are those of `torch.nn.ConvTranspose1d`, in the same order
    and with the same defaults; keywords, errors, ranges and source are those of `CoordConvTranspose2d`.

    Shape: `(N, in_channels, L)` or `(in_channels, L)` to what `torch.nn.ConvTranspose1d` gives. `weight` is
    `(in_channels + groups * coords, out_channels / groups, kernel_size)`, `bias` is `(out_channels)`.

    >>> import torch
    >>> CoordConvTranspose1d(8, 4, kernel_size=4, stride=2)(torch.zeros(2, 8, 50)).shape
    torch.Size([2, 4, 102])
    """

    _axes = "L"
    _plain = nn.ConvTranspose1d
    _convolution = staticmethod(F.conv_transpose1d)

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int],
        stride: int | tuple[int] = 1,
        padding: int | tuple[int] = 0,
        output_padding: int | tuple[int] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int] = 1,
        padding_mode: Literal["zeros"] = "zeros",
        device: torch.device | str | int | None = None,
        dtype: torch.dtype | None = None,
        *,
        radius: bool = False,
        order: Order = "ij",
        span: Span = (-1.0, 1.0),
        anchor: Anchor = "corners",
    ) -> None:
        super().__init__(
            self._all_channels(in_channels, groups, radius),
            out_channels,
            kernel_size,
            stride,
            padding,
            output_padding,
            groups,
            bias,
            dilation,
            padding_mode,
            device,
            dtype,
        )
        self._set_coordinates(in_channels, radius, order, span, anchor)


class CoordConvTranspose2d(_CoordConvolutionTransposeNd, nn.ConvTranspose2d):
    """Convolve, transposed, an image and the coordinates of its pixels.

    The arguments are those of `torch.nn.ConvTranspose2d`, in the same order and with the same defaults;
    `in_channels` does not count the coordinates. The keywords `radius`, `order`, `span` and `anchor` are those of
    `coordinate_grid`; the coordinates are those of the input, before it grows. In a grouped layer every group
    sees them, after its own inputs.

    Shape: `(N, in_channels, H, W)` or `(in_channels, H, W)` to what `torch.nn.ConvTranspose2d` gives. `weight` is
    `(in_channels + groups * coords, out_channels / groups, *kernel_size)`, `bias` is `(out_channels)`; their
    initial values are those of `torch.nn.ConvTranspose2d` with that many input channels. The `state_dict` holds
    these two and fits an implementation that concatenates.

    Range and errors: those of `CoordConv2d`. Only `padding_mode="zeros"` exists, as in `torch.nn`.

    Source: section 3 of the paper. Its released code has no such layer. The differences are those of `CoordConv2d`.

    >>> import torch
    >>> layer = CoordConvTranspose2d(16, 3, kernel_size=4, stride=2, padding=1)
    >>> layer.weight.shape
    torch.Size([18, 3, 4, 4])
    >>> layer(torch.zeros(8, 16, 32, 24)).shape
    torch.Size([8, 3, 64, 48])
    """

    _axes = "HW"
    _plain = nn.ConvTranspose2d
    _convolution = staticmethod(F.conv_transpose2d)

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        output_padding: int | tuple[int, int] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int, int] = 1,
        padding_mode: Literal["zeros"] = "zeros",
        device: torch.device | str | int | None = None,
        dtype: torch.dtype | None = None,
        *,
        radius: bool = False,
        order: Order = "ij",
        span: Span = (-1.0, 1.0),
        anchor: Anchor = "corners",
    ) -> None:
        super().__init__(
            self._all_channels(in_channels, groups, radius),
            out_channels,
            kernel_size,
            stride,
            padding,
            output_padding,
            groups,
            bias,
            dilation,
            padding_mode,
            device,
            dtype,
        )
        self._set_coordinates(in_channels, radius, order, span, anchor)


class CoordConvTranspose3d(_CoordConvolutionTransposeNd, nn.ConvTranspose3d):
    """Convolve, transposed, a volume and the coordinates of its voxels.

    `CoordConvTranspose2d` with three axes: the arguments are those of `torch.nn.ConvTranspose3d`, in the same
    order and with the same defaults; keywords, errors, ranges and source are those of `CoordConvTranspose2d`.

    Shape: `(N, in_channels, D, H, W)` or `(in_channels, D, H, W)` to what `torch.nn.ConvTranspose3d` gives.
    `weight` is `(in_channels + groups * coords, out_channels / groups, *kernel_size)`, `bias` is
    `(out_channels)`.

    >>> import torch
    >>> CoordConvTranspose3d(8, 1, kernel_size=2, stride=2)(torch.zeros(2, 8, 4, 8, 8)).shape
    torch.Size([2, 1, 8, 16, 16])
    """

    _axes = "DHW"
    _plain = nn.ConvTranspose3d
    _convolution = staticmethod(F.conv_transpose3d)

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int, int],
        stride: int | tuple[int, int, int] = 1,
        padding: int | tuple[int, int, int] = 0,
        output_padding: int | tuple[int, int, int] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int, int, int] = 1,
        padding_mode: Literal["zeros"] = "zeros",
        device: torch.device | str | int | None = None,
        dtype: torch.dtype | None = None,
        *,
        radius: bool = False,
        order: Order = "ij",
        span: Span = (-1.0, 1.0),
        anchor: Anchor = "corners",
    ) -> None:
        super().__init__(
            self._all_channels(in_channels, groups, radius),
            out_channels,
            kernel_size,
            stride,
            padding,
            output_padding,
            groups,
            bias,
            dilation,
            padding_mode,
            device,
            dtype,
        )
        self._set_coordinates(in_channels, radius, order, span, anchor)
