"""The convolution of coordinates, one axis at a time.

A coordinate map changes along one axis only: it is the product of a line of coordinates along that axis and of ones
along the others. So is every window of it that a kernel sees, borders included, and to convolve it no map is needed:
only what each tap of the kernel reads at each place of the output, axis by axis.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def convolve_lines(weight: Tensor, readings: Sequence[Tensor], channels_last: bool = False) -> Tensor:
    """Return the convolution of the maps that are products of the lines in `readings`.

    Shape: `weight` is `(out, maps, *kernel)`; `readings` has for each axis `(maps, kernel, out_size)`, what each tap
    reads of each map's line at each place. Returns `(out, *out_size)`, with the channels last in memory on request.

    >>> line = F.pad(torch.tensor([[-1.0, 0.0, 1.0]]), (1, 1))
    >>> readings = read(line, kernel=3, stride=1, dilation=1)
    >>> readings
    tensor([[[ 0., -1.,  0.],
             [-1.,  0.,  1.],
             [ 0.,  1.,  0.]]])
    >>> convolve_lines(torch.tensor([[[1.0, 10.0, 100.0]]]), [readings])
    tensor([[-10.,  99.,  10.]])
    """
    return _channels_last(weight, *readings) if channels_last else _channels_first(weight, *readings)


# Both take one axis after the other from taps to places, the first one last, which sums over the maps as well. The
# memory of what they multiply is in the order of the output, in the backward pass too: otherwise PyTorch copies it
# matrix by matrix.


def _channels_first(weight: Tensor, first: Tensor, *others: Tensor) -> Tensor:
    part = weight.contiguous()  # (out, maps, k1, ...)
    if not others:
        return part.flatten(1) @ first.flatten(0, 1)
    if len(others) == 1:
        part = part @ others[0]  # (out, maps, k1, n2)
    else:
        part = others[0].mT[:, None] @ (part @ others[1][:, None])  # (out, maps, k1, n2, n3)
    out = first.flatten(0, 1).mT @ part.flatten(3).flatten(1, 2)  # (n1, maps * k1) @ (out, maps * k1, n2 * n3)
    return out.unflatten(-1, part.shape[3:])  # type: ignore[no-any-return]


def _channels_last(weight: Tensor, first: Tensor, *others: Tensor) -> Tensor:
    part = weight.movedim(0, -1).contiguous()  # (maps, k1, ..., out)
    if len(others) == 2:
        part = others[1].mT[:, None, None] @ part  # (maps, k1, k2, n3, out)
    if others:
        sizes = part.shape[3:]
        part = (others[0].mT[:, None] @ part.flatten(3)).unflatten(-1, sizes)  # (maps, k1, n2, ..., out)
    out = first.flatten(0, 1).mT @ part.flatten(2).flatten(0, 1)  # (n1, maps * k1) @ (maps * k1, n2 * ... * out)
    return out.unflatten(-1, part.shape[2:]).movedim(-1, 0)  # type: ignore[no-any-return]


def read(line: Tensor, kernel: int, stride: int, dilation: int) -> Tensor:
    """Return what each tap of a convolution reads: `(maps, n)` to `(maps, kernel, out_size)`."""
    places = (line.shape[-1] - dilation * (kernel - 1) - 1) // stride + 1
    taps = dilation * torch.arange(kernel, device=line.device)
    return line[:, taps[:, None] + stride * torch.arange(places, device=line.device)]


def read_transposed(line: Tensor, kernel: int, stride: int, padding: int, output_padding: int, dilation: int) -> Tensor:
    """Return what each tap of a transposed convolution reads: `(maps, n)` to `(maps, kernel, out_size)`.

    It is a convolution with the taps reversed, over a line with `stride - 1` zeros after each element but the last.

    >>> read_transposed(torch.tensor([[1.0, 2.0]]), kernel=2, stride=2, padding=0, output_padding=0, dilation=1)
    tensor([[[1., 0., 2., 0.],
             [0., 1., 0., 2.]]])
    """
    spread = F.pad(line[..., None], (0, stride - 1)).flatten(1)[:, : stride * (line.shape[-1] - 1) + 1]
    border = dilation * (kernel - 1) - padding
    return read(F.pad(spread, (border, border + output_padding)), kernel, 1, dilation).flip(1)
