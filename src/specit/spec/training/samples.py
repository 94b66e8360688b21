"""What is drawn from a generative network to be measured and looked at."""

from __future__ import annotations

from ..datasets.ranges import Seed
from ..layers.layer import Positive
from ..model import Model


class Samples(Model):
    """Pictures made from latent vectors that are drawn once, from a seed of their own, and stay the same throughout."""

    every: Positive
    """After how many epochs they are drawn and measured; they always are at the end."""
    number: Positive
    """How many pictures are made of vectors drawn one by one."""
    paths: Positive
    """How many straight paths there are from one such vector to another."""
    steps: Positive
    """How many pictures a path has, both ends included."""
    seed: Seed
    """What the vectors are drawn with."""
