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


def fingerprint(*arrays: NDArray[np.generic]) -> str:
    """Return the SHA-256 over type, shape and little-endian bytes of some arrays.

    >>> fingerprint(np.zeros(2, dtype=np.uint8))[:12]
    '11170b972242'
    """
    digest = hashlib.sha256()
    for array in arrays:
        little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        digest.update(f"{little.dtype.str}{little.shape}".encode())
        digest.update(little.tobytes())
    return digest.hexdigest()
