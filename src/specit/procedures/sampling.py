"""What a generative network makes of latent vectors that stay the same from epoch to epoch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from specit.data.pictures import Pictures
from specit.samples.drawn import Drawn, Real, drawn_arrays, measure_drawn
from specit.samples.expected import Expected
from specit.spec.training.samples import Samples

AT_ONCE = 64
"""How many pictures are made at once."""

Draw = Callable[[int, torch.Generator], Tensor]
"""Draws so many latent vectors, (N, size), on the CPU."""


class Sampling:
    """Draws, measures, and keeps what figures show. `make` turns latent vectors into pictures of [low, high]."""

    def __init__(
        self, stated: Samples, draw: Draw, make: Callable[[Tensor], Tensor], pictures: Pictures, device: torch.device
    ) -> None:
        self.make, self.pictures, self.device = make, pictures, device
        expected = None if pictures.masks is None else Expected(pictures.colours, pictures.masks, (0.0, 1.0))
        self.real = Real(pictures.real(2 * stated.number), expected)
        generator = torch.Generator().manual_seed(stated.seed)
        size = stated.number + 2 * stated.paths
        vectors = draw(size, generator)
        self.vectors = vectors[: stated.number]
        ends = vectors[stated.number :].unflatten(0, (stated.paths, 2))
        along = torch.linspace(0, 1, stated.steps)[None, :, None]
        self.paths = ends[:, :1] * (1 - along) + ends[:, 1:] * along

    def measures(self) -> dict[str, float]:
        """Return what is measured of the pictures and paths."""
        return measure_drawn(self.drawn(), self.real)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what figures draw of them."""
        return drawn_arrays(self.drawn(), self.real)

    def drawn(self) -> Drawn:
        """Return the pictures and paths as they are now."""
        steps = self.paths.shape[1]
        along = self._made(self.paths.flatten(0, 1))
        return Drawn(self._made(self.vectors), along.reshape(-1, steps, *along.shape[1:]))

    def _made(self, vectors: Tensor) -> NDArray[np.float32]:
        """Return the pictures of some vectors, (N, C, H, W) in [0, 1]."""
        with torch.inference_mode():
            parts = [self.make(part.to(self.device)).float().cpu().numpy() for part in vectors.split(AT_ONCE)]
        return self.pictures.shown(self.pictures.to_unit(np.concatenate(parts)))
