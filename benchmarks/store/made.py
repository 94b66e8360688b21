"""A spec with a large sweep, and a store that holds records of all its points as if every one had been run."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from specit.records import Evaluation, Record
from specit.records.arrays import digest, pack
from specit.records.text import to_text
from specit.spec.document import Point, Spec, read_spec

SEEDS = 5
ARRAYS = {"in_test": np.arange(3136) % 4 == 0, "predicted": np.arange(784) % 64}
ENVIRONMENT = {
    "specit": "0.1.0",
    "python": "3.11.7",
    "torch": "2.13.0+cpu",
    "numpy": "2.4.6",
    "platform": "Linux x86_64",
    "cpu": "AMD EPYC",
    "device": "cpu",
    "threads": "1",
}
SPEC = """
specit: 1
title: A sweep that nobody ran
data:
  not_so_clevr: {{canvas: [64, 64], square: 9, input: coordinates, coordinates: raw, target: one_hot}}
  split: {{bernoulli: {{test: 0.25, seed: 20202}}}}
train:
  supervised:
    loss: cross_entropy
    optimizer: {{Adam: {{lr: {{sweep: {rates}}}}}}}
    l2: {{coefficient: {{name: l2, sweep: {penalties}}}, on: kernels}}
    schedule: constant
    batch_size: 32
    micro_batch: null
    last_batch: keep
    shuffle: each_epoch
    epochs: 50
    precision: float32
    weights: final
    evaluate: {{test: 2, train: 10}}
seeds: {seeds}
arms:
  coordconv:
    network:
      - Input: {{shape: [2]}}
      - Tile: {{size: [64, 64], into: channels}}
      - CoordConv2d: {{in_channels: 2, out_channels: 8, kernel_size: 1}}
      - ReLU
      - Conv2d: {{in_channels: 8, out_channels: 1, kernel_size: 1}}
      - Flatten
  deconv:
    network:
      - Input: {{shape: [2]}}
      - Unflatten: {{dim: 1, unflattened_size: [2, 1, 1]}}
      - ConvTranspose2d: {{in_channels: 2, out_channels: 1, kernel_size: 64}}
      - Flatten
claims:
  - {{id: none-above, says: No deconvolution exceeds 0.86, where: nowhere, kind: no_configuration, arms: [deconv],
     measure: test_accuracy, exceeds: 0.86, tolerance: {{because: made up}}, seeds: {seeds}}}
  - {{id: some-perfect, says: Some CoordConv is perfect, where: nowhere, kind: some_configuration, arms: [coordconv],
     measure: test_accuracy, expect: 1.0, tolerance: {{because: made up}}, seeds: {seeds}}}
  - {{id: all-good, says: The mean is 0.5 at least, where: nowhere, kind: at_least, arm: coordconv,
     measure: test_accuracy, expect: 0.5, tolerance: {{because: made up}}, seeds: {seeds}}}
  - {{id: better, says: CoordConv is better everywhere, where: nowhere, kind: better, arm: coordconv, than: deconv,
     measure: test_accuracy, tolerance: {{because: made up}}, seeds: {seeds}}}
"""


def make_spec(path: Path, locks: int) -> Spec:
    """Write and read a spec of about so many points: two arms, and a sweep over two numbers."""
    side = max(1, math.isqrt(locks // 2))
    text = SPEC.format(
        rates=[round(1e-4 * (1 + i), 6) for i in range(side)],
        penalties=[round(1e-6 * i, 8) for i in range(max(1, locks // 2 // side))],
        seeds=SEEDS,
    )
    path.write_text(text)
    return read_spec(path)


def fill(root: Path, spec: Spec) -> int:
    """Write a record of every seed of every point, in the store's own format; return how many.

    They are not synchronised with the disk one by one, as a run's are: that takes an hour and changes no byte.
    """
    packed = pack(ARRAYS)
    written = 0
    for record in _records(spec):
        folder = root / record.name
        folder.mkdir(parents=True)
        (folder / "arrays.npz").write_bytes(packed)
        (folder / "record.json").write_text(to_text(record))
        written += 1
    return written


def _records(spec: Spec) -> Iterator[Record]:
    chance = random.Random(0)
    digests = {name: digest(array) for name, array in sorted(ARRAYS.items())}
    histories = [_history(chance) for _ in range(997)]  # drawing 100,000 takes longer than it shows
    for number, point in enumerate(spec.every_point):
        for seed in range(SEEDS):
            history = histories[(number * SEEDS + seed) % len(histories)]
            yield _record(spec, point, seed, history, digests)


def _record(spec: Spec, point: Point, seed: int, history: tuple[Evaluation, ...], digests: dict[str, str]) -> Record:
    return Record(
        spec=spec.name,
        lock=point.lock.id,
        arm=point.arm,
        tier=point.tier,
        seed=seed,
        point=point.selection,
        status="finished",
        ended="the stated epochs were done",
        parameters=point.lock.parameters,
        epochs_stated=50,
        history=history,
        fingerprints={"data": "13" * 32, "split": "7e" * 32},
        environment=ENVIRONMENT,
        arrays=digests,
    )


def _history(chance: random.Random) -> tuple[Evaluation, ...]:
    """Return 10 to 50 evaluations that look like those of a classification."""

    def all_epochs() -> Iterator[Evaluation]:
        seconds, goal = 0.0, chance.random()
        for epoch in range(1, 51):
            seconds += chance.uniform(1, 2)
            accuracy = goal * (1 - math.exp(-epoch / 8)) * chance.uniform(0.9, 1)
            measures = {"train_loss": 8.3 * math.exp(-epoch / 9)}
            for part in () if epoch % 2 else ("test",) if epoch % 10 else ("test", "train"):
                measures[f"{part}_accuracy"] = accuracy
                measures[f"{part}_euclidean"] = chance.uniform(0, 20)
                measures[f"{part}_manhattan"] = chance.uniform(0, 25)
                measures[f"{part}_cross_entropy"] = chance.uniform(0, 8)
            yield Evaluation(epoch=epoch, step=74 * epoch, seconds=seconds, measures=measures)

    return tuple(islice(all_epochs(), chance.randint(10, 50)))
