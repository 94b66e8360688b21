"""What every number of a tensor sees of the network's input: a set of input numbers each, kept as bits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specit.spec.layers.layer import Shape

Bits = NDArray[np.uint8]
MOST_BYTES = 2**27
"""Sets that would take more memory are given up for "sees everything", which never calls a task impossible."""


@dataclass(frozen=True)
class Sees:
    """The sets of a tensor of `shape`.

    `bits` has the tensor's axes and one more, along which a set is packed, eight input numbers a byte. An axis of
    length 1 stands for any length: all numbers along it see the same. `everything` is the set of all input numbers.
    """

    shape: Shape
    bits: Bits
    everything: Bits

    @classmethod
    def itself(cls, shape: Shape) -> Sees:
        """Return the sets of the network's input: every number sees itself."""
        count = math.prod(shape)
        width = -(-count // 8)
        everything = np.packbits(np.ones(count, dtype=np.uint8))
        if count * width > MOST_BYTES:
            return cls(shape, everything.reshape(*(1 for _ in shape), width), everything)
        bits = np.zeros((count, width), dtype=np.uint8)
        numbers = np.arange(count)
        bits[numbers, numbers // 8] = 128 >> (numbers % 8)
        return cls(shape, bits.reshape(*shape, width), everything)

    @property
    def sees_everything(self) -> bool:
        """Return whether every number sees the whole input."""
        return bool((self.bits == self.everything).all())

    def settled(self) -> Sees:
        """Return the same with nothing kept for each number, once all of them see the whole input."""
        return self.give_up() if self.bits.size > len(self.everything) and self.sees_everything else self

    def give_up(self, shape: Shape | None = None) -> Sees:
        """Return sets of everything: never too little, and next to no memory."""
        shape = self.shape if shape is None else shape
        return Sees(shape, self.everything.reshape(*(1 for _ in shape), -1), self.everything)

    def nothing(self, shape: Shape) -> Sees:
        """Return the empty sets of constants, of this or another shape."""
        return Sees(shape, np.zeros((*(1 for _ in shape), len(self.everything)), np.uint8), self.everything)

    def with_bits(self, shape: Shape, bits: Bits) -> Sees:
        """Return other sets of the same input."""
        return Sees(shape, bits, self.everything)

    def union(self, axis: int) -> Sees:
        """Let all numbers along an axis see what any of them sees; the axis stays."""
        return self.with_bits(self.shape, np.bitwise_or.reduce(self.bits, axis=axis, keepdims=True))

    def resized(self, axis: int, length: int) -> Sees:
        """Give another length to an axis along which all see the same."""
        assert self.bits.shape[axis] == 1
        return self.with_bits((*self.shape[:axis], length, *self.shape[axis + 1 :]), self.bits)

    def without(self, axis: int) -> Sees:
        """Drop an axis along which all see the same."""
        return self.with_bits((*self.shape[:axis], *self.shape[axis + 1 :]), self.bits.squeeze(axis))

    def fits(self, *lengths: int) -> bool:
        """Return whether sets of so many numbers may be kept."""
        return math.prod(lengths) * len(self.everything) <= MOST_BYTES

    def expanded(self) -> Bits:
        """Return the bits with every axis at its full length."""
        return np.broadcast_to(self.bits, (*self.shape, len(self.everything)))

    def reshaped(self, shape: Shape) -> Sees:
        """Return the sets of the same numbers in another shape."""
        if all(length == 1 for length in self.bits.shape[:-1]):
            return self.with_bits(shape, self.bits.reshape(*(1 for _ in shape), -1))
        if not self.fits(*shape):
            return self.give_up(shape)
        return self.with_bits(shape, self.expanded().reshape(*shape, -1))

    def gathered(self, axis: int, taps: Sequence[NDArray[np.int64]]) -> Sees:
        """Return the sets along an axis of numbers each of which is made of some others along it.

        Every tap holds, for each number that is made, the place of one that it is made of, or -1 for none.
        """
        length = len(taps[0])
        shape = (*self.shape[:axis], length, *self.shape[axis + 1 :])
        if len(taps) == 1 and np.array_equal(taps[0], np.arange(self.shape[axis])):
            return self
        lengths = [*self.bits.shape[:-1]]
        lengths[axis] = length
        if not self.fits(*lengths):
            return self.give_up(shape)
        along = [1] * self.bits.ndim
        along[axis] = length
        if self.bits.shape[axis] == 1:
            any_tap = np.any([tap >= 0 for tap in taps], axis=0)
            kept = self.bits if any_tap.all() else self.bits * any_tap.reshape(along).astype(np.uint8)
            return self.with_bits(shape, kept)
        made = np.zeros((*lengths, self.bits.shape[-1]), dtype=np.uint8)
        for tap in taps:
            if (tap >= 0).all():
                made |= self.bits.take(tap, axis)
            else:
                made |= self.bits.take(np.maximum(tap, 0), axis) * (tap >= 0).reshape(along).astype(np.uint8)
        return self.with_bits(shape, made)


def joined(parts: Sequence[Sees], shape: Shape) -> Sees:
    """Return what numbers see that are each made of the numbers at their place in several tensors."""
    bits = parts[0].bits
    for part in parts[1:]:
        lengths = np.broadcast_shapes(bits.shape, part.bits.shape)
        if not parts[0].fits(*lengths[:-1]):
            return parts[0].give_up(shape)
        bits = bits | part.bits
    return parts[0].with_bits(shape, bits)


def concatenated(parts: Sequence[Sees], axis: int) -> Sees:
    """Return the sets of several tensors one after the other."""
    first = parts[0]
    shape = (*first.shape[:axis], sum(part.shape[axis] for part in parts), *first.shape[axis + 1 :])
    others = np.broadcast_shapes(*(part.bits.shape[:axis] + part.bits.shape[axis + 1 :] for part in parts))
    if not first.fits(shape[axis], *others[:-1]):
        return first.give_up(shape)
    full = [np.broadcast_to(p.bits, (*others[:axis], p.shape[axis], *others[axis:])) for p in parts]
    return first.with_bits(shape, np.concatenate(full, axis))
