"""Axes in another order, and a stretch of one."""

from __future__ import annotations

from torch import Tensor, nn


class Permute(nn.Module):
    """`Permute` of the vocabulary: the axes of (N, ...) in the order `dims`."""

    def __init__(self, dims: tuple[int, ...]) -> None:
        super().__init__()
        self.dims = dims

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(self.dims)

    def extra_repr(self) -> str:
        return f"dims={self.dims}"


class Slice(nn.Module):
    """`Slice` of the vocabulary: the places `start` to before `stop` along the axis `dim`."""

    def __init__(self, dim: int, start: int, stop: int) -> None:
        super().__init__()
        self.dim, self.start, self.stop = dim, start, stop

    def forward(self, x: Tensor) -> Tensor:
        return x.narrow(self.dim, self.start, self.stop - self.start)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, start={self.start}, stop={self.stop}"
