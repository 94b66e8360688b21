"""Pictures to learn to make: kept in bytes, handed out in the range that is stated, with a fingerprint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .examples import fingerprint, named_fingerprint


@dataclass(frozen=True)
class Pictures:
    """All pictures of a data set: `bytes` (N, C, H, W) uint8, `in_test` (N,) bool.

    A network sees 0 as `low` and 255 as `high`. Where every picture is known to show objects on white, they are of
    these `colours` (red, green and blue of 255), and each covers one of the `masks` (shapes, h, w) about its centre.
    """

    bytes: NDArray[np.uint8]
    in_test: NDArray[np.bool_]
    low: float
    high: float
    colours: tuple[tuple[int, int, int], ...] = ()
    masks: NDArray[np.bool_] | None = None

    @property
    def train(self) -> NDArray[np.intp]:
        """Return the indices of the training pictures, in data-set order."""
        return np.flatnonzero(~self.in_test)

    @property
    def test(self) -> NDArray[np.intp]:
        """Return the indices of the test pictures, in data-set order."""
        return np.flatnonzero(self.in_test)

    def fingerprints(self) -> dict[str, str]:
        """Return the SHA-256 of the pictures and of the split."""
        return {"data": fingerprint(self.bytes), "split": fingerprint(self.in_test)}

    def fingerprint(self) -> str:
        """Return what a spec states of them, of `bytes` and `in_test`; see `named_fingerprint`."""
        return named_fingerprint(bytes=self.bytes, in_test=self.in_test)

    def real(self, number: int) -> NDArray[np.float32]:
        """Return the first pictures as they are shown, (number, 3, H, W) in [0, 1]."""
        return self.shown((self.bytes[:number] / 255).astype(np.float32))

    def shown(self, unit: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return pictures in [0, 1] as they are shown: (N, 3, H, W), in grey where they have one channel."""
        return unit if unit.shape[1] == 3 else np.repeat(unit, 3, axis=1)

    def to_unit(self, made: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return what a network made, brought from [low, high] to [0, 1]; what lies outside is cut off."""
        unit: NDArray[np.float32] = ((made - self.low) / (self.high - self.low)).clip(0, 1).astype(np.float32)
        return unit
