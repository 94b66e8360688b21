"""A small task that tests of training change in one place: 36 places, a few parameters of every kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from specit.data import make_examples
from specit.procedures import SupervisedTraining
from specit.spec.document import Spec
from specit.spec.load import parse

SPEC = """
specit: 1
title: A task of 36 places
data:
  not_so_clevr: {canvas: [8, 8], square: 3, input: coordinates, coordinates: centred, target: one_hot}
  split: {fraction: {test: 0.25, seed: 0}}
train:
  supervised:
    loss: cross_entropy
    optimizer: {Adam: {lr: 0.02}}
    l2: null
    schedule: constant
    batch_size: 8
    last_batch: keep
    shuffle: each_epoch
    epochs: 6
    precision: float32
    weights: final
    evaluate: {test: 2, train: 5}
arms:
  dense:
    network:
      - Input: {shape: [2]}
      - {Linear: {in_features: 2, out_features: 16}, as: first}
      - LayerNorm: {normalized_shape: [16]}
      - PReLU: {num_parameters: 16}
      - Unflatten: {dim: 1, unflattened_size: [4, 2, 2]}
      - Conv2d: {in_channels: 4, out_channels: 4, kernel_size: 1}
      - Flatten
      - {Linear: {in_features: 16, out_features: 64}, as: head}
"""
Train = Callable[..., SupervisedTraining]


@pytest.fixture(scope="session")
def train() -> Train:
    """Return a function that begins to train on the small task, some of its text replaced."""

    def begin(*replacements: tuple[str, str], seed: int = 0) -> SupervisedTraining:
        text = SPEC
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new, 1)
        (point,) = Spec("one", parse(text, "one.yaml")).plan()
        return SupervisedTraining(point.lock, make_examples(point.lock), seed, torch.device("cpu"))

    return begin
