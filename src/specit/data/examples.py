"""Labelled examples in their final form, divided into train and test, each with a fingerprint."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Examples:
    """All examples of a data set: `inputs` (N, ...) float32, `targets` (N, ...), `in_test` (N,) bool.

    A target is the index of a pixel (int64), a picture (1, H, W) or two coordinates (float32). `centres` (N, 2) are
    the (x, y) pixels of what each example shows; `canvas` is (height, width).
    """

    inputs: NDArray[np.float32]
    targets: NDArray[Any]
    in_test: NDArray[np.bool_]
    centres: NDArray[np.int16]
    canvas: tuple[int, int]

    @property
    def train(self) -> NDArray[np.intp]:
        """Return the indices of the training examples, in data-set order."""
        return np.flatnonzero(~self.in_test)

    @property
    def test(self) -> NDArray[np.intp]:
        """Return the indices of the test examples, in data-set order."""
        return np.flatnonzero(self.in_test)

    def fingerprints(self) -> dict[str, str]:
        """Return the SHA-256 of the data (inputs and targets) and of the split."""
        return {"data": fingerprint(self.inputs, self.targets), "split": fingerprint(self.in_test)}

    def fingerprint(self) -> str:
        """Return what a spec states of them, of `inputs`, `targets` and `in_test`; see `named_fingerprint`."""
        return named_fingerprint(inputs=self.inputs, targets=self.targets, in_test=self.in_test)


def named_fingerprint(**arrays: NDArray[Any]) -> str:
    """Return what a spec states of data: `sha256:` and the digest of all that a run sees, in this form.

    For each array, one after the other: a line of its name, NumPy's word for the type in little-endian order (`<f4`,
    `<i8`, `|b1`) and the sizes of the axes, with single spaces between and a line feed at the end; then the numbers as
    they lie in memory, little-endian, the last axis fastest.
    """
    digest = hashlib.sha256()
    for name, array in arrays.items():
        little = _little(array)
        digest.update(" ".join([name, little.dtype.str, *map(str, little.shape)]).encode() + b"\n")
        digest.update(little.data)
    return f"sha256:{digest.hexdigest()}"


def fingerprint(*arrays: NDArray[np.generic]) -> str:
    """Return the SHA-256 over type, shape and little-endian bytes of some arrays.

    >>> fingerprint(np.zeros(2, dtype=np.uint8))[:12]
    '11170b972242'
    """
    digest = hashlib.sha256()
    for array in arrays:
        little = _little(array)
        digest.update(f"{little.dtype.str}{little.shape}".encode())
        digest.update(little.tobytes())
    return digest.hexdigest()


def _little(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array as it lies in memory in order, little-endian."""
    return np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
