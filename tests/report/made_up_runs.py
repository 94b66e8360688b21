"""Made-up runs of every task: shaped like real ones, computed in an instant."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from specit.records import Evaluation, Record
from specit.report import Run

MACHINE = {"python": "3.11.7", "torch": "2.13.0", "device": "cpu", "threads": "2"}


def make_run(
    arm: str = "coordconv",
    split: str = "uniform",
    tile: str | None = "channels",
    seed: int = 0,
    *,
    top: float = 1.0,
    size: tuple[int, int] = (24, 30),
    pace: float = 4.0,
) -> Run:
    """Return a run whose test accuracy climbs to `top`; arrays as a finished run leaves them."""
    height, width = size
    chance = np.random.default_rng(1000 * seed + len(arm) + len(split))
    centres = np.array([(x, y) for y in range(4, height - 4) for x in range(4, width - 4)], dtype=np.int16)
    in_test = np.random.default_rng(7).random(len(centres)) < 0.25
    if split == "quadrant":
        in_test = (centres[:, 0] > width // 2) & (centres[:, 1] > height // 2)
    target = (centres[:, 1].astype(np.int32) * width + centres[:, 0]).astype(np.int32)
    missed = (in_test | (tile == "plane")) & (chance.random(len(centres)) >= top)
    predicted = np.where(missed, target + 1, target).astype(np.int32)
    probe = np.array([_at(centres, width // 2 + i, height // 2 - 2) for i in range(3)], dtype=np.int32)
    arrays = {
        "canvas": np.array(size),
        "centres": centres,
        "in_test": in_test,
        "predicted": predicted,
        "target": target,
        "probe": probe,
        "probe_logits": np.stack([_logits(size, centres[i], arm, tile) for i in probe]),
    }
    train = 1.0 if tile != "plane" else top
    history = tuple(
        Evaluation(
            epoch=epoch,
            step=148 * epoch,
            seconds=0.0 if epoch == 0 else pace * epoch**1.3 * (1 + 0.1 * seed),
            measures={
                "test_accuracy": top * min(1.0, (epoch / 9) ** (1.5 + 0.3 * seed)),
                "train_accuracy": train * min(1.0, (epoch / 7) ** 1.4),
            },
        )
        for epoch in range(13)
    )
    point = {"split": split} | ({"tile": tile} if tile else {})
    record = Record(
        spec="coordconv/classification",
        lock=hashlib.sha256(repr((arm, split, tile)).encode()).hexdigest(),
        arm=arm,
        tier="quick",
        seed=seed,
        point=point,
        status="finished",
        ended="after the stated 12 epochs",
        parameters=7553 if arm == "coordconv" else 409_921,
        epochs_stated=12,
        history=history,
        fingerprints={},
        environment=MACHINE if seed < 1 else MACHINE | {"device": "NVIDIA H100"},
    )
    return Run(record, arrays)


def make_rendering(
    arm: str = "coordconv",
    split: str = "uniform",
    seed: int = 0,
    *,
    top: float = 1.0,
    size: tuple[int, int] = (24, 30),
    pace: float = 0.5,
    parameters: int = 8074,
    axes: dict[str, str] | None = None,
) -> Run:
    """Return a run that paints 9 × 9 squares, with the test IOU climbing to `top`; in training it reaches 1."""
    centres, in_test = _centres(size, split)
    chance = np.random.default_rng(100 * seed + len(arm))
    iou = np.where(in_test, np.clip(top + 0.05 * (chance.random(len(centres)) - 0.5) * (top < 1), 0, 1), 1.0)
    probe = np.flatnonzero((centres[:, 1] == size[0] // 2) & (abs(centres[:, 0] - size[1] // 2) < 4))[::2].astype(
        np.int32
    )
    rows, columns = np.mgrid[: size[0], : size[1]]
    painted = []
    for index in probe:
        dx, dy = columns - centres[index, 0] - 6.0 * (1 - iou[index]), rows - centres[index, 1]
        soft = 1 / (1 + np.exp((np.maximum(abs(dx), abs(dy)) - 4.5) * (12 if top == 1 else 1.1)))
        painted.append(soft * (1 if top == 1 else 0.4 + 0.6 * chance.random(size)))
    arrays = {
        "canvas": np.array(size),
        "centres": centres,
        "in_test": in_test,
        "iou": iou.astype(np.float16),
        "probe": probe,
        "probe_output": np.stack(painted).astype(np.float16),
    }
    ends = {"test_iou": top, "train_iou": 1.0, "test_accuracy": top**8, "train_accuracy": 1.0}
    return Run(_record(arm, split, seed, axes, parameters, _climb(ends, pace, seed)), arrays)


def make_regression(
    arm: str = "coordconv",
    split: str = "uniform",
    seed: int = 0,
    *,
    off: float = 0.1,
    size: tuple[int, int] = (24, 30),
    parameters: int = 906,
    axes: dict[str, str] | None = None,
) -> Run:
    """Return a run that says where a pixel is, with a median test distance of about `off` pixels."""
    centres, in_test = _centres(size, split)
    chance = np.random.default_rng(10 * seed + len(arm))
    blur = np.where(in_test, off, min(off, 0.4))[:, None] / 1.18
    # Beyond a pixel a network sees every place too near to what it was shown.
    pull = 0.5 * (centres.mean(axis=0) - centres) * (off > 1) * in_test[:, None]
    said = centres + pull + blur * chance.normal(size=centres.shape)
    history = tuple(
        Evaluation(
            epoch=epoch,
            step=10 * epoch,
            seconds=1.7 * epoch,
            measures={
                "test_euclidean": 1.1 * off * (1 + 60 * 0.5**epoch),
                "train_euclidean": 0.8 * off * (1 + 50 * 0.5**epoch),
                "test_accuracy": float(epoch == 12) * (0.97 if off < 0.5 else 0.1),
            },
        )
        for epoch in range(13)
    )
    arrays = {"canvas": np.array(size), "centres": centres, "in_test": in_test, "predicted_xy": said.astype(np.float32)}
    return Run(_record(arm, split, seed, axes, parameters, history), arrays)


def make_generative(
    arm: str = "coordconv",
    split: str = "uniform",
    seed: int = 0,
    *,
    whole: float = 0.9,
    size: tuple[int, int] = (24, 30),
    made: int = 40,
    axes: dict[str, str] | None = None,
    measures: dict[str, float] | None = None,
) -> Run:
    """Return a run that makes pictures of a blue and a red square; the share that is not `whole` has no red one."""
    chance = np.random.default_rng([seed, len(arm), len(split)])
    real_places, places = _places(np.random.default_rng(7), size, made), _places(chance, size, made)
    if whole < 0.5:  # collapsed: all in one row
        places[..., 1] = size[0] // 2
    places[round(whole * made) :, 1] = np.nan
    real, samples = (two_squares(own[:9], size) for own in (real_places, places))
    ends = _places(chance, size, 8).reshape(4, 2, 2, 2)
    along = np.linspace(0, 1, 5)[None, :, None, None]
    paths = two_squares((ends[:, :1] * (1 - along) + ends[:, 1:] * along).round().reshape(-1, 2, 2), size)
    arrays = {
        "samples": samples,
        "real_samples": real,
        "paths": paths.reshape(4, 5, *paths.shape[1:]),
        "average": two_squares(places, size).mean(0).round().astype(np.uint8),
        "real_average": two_squares(real_places, size).mean(0).round().astype(np.uint8),
        "places": places.astype(np.float32),
        "real_places": real_places.astype(np.float32),
    }
    ends_at = {"samples_whole": whole, "mmd2": 1 - whole, "real_mmd2": 0.01} if measures is None else measures
    history = tuple(
        Evaluation(
            epoch=epoch, step=epoch, seconds=3.0 * epoch, measures={n: v * epoch / 4 for n, v in ends_at.items()}
        )
        for epoch in range(5)
    )
    return Run(_record(arm, split, seed, axes, 6_413_315, history), arrays)


def two_squares(places: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return pictures (N, 3, H, W) of a blue and, over it, a red square about their places; none where there is NaN."""
    pictures = np.full((len(places), 3, *size), 255, np.uint8)
    for picture, own in zip(pictures, places, strict=True):
        for (x, y), colour in zip(own, ((0, 0, 255), (255, 0, 0)), strict=True):
            if np.isfinite(x):
                picture[:, int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3] = np.array(colour)[:, None, None]
    return pictures


