"""Layers that make one output of several inputs."""

from __future__ import annotations

from collections.abc import Sequence

from .layer import Layer, Positive, Shape, ShapeError, show


class Join(Layer):
    """A layer that takes what several layers have made."""

    def join(self, shapes: Sequence[Shape]) -> Shape:
        """Return the output's shape for inputs of these shapes, or raise `ShapeError`."""
        raise NotImplementedError

    def output(self, shape: Shape) -> Shape:
        return self.join([shape])


class _Elementwise(Join):
    def join(self, shapes: Sequence[Shape]) -> Shape:
        first = shapes[0]
        for other in shapes[1:]:
            if len(other) != len(first) or any(a != b and 1 not in (a, b) for a, b in zip(first, other, strict=True)):
                raise ShapeError(f"expected inputs of one shape, or with axes of 1, but gets {_listed(shapes)}")
            first = tuple(max(a, b) for a, b in zip(first, other, strict=True))
        return first


class Add(_Elementwise):
    """The sum of its inputs. An axis of 1 is repeated, as PyTorch does."""


class Multiply(_Elementwise):
    """The product of its inputs. An axis of 1 is repeated, as PyTorch does."""


class Concatenate(Join):
    """`torch.cat`: its inputs one after the other along the axis `dim`, counted with the batch axis as 0."""

    dim: Positive
    """The axis they are joined along; the batch axis is 0."""

    def join(self, shapes: Sequence[Shape]) -> Shape:
        first, axis = shapes[0], self.dim - 1
        if axis >= len(first):
            raise ShapeError(f"has no axis {self.dim} to join along in {show(first)}")
        for other in shapes[1:]:
            if len(other) != len(first) or other[:axis] + other[axis + 1 :] != first[:axis] + first[axis + 1 :]:
                raise ShapeError(f"expected inputs that differ in axis {self.dim} alone, but gets {_listed(shapes)}")
        return (*first[:axis], sum(shape[axis] for shape in shapes), *first[axis + 1 :])


def _listed(shapes: Sequence[Shape]) -> str:
    return " and ".join(map(show, shapes))
