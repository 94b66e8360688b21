"""A spec to start from: a few answers, and everything else as a first choice with the tag that says so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """What is asked of a network, with networks that may do it and the measure that says whether they did."""

    about: str
    data: str
    loss: str
    network: str
    baseline: str
    measure: str
    expect: float


_POINTS = """
      - Input: {shape: [2]}
      - Tile: {size: [64, 64], into: channels}
      - CoordConv2d: {in_channels: 2, out_channels: 32, kernel_size: 1}
      - ReLU
      - Conv2d: {in_channels: 32, out_channels: 64, kernel_size: 1}
      - ReLU
      - Conv2d: {in_channels: 64, out_channels: 1, kernel_size: 1}"""
_GROWS = """
      - Input: {shape: [2]}
      - Unflatten: {dim: 1, unflattened_size: [2, 1, 1]}
      - ConvTranspose2d: {in_channels: 2, out_channels: 64, kernel_size: 8}
      - ReLU
      - ConvTranspose2d: {in_channels: 64, out_channels: 32, kernel_size: 4, stride: 2, padding: 1}
      - ReLU
      - ConvTranspose2d: {in_channels: 32, out_channels: 16, kernel_size: 4, stride: 2, padding: 1}
      - ReLU
      - ConvTranspose2d: {in_channels: 16, out_channels: 1, kernel_size: 4, stride: 2, padding: 1}"""
_SEES = """
      - Input: {shape: [1, 64, 64]}
      - $FIRST: {in_channels: 1, out_channels: 8, kernel_size: 3, padding: 1}
      - ReLU
      - Conv2d: {in_channels: 8, out_channels: 8, kernel_size: 3, padding: 1}
      - ReLU
      - Conv2d: {in_channels: 8, out_channels: 2, kernel_size: 1}
      - AdaptiveMaxPool2d: {output_size: 1}
      - Flatten"""

TASKS = {
    "classify": Task(
        about="two numbers (x, y) to the pixel they name",
        data="{canvas: [64, 64], square: 9, input: coordinates, coordinates: centred, target: one_hot}",
        loss="cross_entropy",
        network=_POINTS + "\n      - Flatten",
        baseline=_GROWS + "\n      - Flatten",
        measure="test_accuracy",
        expect=1.0,
    ),
    "paint": Task(
        about="two numbers (x, y) to a picture of a square there",
        data="{canvas: [64, 64], square: 9, input: coordinates, coordinates: centred, target: square, brightness: 1.0}",
        loss="binary_cross_entropy_with_logits",
        network=_POINTS,
        baseline=_GROWS,
        measure="test_iou",
        expect=1.0,
    ),
    "locate": Task(
        about="a picture with one pixel set to its two coordinates",
        data="{canvas: [64, 64], square: 9, input: one_hot, target: coordinates, coordinates: fraction}",
        loss="mse_loss",
        network=_SEES.replace("$FIRST", "CoordConv2d"),
        baseline=_SEES.replace("$FIRST", "Conv2d"),
        measure="test_euclidean",
        expect=0.0,
    ),
}

TEMPLATE = """\
# Where each value comes from. No tag: the paper states it. !code: only the authors' code does. !default: a
# framework's. !ours: nobody says, and this is our choice. !unstated: nobody says, and every reading is tried:
#   batch_size: !unstated [16, 32]
# What to do next:
#   specit check {file}       what is stated, what is not, and whether it all fits
#   specit run {file} --tier instant
#   specit report {file}
specit: 1
title: {title}
paper:
  cite: {cite}
  section: {section}

data:
  not_so_clevr: !ours {data}
  split: !ours
    each: {{uniform: {{fraction: {{test: 0.25, seed: 0}}}}, quadrant: {{quadrant: {{x_over: 32, y_over: 32}}}}}}

train: !ours
  supervised:
    loss: {loss}
    optimizer: {{Adam: {{lr: 0.005}}}}
    schedule: constant
    batch_size: 32
    last_batch: keep
    shuffle: each_epoch
    epochs: 20
    precision: float32
    weights: final
    evaluate: {{test: 1, train: 5}}

seeds: 5

arms:
  # What the paper proposes.
  proposed:
    network: !ours{network}
  # What it is compared with.
  baseline:
    network: !ours{baseline}

claims:
  - id: proposed-works
    says: {claim}
    where: {section}
    kind: reaches
    arm: proposed
    measure: {measure}
    expect: {expect}
    tolerance: {{absolute: {tolerance}, because: state the reason here}}
    seeds: 5

tiers:
  instant:
    about: one epoch on one split; shows that everything runs, and nothing else
    choose: {{split: uniform}}
    overlay: {{seeds: 1, train: {{supervised: {{epochs: 1}}}}}}
"""


def starting_spec(task: str, *, file: str, title: str, cite: str, section: str, claim: str) -> str:
    """Return the text of a spec for one of `TASKS`, which can be checked and run as it is.

    >>> text = starting_spec("paint", file="a.yaml", title="A", cite="B 2018", section="4", claim="It paints.")
    >>> [line for line in text.splitlines() if line.startswith("title")]
    ['title: "A"']
    """
    chosen = TASKS[task]
    return TEMPLATE.format(
        file=file,
        title=_quoted(title),
        cite=_quoted(cite),
        section=_quoted(section),
        claim=_quoted(claim),
        data=chosen.data,
        loss=chosen.loss,
        network=chosen.network,
        baseline=chosen.baseline,
        measure=chosen.measure,
        expect=chosen.expect,
        tolerance=0.0 if chosen.expect else 1.0,
    )


def _quoted(text: str) -> str:
    """Return a text as YAML in double quotes, on one line."""
    text = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in text) + '"'