def _places(chance: np.random.Generator, size: tuple[int, int], number: int) -> np.ndarray:
    return chance.integers(3, (size[1] - 3, size[0] - 3), (number, 2, 2)).astype(float)


def make_generatives(size: tuple[int, int] = (24, 30), seeds: int = 2) -> list[Run]:
    """Return runs that make pictures: CoordConv nearly always whole ones, convolution hardly ever."""
    return [
        make_generative(arm, split, seed, whole=whole - 0.1 * seed, size=size)
        for seed in range(seeds)
        for arm, whole in (("conv", 0.3), ("coordconv", 0.95))
        for split in ("uniform", "quadrant")
    ]


def make_renderings(size: tuple[int, int] = (24, 30), seeds: int = 2) -> list[Run]:
    """Return runs that paint: the deconvolution in two sizes."""
    arms = (
        ("coordconv", 8074, (1.0, 1.0), 0.5),
        ("deconv", 409_921, (0.83, 0.36), 40),
        ("deconv", 46_465, (0.6, 0.2), 20),
    )
    return [
        make_rendering(arm, split, seed, top=top - 0.02 * seed * (top < 1), size=size, pace=pace, parameters=parameters,
                       axes={"width": str(parameters // 40_000)} if arm == "deconv" else {})
        for seed in range(seeds)
        for arm, parameters, tops, pace in arms
        for split, top in zip(("uniform", "quadrant"), tops, strict=True)
    ]  # fmt: skip


def make_regressions(size: tuple[int, int] = (24, 30), seeds: int = 2) -> list[Run]:
    """Return runs that regress: CoordConv under both readings of "relu", of which one fails with every other seed."""
    runs = []
    for seed in range(seeds):
        for split, far in (("uniform", 0.6), ("quadrant", 4.0)):
            for relu, off in (("none", 0.05), ("each", 0.08 if seed % 2 == 0 else 6.0)):
                runs.append(
                    make_regression("coordconv", split, seed, off=off + 0.01 * seed, size=size, axes={"relu": relu})
                )
            runs.append(make_regression("conv", split, seed, off=far + 0.1 * seed, size=size, parameters=72_850))
    return runs


def make_pipeline(size: tuple[int, int] = (24, 30), seeds: int = 2) -> list[Run]:
    """Return runs of every stage of a pipeline, the last not run by one arm, and one stage with an axis of its own."""
    runs = []
    for seed in range(seeds):
        for split in ("uniform", "quadrant"):
            good = 0.86 if split == "uniform" else 0.0
            classified = (("coordconv", 1.0, {}), ("deconv", good, {}))
            for arm, top, axes in classified:
                run = make_run(arm, split, None, seed, top=top, size=size)
                runs.append(replace(run, record=_at_stage(run.record, "xy to one-hot", axes)))
            for arm, softmax, top in (("coordconv", "yes", 1.0), ("coordconv", "no", 0.97), ("deconv", None, good)):
                axes = {"softmax": softmax} if softmax else {}
                run = make_rendering(arm, split, seed, top=top, size=size)
                runs.append(replace(run, record=_at_stage(run.record, "xy to square", axes)))
            run = make_regression("coordconv", split, seed, size=size)
            runs.append(replace(run, record=_at_stage(run.record, "one-hot to xy", {})))
    return runs


def make_for(figure: str, size: tuple[int, int] = (24, 30), seeds: int = 2) -> list[Run]:
    """Return runs that have what a figure draws."""
    makers = {
        "iou_against_time": make_renderings,
        "best_against_parameters": make_renderings,
        "painted_squares": make_renderings,
        "distance_against_time": make_regressions,
        "regressed_positions": make_regressions,
        "success_rates": make_regressions,
        "pipeline_matrix": make_pipeline,
        "average_pictures": make_generatives,
        "latent_paths": make_generatives,
        "object_places": make_generatives,
        "sample_grid": make_generatives,
    }
    return makers.get(figure, make_runs)(size, seeds)


def _at_stage(record: Record, stage: str, axes: dict[str, str]) -> Record:
    return _identified(record.model_copy(update={"point": {**record.point, "stage": stage, **axes}}))


def _identified(record: Record) -> Record:
    """Return a record whose lock is that of its arm and point."""
    text = repr((record.arm, sorted(record.point.items()), record.parameters))
    return record.model_copy(update={"lock": hashlib.sha256(text.encode()).hexdigest()})


def _centres(size: tuple[int, int], split: str) -> tuple[np.ndarray, np.ndarray]:
    height, width = size
    centres = np.array([(x, y) for y in range(4, height - 4) for x in range(4, width - 4)], dtype=np.int16)
    if split == "quadrant":
        return centres, (centres[:, 0] > width // 2) & (centres[:, 1] > height // 2)
    return centres, np.random.default_rng(7).random(len(centres)) < 0.25


def _climb(ends: dict[str, float], pace: float, seed: int) -> tuple[Evaluation, ...]:
    """Return a history in which every measure climbs to its end."""
    return tuple(
        Evaluation(
            epoch=epoch,
            step=148 * epoch,
            seconds=0.0 if epoch == 0 else pace * epoch**1.3 * (1 + 0.1 * seed),
            measures={name: end * min(1.0, (epoch / 9) ** (1.5 + 0.3 * seed)) for name, end in ends.items()},
        )
        for epoch in range(13)
    )


def _record(
    arm: str, split: str, seed: int, axes: dict[str, str] | None, parameters: int, history: tuple[Evaluation, ...]
) -> Record:
    return _identified(
        Record(
            spec="coordconv/made-up",
            lock="",
            arm=arm,
            tier="quick",
            seed=seed,
            point={"split": split, **(axes or {})},
            status="finished",
            ended="after the stated 12 epochs",
            parameters=parameters,
            epochs_stated=12,
            history=history,
            fingerprints={},
            environment=MACHINE,
        )
    )


def _at(centres: np.ndarray, x: int, y: int) -> int:
    return int(np.flatnonzero((centres == (x, y)).all(axis=1))[0])


def _logits(size: tuple[int, int], centre: np.ndarray, arm: str, tile: str | None) -> np.ndarray:
    rows, columns = np.mgrid[: size[0], : size[1]]
    dx, dy = np.abs(columns - centre[0]), np.abs(rows - centre[1])
    if tile == "plane":
        return np.asarray(6 * np.exp(-dx / 2) + 6 * np.exp(-dy / 2), dtype=np.float32)
    if arm == "coordconv":
        return np.asarray(12 - 3.0 * (dx**2 + dy**2), dtype=np.float32)
    wave = np.random.default_rng(int(centre[0])).normal(size=size)
    return np.asarray(8 - 1.1 * (dx + dy) + 1.5 * wave, dtype=np.float32)


def make_runs(size: tuple[int, int] = (24, 30), seeds: int = 2) -> list[Run]:
    """Return runs of two arms on two splits, the first arm under both readings of "tile"."""
    runs = []
    for seed in range(seeds):
        for split in ("uniform", "quadrant"):
            for tile, top in (("channels", 1.0), ("plane", 0.004)):
                runs.append(make_run("coordconv", split, tile, seed, top=top, size=size, pace=0.4))
            top = 0.86 - 0.02 * seed if split == "uniform" else 0.0
            runs.append(make_run("deconv", split, None, seed, top=top, size=size, pace=30))
    return runs
