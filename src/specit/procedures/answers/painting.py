"""Pictures: which pixels are painted, and how well they cover what they should."""

from __future__ import annotations

import torch
from torch import Tensor


def probability(output: Tensor, loss: str) -> Tensor:
    """Return how sure a network is that a pixel is painted, in [0, 1]: of logits the sigmoid, else the value."""
    return torch.sigmoid(output) if loss == "binary_cross_entropy_with_logits" else output.clamp(0, 1)


def painted(output: Tensor, loss: str) -> Tensor:
    """Return which pixels are painted: those whose probability is over a half."""
    return output > (0 if loss == "binary_cross_entropy_with_logits" else 0.5)


def intersection_over_union(painted: Tensor, target: Tensor) -> Tensor:
    """Return Σ painted · target / |painted ∪ square| for each picture, (N,): the released code's measure.

    With a white square (1.0) that is the usual intersection over union. The released generator draws squares
    of 128 / 255, with which the best possible picture has 0.502.
    """
    painted, target = painted.flatten(1), target.flatten(1)
    together = (painted * target).sum(1)
    either = (painted | (target > 0)).sum(1)
    return together.double() / either
