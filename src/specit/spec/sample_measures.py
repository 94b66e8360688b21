"""What is measured of pictures that a generative network makes, as (name, unit, which way is better, definition).

What a finite sample of real pictures itself would get has the same name with `real_` before it.
"""

from __future__ import annotations

from typing import Literal

Row = tuple[str, str, Literal["higher", "lower"], str]

OF_SAMPLES: tuple[Row, ...] = (
    ("samples_whole", "fraction", "higher", "the share of the pictures in which every object is there once and whole"),
    ("objects_missing", "fraction", "lower", "the share of the objects of which there is less than a fifth"),
    ("objects_doubled", "fraction", "lower", "the share of the objects that cover half as much again, or more"),
    ("objects_broken", "fraction", "lower", "the share of the objects that are faded or torn"),
    ("path_step", "pixels", "lower", "how far an object moves from one picture to the next along a latent path"),
    (
        "path_teleports",
        "fraction",
        "lower",
        "the share of these steps over half an object's width in which most of it is gone from its place",
    ),
    ("path_least_mass", "fraction", "higher", "the least amount of a colour along a path, of its median"),
    ("path_least_strength", "fraction", "higher", "how full the colour still is where it is faintest along a path"),
    ("path_cross_fade", "fraction", "lower", "0 where an object moves along a path, 1 where it fades here and there"),
    ("path_dissolve", "fraction", "lower", "0 where pieces of a picture move along a path, 1 where it dissolves"),
    ("path_unexplained", "fraction", "lower", "the share of the change along a path that no motion explains"),
    ("path_fixed", "fraction", "lower", "what is no object and stays in place, beside the objects' own squares"),
)
OF_SAMPLES_AND_REAL: tuple[Row, ...] = (
    (
        "position_divergence",
        "bits",
        "lower",
        "the Jensen-Shannon divergence of the objects' places from the real ones, in cells of 1/16 of the canvas",
    ),
    ("position_coverage", "fraction", "higher", "the share of the cells with real objects that made ones reach"),
    ("position_dimension", "dimensions", "higher", "the effective dimension of places: 2 of a plane, 1 of a curve"),
    ("difference_divergence", "bits", "lower", "the same divergence, of the second object's place minus the first's"),
    ("joint_dimension", "dimensions", "higher", "the effective dimension of all objects' places together"),
    ("precision", "fraction", "higher", "the share of the pictures near a real one, by ink in 8 × 8 cells"),
    ("recall", "fraction", "higher", "the share of the real pictures near a made one, by ink in 8 × 8 cells"),
    ("mmd2", "squared distance", "lower", "the squared maximum mean discrepancy of these features, unbiased"),
)
OF_TRAINING: tuple[Row, ...] = (
    ("discriminator_loss", "nats", "lower", "the mean of the discriminator's loss over the last epoch"),
    ("generator_loss", "nats", "lower", "the mean of the generator's loss over the last epoch"),
    ("test_elbo", "nats", "higher", "the evidence lower bound of a test picture, in the mean"),
    ("test_reconstruction", "nats", "lower", "-log p(x | z) of a test picture, in the mean"),
    ("test_divergence", "nats", "lower", "KL(q(z | x) || N(0, 1)) of a test picture, in the mean"),
)


def sample_measures() -> list[Row]:
    """Return all of them.

    >>> [name for name, *_ in sample_measures() if "mmd2" in name]
    ['mmd2', 'real_mmd2']
    """
    both = [
        row
        for name, unit, better, definition in OF_SAMPLES_AND_REAL
        for row in (
            (name, unit, better, definition),
            (f"real_{name}", unit, better, f"what a second real set of the same size gets: {definition}"),
        )
    ]
    return [*OF_SAMPLES, *both, *OF_TRAINING]
