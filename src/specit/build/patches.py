"""Where the patches of a convolution lie in its input, or of a transposed one in its output; channels last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from .scratch import scratch

PATCH_VALUES = 1 << 20
"""About how many values the patches of one block have: 4 MB in float32, of which each core's cache holds its part."""

NARROW = 4
"""With fewer channels than this, a patch is laid out channel by channel: its rows are too short to copy."""


@dataclass(frozen=True)
class Geometry:
    """A patch for each of `size` pixels: `full` is what they cover together, `cut` where the images are in it."""

    size: tuple[int, int]
    kernel: tuple[int, int]
    stride: tuple[int, int]
    full: tuple[int, int]
    cut: tuple[slice, slice]

    @property
    def inside(self) -> tuple[int, int]:
        """Return the size of what is cut out."""
        return self.cut[0].stop - self.cut[0].start, self.cut[1].stop - self.cut[1].start

    @property
    def plain(self) -> bool:
        """Return whether patches neither overlap nor leave gaps, and nothing is cut off."""
        return self.kernel == self.stride and self.inside == self.full

    def taps(self, full: Tensor) -> Iterator[tuple[int, int, Tensor]]:
        """Yield (a, b, the pixels of `full` that are number (a, b) of their patch)."""
        for a in range(self.kernel[0]):
            for b in range(self.kernel[1]):
                rows = slice(a, a + self.stride[0] * (self.size[0] - 1) + 1, self.stride[0])
                columns = slice(b, b + self.stride[1] * (self.size[1] - 1) + 1, self.stride[1])
                yield a, b, full[:, rows, columns]

    def values(self, channels: int) -> int:
        """Return how many values the patches of an image have."""
        return self.size[0] * self.size[1] * self.kernel[0] * self.kernel[1] * channels

    def pixels(self, images: int) -> int:
        """Return how many patches so many images have."""
        return images * self.size[0] * self.size[1]

    def blocks(self, images: int, weight: Tensor, channels: int) -> Iterator[slice]:
        """Yield the images of every block; their patches may have as many values as the weight they meet."""
        step = max(1, max(PATCH_VALUES, weight.numel()) // self.values(channels))
        for start in range(0, images, step):
            yield slice(start, min(start + step, images))


class Patches:
    """The patches of a block: (pixels, patch · channels), or the other way round where channels are few."""

    def __init__(self, geometry: Geometry, images: int, channels: int, like: Tensor) -> None:
        self.geometry = geometry
        (height, width), (a, b) = geometry.size, geometry.kernel
        pixels, values = images * height * width, a * b * channels
        if channels < NARROW:
            by_value = scratch("patches", (values, pixels), like)
            self.rows = by_value.t()
            self.each = by_value.view(a, b, channels, images, height, width).permute(3, 4, 5, 0, 1, 2)
        else:
            self.rows = scratch("patches", (pixels, values), like)
            self.each = self.rows.view(images, height, width, a, b, channels)

    def add_into(self, full: Tensor) -> None:
        """Write the sum of all patches where they lie."""
        (a, b), (down, right) = self.geometry.kernel, self.geometry.stride
        if a < down or b < right:
            full.zero_()
        else:  # the first taps of all patches cover everything but the edge
            full[:, down * self.geometry.size[0] :].zero_()
            full[:, :, right * self.geometry.size[1] :].zero_()
        for i, j, pixels in self.geometry.taps(full):
            if i < down and j < right:
                pixels.copy_(self.each[:, :, :, i, j])
            else:
                pixels.add_(self.each[:, :, :, i, j])

    def take_from(self, full: Tensor) -> None:
        """Lay out the patches of a tensor, contiguous in channels-last."""
        image, row, column, channel = full.stride()
        down, right = self.geometry.stride
        strides = (image, down * row, right * column, row, column, channel)
        self.each.copy_(full.as_strided(self.each.shape, strides))


def padded(images: Tensor, geometry: Geometry) -> Tensor:
    """Return (N, *full, channels), with zeros around the images: the same memory in its thread's next call."""
    if geometry.plain:
        return images.contiguous()
    full = scratch("full", (len(images), *geometry.full, images.shape[-1]), images)
    rows, columns = geometry.cut
    full[:, : rows.start].zero_()
    full[:, rows.stop :].zero_()
    full[:, rows, : columns.start].zero_()
    full[:, rows, columns.stop :].zero_()
    full[:, rows, columns].copy_(images)
    return full


def as_matrix(weight: Tensor) -> Tensor:
    """Return (one, patch · other) of a weight (one, other, *kernel), in the memory that makes the fastest product."""
    if weight.shape[1] < NARROW:
        return weight.permute(2, 3, 1, 0).flatten(0, 2).t()
    return weight.permute(0, 2, 3, 1).flatten(1)


def as_kernels(matrix: Tensor, weight: Tensor) -> Tensor:
    """Return (one, patch · other) in the shape of the weight."""
    return matrix.view(len(matrix), *weight.shape[2:], weight.shape[1]).permute(0, 3, 1, 2)
