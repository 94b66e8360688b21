"""Memory that a run of pixelwise layers works in, cut into blocks and kept from call to call.

Fresh memory is the slowest there is: the system hands it out page by page, each zeroed at first touch. A training
step needs the same sizes every time, so a workspace that is no longer needed waits for the next call of its thread.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

ROWS = 4096
"""How many pixels a block has on a CPU: enough for a matrix product at full speed, few enough for the caches."""

KEPT = 4
"""How many workspaces a thread keeps: for the batch and the smaller last one, each in training and in evaluation."""

KEPT_BYTES = 1 << 27
"""A workspace larger than this is not kept: its memory may be missed elsewhere."""


@dataclass(frozen=True)
class Block:
    """Some pixels of one image, or all pixels of some images: as rows, they lie next to each other in memory."""

    images: slice
    place: slice
    shape: tuple[int, int]  # images, pixels
    values: list[Tensor]  # what each layer but the last makes: (rows, channels)
    gradients: list[Tensor]  # the loss's gradient by them

    def of(self, tensor: Tensor) -> Tensor:
        """Return this block of (images, pixels, channels) as (rows, channels)."""
        return tensor[self.images, self.place].flatten(0, 1)

    def as_images(self, rows: Tensor) -> Tensor:
        """Return (rows, channels) as (images, pixels, channels)."""
        return rows.view(*self.shape, -1)


class Workspace:
    """The blocks of `n` images of `pixels`, for layers that make `widths` channels.

    The gradients of all blocks share their memory. So do the values, unless they are kept for a backward pass.
    """

    def __init__(self, n: int, pixels: int, widths: Sequence[int], like: Tensor, *, keep: bool) -> None:
        # Other devices than a CPU want all the work at once.
        blocks = list(_blocks(n, pixels, ROWS if like.device.type == "cpu" else n * pixels))
        shapes = [(images.stop - images.start, place.stop - place.start) for images, place in blocks]
        most = max(images * place for images, place in shapes)
        shared = [like.new_empty(most, width) for width in widths]
        whole = [like.new_empty(n, pixels, width) for width in widths] if keep else []
        self.blocks = []
        for (images, place), shape in zip(blocks, shapes, strict=True):
            part = [tensor[: shape[0] * shape[1]] for tensor in shared]
            values = [tensor[images, place].flatten(0, 1) for tensor in whole] if keep else part
            self.blocks.append(Block(images, place, shape, values, part))
        # What is the same for every example: a map for each layer that wants one, the last included.
        self.maps: dict[tuple[int, ...], Tensor] = {}
        self.bytes = sum(tensor.numel() for tensor in (*shared, *whole)) * like.element_size()

    def map(self, layer: int, like: Tensor, *shape: int) -> Tensor:
        """Return the memory of a layer's map, by pixel alone."""
        key = (layer, *shape)  # the last layer's width is not the workspace's
        if key not in self.maps:
            with torch.inference_mode(False):
                self.maps[key] = like.new_empty(shape)
        return self.maps[key]


def _blocks(n: int, pixels: int, rows: int) -> Iterator[tuple[slice, slice]]:
    """Yield (images, pixels) of every block."""
    images = max(1, rows // pixels)
    for i in range(0, n, images):
        for p in range(0, pixels, rows):
            yield slice(i, min(i + images, n)), slice(p, min(p + rows, pixels))


class Lease:
    """A workspace for as long as this object lives; then the thread that asked for it has it back."""

    def __init__(self, n: int, pixels: int, widths: Sequence[int], like: Tensor, *, keep: bool) -> None:
        self.key = (n, pixels, tuple(widths), like.dtype, like.device, keep)
        self.home = _kept.workspaces
        workspace = self._take()
        if workspace is None:
            with torch.inference_mode(False):  # what inference mode makes cannot be written to outside of it
                workspace = Workspace(n, pixels, widths, like, keep=keep)
        self.workspace = workspace

    def _take(self) -> Workspace | None:
        for i, (key, workspace) in enumerate(self.home):
            if key == self.key:
                del self.home[i]
                return workspace
        return None

    def __del__(self) -> None:
        if self.workspace.bytes <= KEPT_BYTES:
            self.home.append((self.key, self.workspace))


class _Kept(threading.local):
    def __init__(self) -> None:
        self.workspaces: deque[tuple[object, Workspace]] = deque(maxlen=KEPT)


_kept = _Kept()
