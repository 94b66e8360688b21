"""What a generative network has drawn: measured against real pictures, and kept for figures."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .dissolve import dissolve
from .expected import Expected
from .feature_space import WIDTHS, measure_features
from .find_objects import DOUBLED, FADED, MISSING, TORN, find_objects
from .latent_path import measure_paths
from .positions import measure_positions

SHOWN = 36
"""How many pictures are kept for a figure."""


class Drawn(NamedTuple):
    """What was drawn, as numbers in [0, 1]."""

    pictures: NDArray[np.float32]
    """(N, 3, H, W), each of a latent vector of its own."""
    paths: NDArray[np.float32]
    """(P, T, 3, H, W): T pictures along each of P straight paths through the latent space."""


class Real(NamedTuple):
    """What it is measured against, in [0, 1] as well."""

    pictures: NDArray[np.float32]
    """(M, 3, H, W), at least twice as many as are drawn."""
    expected: Expected | None
    """The objects that every picture shows, where that is known."""


def measure_drawn(drawn: Drawn, real: Real) -> dict[str, float]:
    """Return what is measured of drawn pictures, by name; of objects only where it is known which there should be.

    What has no value, such as a movement where nothing is found, is left out.
    """
    plain = real.expected or Expected((), np.ones((1, 1, 1), bool), (0.0, 1.0))
    found = _features(drawn, real, plain) | {"path_dissolve": _mean(map(dissolve, drawn.paths))}
    if real.expected:
        found |= _objects(drawn, real, real.expected) | _along(drawn, real.expected)
    return {name: value for name, value in found.items() if math.isfinite(value)}


def drawn_arrays(drawn: Drawn, real: Real) -> dict[str, NDArray[Any]]:
    """Return what figures show: some pictures and all paths as bytes, every place, and the average picture."""
    kept: dict[str, NDArray[Any]] = {
        "samples": _bytes(drawn.pictures[:SHOWN]),
        "real_samples": _bytes(real.pictures[:SHOWN]),
        "paths": _bytes(drawn.paths),
        "average": _bytes(drawn.pictures.mean(0)),
        "real_average": _bytes(real.pictures.mean(0)),
    }
    if real.expected:
        half = len(real.pictures) // 2
        kept["places"] = find_objects(drawn.pictures, real.expected).centres.astype(np.float32)
        kept["real_places"] = find_objects(real.pictures[:half], real.expected).centres.astype(np.float32)
    return kept


def _features(drawn: Drawn, real: Real, expected: Expected) -> dict[str, float]:
    features = measure_features(drawn.pictures, real.pictures, expected)
    middle = len(WIDTHS) // 2
    return {
        "precision": features.precision,
        "real_precision": features.real_precision,
        "recall": features.recall,
        "real_recall": features.real_recall,
        "mmd2": features.mmd2[middle],
        "real_mmd2": features.real_mmd2[middle],
    }


def _objects(drawn: Drawn, real: Real, expected: Expected) -> dict[str, float]:
    found = find_objects(drawn.pictures, expected)
    places = measure_positions(found.centres, find_objects(real.pictures, expected).centres, drawn.pictures.shape[2:])
    each, between = places.objects, places.differences
    return {
        "samples_whole": found.good(),
        "objects_missing": float(found.share(MISSING).mean()),
        "objects_doubled": float(found.share(DOUBLED).mean()),
        "objects_broken": float(found.share(FADED, TORN).mean()),
        "position_divergence": _mean(one.divergence for one in each),
        "real_position_divergence": _mean(one.real_divergence for one in each),
        "position_coverage": _mean(one.coverage for one in each),
        "real_position_coverage": _mean(one.real_coverage for one in each),
        "position_dimension": _mean(one.dimension for one in each),
        "real_position_dimension": _mean(one.real_dimension for one in each),
        "difference_divergence": _mean(one.divergence for one in between),
        "real_difference_divergence": _mean(one.real_divergence for one in between),
        "joint_dimension": places.joint_dimension,
        "real_joint_dimension": places.real_joint_dimension,
    }


def _along(drawn: Drawn, expected: Expected) -> dict[str, float]:
    return {f"path_{name}": value for name, value in measure_paths(drawn.paths, expected).summary().items()}


def _mean(numbers: Iterable[float]) -> float:
    """Return the mean of those numbers that are some; NaN if none is."""
    values = [number for number in numbers if math.isfinite(number)]
    return sum(values) / len(values) if values else math.nan


def _bytes(unit: NDArray[np.floating]) -> NDArray[np.uint8]:
    found: NDArray[np.uint8] = (unit * 255).round().astype(np.uint8)
    return found
