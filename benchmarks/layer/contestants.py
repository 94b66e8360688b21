"""The layers that are compared, each made for a shape."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, cast

import torch
from torch import Tensor, nn

import coordconv
from benchmarks.layer.shapes import Shape
from coordconv import coordinate_grid

Contestant: TypeAlias = Callable[[Shape], nn.Module | None]  # None where it has no such form


def plain(shape: Shape) -> nn.Module:
    """Return the `torch.nn` layer, which sees no coordinates."""
    return shape.make(_named(nn, "Conv", shape))


def ours(shape: Shape) -> nn.Module:
    """Return the CoordConv layer."""
    return shape.make(_named(coordconv, "CoordConv", shape))


class Concatenating(nn.Module):
    """The usual way: build the coordinates, append them to each group's inputs, convolve."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.groups = shape.groups
        self.convolution = shape.make(_named(nn, "Conv", shape), extra_channels=shape.rank)

    def forward(self, x: Tensor) -> Tensor:
        coords = coordinate_grid(x.shape[2:], dtype=x.dtype, device=x.device).expand(len(x), -1, *x.shape[2:])
        if self.groups == 1:
            return cast(Tensor, self.convolution(torch.cat([x, coords], dim=1)))
        inputs = x.unflatten(1, (self.groups, -1))
        each = coords[:, None].expand(-1, self.groups, *coords.shape[1:])
        return cast(Tensor, self.convolution(torch.cat([inputs, each], dim=2).flatten(1, 2)))


def peer(address: str) -> Contestant:
    """Return what makes the layer at `file.py:Class`, for the shapes that it takes.

    The class takes the arguments of `torch.nn.Conv2d` and is asked for what is two-dimensional and not transposed.
    """
    file, _, name = address.rpartition(":")
    path = Path(file)
    if not path.is_file():
        sys.exit(f"--peer expected file.py:Class, but there is no file {file!r} (in {address!r}).")
    module = _import(path)
    layer = getattr(module, name, None)
    if not isinstance(layer, type):
        classes = sorted(key for key, value in vars(module).items() if isinstance(value, type))
        sys.exit(f"--peer: {file} has no class {name!r}; it has {', '.join(classes) or 'none'}.")

    def make(shape: Shape) -> nn.Module | None:
        return shape.make(layer) if shape.rank == 2 and not shape.transposed else None

    return make


def _import(path: Path) -> object:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _named(library: object, prefix: str, shape: Shape) -> Callable[..., nn.Module]:
    name = f"{prefix}{'Transpose' if shape.transposed else ''}{shape.rank}d"
    return cast(Callable[..., nn.Module], getattr(library, name))
