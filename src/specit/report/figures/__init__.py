"""The figures, one a file: each draws what records hold and computes nothing beyond what drawing needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure as Drawing

from specit.errors import SpecItError, nearest
from specit.report.content import Animation

from . import (
    against_time,
    average_pictures,
    best_against_parameters,
    comparison,
    latent_paths,
    neighbourhood,
    object_places,
    painted_squares,
    pipeline_matrix,
    regressed_positions,
    sample_grid,
    split_map,
    success_rates,
    whole_output,
)
from .runs import Run as Run


@dataclass(frozen=True)
class Kind:
    """A kind of figure: how to draw it (None: nothing to draw), how to say in numbers what it shows, and its films."""

    draw: Callable[[Sequence[Run]], Drawing | None]
    caption: Callable[[Sequence[Run]], str]
    animate: Callable[[Sequence[Run]], Sequence[Animation]] = lambda runs: ()

    @property
    def doc(self) -> str:
        """One line on what it shows."""
        return (self.draw.__doc__ or "").splitlines()[0]


FIGURES: dict[str, Kind] = {
    "accuracy_against_time": Kind(against_time.accuracy_against_time, against_time.accuracy_caption),
    "iou_against_time": Kind(against_time.iou_against_time, against_time.iou_caption),
    "distance_against_time": Kind(against_time.distance_against_time, against_time.distance_caption),
    "average_pictures": Kind(average_pictures.average_pictures, average_pictures.caption),
    "best_against_parameters": Kind(best_against_parameters.best_against_parameters, best_against_parameters.caption),
    "comparison": Kind(comparison.comparison, comparison.caption),
    "latent_paths": Kind(latent_paths.latent_paths, latent_paths.caption, latent_paths.films),
    "neighbourhood": Kind(neighbourhood.neighbourhood, neighbourhood.caption),
    "object_places": Kind(object_places.object_places, object_places.caption),
    "painted_squares": Kind(painted_squares.painted_squares, painted_squares.caption),
    "pipeline_matrix": Kind(pipeline_matrix.pipeline_matrix, pipeline_matrix.caption),
    "regressed_positions": Kind(regressed_positions.regressed_positions, regressed_positions.caption),
    "sample_grid": Kind(sample_grid.sample_grid, sample_grid.caption),
    "split_map": Kind(split_map.split_map, split_map.caption),
    "success_rates": Kind(success_rates.success_rates, success_rates.caption),
    "whole_output": Kind(whole_output.whole_output, whole_output.caption),
}


def titled(name: str) -> str:
    """Return the title of a figure.

    >>> titled("iou_against_time")
    'IOU against time'
    """
    words = name.replace("_", " ").capitalize()
    return words.replace("Iou", "IOU")


def kind(name: str) -> Kind:
    """Return the figure of that name, or say which there are."""
    if name not in FIGURES:
        raise SpecItError(f"There is no figure '{name}'; {nearest(name, FIGURES)}")
    return FIGURES[name]
