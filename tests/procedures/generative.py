"""Small specs that learn to make pictures, for tests of several files."""

from __future__ import annotations

from specit.spec.document import Point, Spec
from specit.spec.load import parse

ADVERSARIAL = """
specit: 1
title: two small objects
data:
  sort_of_clevr: {canvas: [16, 16], size: 2, images: 40, objects: [blue, red], shapes: [square, circle],
                  least_distance: 4, margin: 2, range: [-1.0, 1.0], seed: 0}
  split: everything
initialise:
  Linear: {weight: {he_normal: {truncated: true}}, bias: zeros}
  Conv2d: {weight: {he_normal: {truncated: true}}, bias: zeros}
  CoordConv2d: {weight: {he_normal: {truncated: true}}, bias: zeros}
  BatchNorm2d: {weight: ones, bias: zeros}
train:
  adversarial:
    latent: {uniform: {size: 4, low: -1.0, high: 1.0}}
    latent_drawn: each_batch
    loss: {non_saturating: {real: 1.0}}
    feature_matching: null
    steps: {discriminator: 1, generator: 2}
    real_and_made: apart
    optimizers:
      discriminator: {Adam: {lr: 0.001, betas: [0.9, 0.99]}}
      generator: {Adam: {lr: 0.002, betas: [0.9, 0.99]}}
    spectral_norm: null
    batch_size: 8
    last_batch: drop
    shuffle: each_epoch
    epochs: 3
    precision: float32
    weights: final
    samples: {every: 2, number: 8, paths: 2, steps: 3, seed: 0}
arms:
  coordconv:
    networks:
      generator:
        - Input: {shape: [4]}
        - Tile: {size: [16, 16], into: channels}
        - CoordConv2d: {in_channels: 4, out_channels: 8, kernel_size: 1}
        - ReLU
        - Conv2d: {in_channels: 8, out_channels: 8, kernel_size: 1}
        - ReLU
        - Conv2d: {in_channels: 8, out_channels: 3, kernel_size: 3, padding: 1}
      discriminator:
        - Input: {shape: [3, 16, 16]}
        - AddCoords
        - Conv2d: {in_channels: 5, out_channels: 6, kernel_size: 4, stride: 4}
        - {LeakyReLU: {negative_slope: 0.2}, as: early}
        - Conv2d: {in_channels: 6, out_channels: 8, kernel_size: 2, stride: 2, bias: false}
        - BatchNorm2d: {num_features: 8}
        - {LeakyReLU: {negative_slope: 0.2}, as: features}
        - Flatten
        - Linear: {in_features: 32, out_features: 1}
"""
VARIATIONAL = (
    ADVERSARIAL[: ADVERSARIAL.index("train:")].replace("split: everything", "split: {fraction: {test: 0.2, seed: 0}}")
    + """
train:
  variational:
    latent_size: 3
    beta: 0.5
    likelihood: bernoulli
    optimizer: {Adam: {lr: 0.002}}
    batch_size: 8
    last_batch: keep
    shuffle: each_epoch
    epochs: 3
    precision: float32
    weights: final
    samples: {every: 2, number: 8, paths: 2, steps: 3, seed: 0}
arms:
  coordconv:
    networks:
      encoder:
        - Input: {shape: [3, 16, 16]}
        - CoordConv2d: {in_channels: 3, out_channels: 6, kernel_size: 4, stride: 4}
        - ReLU
        - Flatten
        - Linear: {in_features: 96, out_features: 6}
      decoder:
        - Input: {shape: [3]}
        - Tile: {size: [16, 16], into: channels}
        - CoordConv2d: {in_channels: 3, out_channels: 8, kernel_size: 1}
        - ReLU
        - Conv2d: {in_channels: 8, out_channels: 3, kernel_size: 1}
"""
)


def point(text: str, *changes: tuple[str, str]) -> Point:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return Spec("generative", parse(text, "generative.yaml")).plan()[0]
