"""The released generators with the released discriminator, at the released size and at a small one."""

from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import dataclass
from pathlib import Path

import torch

import specit.studies
from specit.data import make_data
from specit.procedures import AdversarialTraining, make_procedure
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.lock import Lock

BLOCKS = Path(specit.studies.__file__).parent / "coordconv" / "generators.yaml"
"""What `blocks: {from: ...}` below names: the networks as the study states them."""

NETWORKS = {
    "conv": ("deconv_generator", False),
    "coordconv": ("coordconv_generator", False),
    "coordinates_in_both": ("coordconv_generator", True),
}
"""Which generator an arm has, and whether its discriminator is given coordinates."""


@dataclass(frozen=True)
class Size:
    """Pictures of 16 · `start` pixels a side, networks of width `width`, vectors of `latent` numbers."""

    start: int
    width: int
    latent: int
    batch: int = 16

    @property
    def side(self) -> int:
        """Return the pictures' side in pixels."""
        return 16 * self.start


SIZES = {"released": Size(start=4, width=64, latent=256), "small": Size(start=1, width=16, latent=16)}

HEAD = """
specit: 1
title: one iteration
data:
  sort_of_clevr: {{canvas: [{side}, {side}], size: {object}, images: {images}, objects: [blue, red],
                  shapes: [square, circle], least_distance: {apart}, margin: {object}, range: [-1.0, 1.0], seed: 0}}
  split: everything
initialise:
  Linear: {{weight: {{he_normal: {{truncated: true}}}}, bias: zeros}}
  Conv2d: {{weight: {{he_normal: {{truncated: true}}}}, bias: zeros}}
  CoordConv2d: {{weight: {{he_normal: {{truncated: true}}}}, bias: zeros}}
  ConvTranspose2d: {{weight: {{he_normal: {{truncated: true}}}}, bias: zeros}}
  BatchNorm2d: {{weight: ones, bias: zeros}}
train:
  adversarial:
    latent: {{uniform: {{size: {latent}, low: -1.0, high: 1.0}}}}
    latent_drawn: each_batch
    loss: {{non_saturating: {{real: 1.0}}}}
    feature_matching: null
    steps: {{discriminator: 1, generator: 2}}
    real_and_made: apart
    optimizers:
      discriminator: {{Adam: {{lr: 1.0e-4, betas: [0.9, 0.99]}}}}
      generator: {{Adam: {{lr: 5.0e-4, betas: [0.9, 0.99]}}}}
    spectral_norm: null
    batch_size: {batch}
    last_batch: drop
    shuffle: each_epoch
    epochs: 1
    precision: {precision}
    weights: final
    samples: {{every: 1, number: 2, paths: 1, steps: 2, seed: 0}}
"""
ARMS = """
blocks: {{from: {blocks}}}
arms:
  only:
    networks:
      generator:
        - Input: {{shape: [{latent}]}}
        - {generator}: {{z: {latent}, w: {width}, start: {start}}}
      discriminator:
        - Input: {{shape: [3, {side}, {side}]}}
        {coordinates}
        - discriminator: {{c: {channels}, w: {width}, start: {start}}}
"""


@dataclass(frozen=True)
class Arm:
    """Two networks of one size."""

    name: str
    size: str

    def __str__(self) -> str:
        return f"{self.name}:{self.size}"


EVERY = tuple(Arm(name, size) for size in SIZES for name in NETWORKS)


def read(text: str) -> Arm:
    """Return the arm that NAME:SIZE names; NAME alone is the released size."""
    name, _, size = text.partition(":")
    if name not in NETWORKS:
        raise ArgumentTypeError(f"there is no arm '{name}', but {', '.join(NETWORKS)}")
    if (size or "released") not in SIZES:
        raise ArgumentTypeError(f"there is no size '{size}', but {' or '.join(SIZES)}")
    return Arm(name, size or "released")


def make_lock(arm: Arm, precision: str = "float32") -> Lock:
    """Return the whole experiment, as released but for the number of pictures."""
    size, (generator, coordinates) = SIZES[arm.size], NETWORKS[arm.name]
    stated = {
        "side": size.side,
        "start": size.start,
        "width": size.width,
        "latent": size.latent,
        "batch": size.batch,
        "images": 4 * size.batch,
        "object": 5 * size.side // 32,
        "apart": 5 * size.side // 16,
        "precision": precision,
        "blocks": BLOCKS.name,
        "generator": generator,
        "coordinates": "- AddCoords: {order: xy}" if coordinates else "",
        "channels": 5 if coordinates else 3,
    }
    text = (HEAD + ARMS).format(**stated)
    return Spec(str(arm), parse(text, str(BLOCKS.with_name("one_iteration.yaml")))).plan()[0].lock


def put_under_training(arm: Arm, precision: str = "float32") -> AdversarialTraining:
    """Return an arm under training."""
    lock = make_lock(arm, precision)
    training = make_procedure(lock, make_data(lock), 0, torch.device("cpu"))
    assert isinstance(training, AdversarialTraining)
    return training
