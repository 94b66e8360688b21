"""The measures: every number that a claim or a figure can speak of, with unit, direction and definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .sample_measures import sample_measures


@dataclass(frozen=True)
class Measure:
    """A number with a meaning: its unit, which way is better, and how it is computed."""

    name: str
    unit: str
    better: Literal["higher", "lower"]
    definition: str


_EACH_SPLIT = (
    (
        "accuracy",
        "fraction",
        "higher",
        "the share of examples answered exactly: the largest logit is at the target's position; every pixel of the "
        "picture is right; or both coordinates round to the right pixel",
    ),
    ("euclidean", "pixels", "lower", "the mean distance between the largest logit, or the coordinates, and the target"),
    (
        "manhattan",
        "pixels",
        "lower",
        "the mean |Δrow| + |Δcolumn| between the largest logit, or the coordinates, and the target",
    ),
    ("cross_entropy", "nats", "lower", "the mean softmax cross-entropy, without the L2 term"),
    (
        "iou",
        "fraction",
        "higher",
        "the mean over pictures of Σ painted · target / |painted ∪ square|, where a pixel is painted if its "
        "probability is over a half",
    ),
)

_TAKEN = {
    "one_hot": ("accuracy", "euclidean", "manhattan", "cross_entropy"),
    "square": ("accuracy", "iou"),
    "coordinates": ("accuracy", "euclidean", "manhattan"),
}


def taken(target: str, loss: str) -> tuple[str, ...]:
    """Return the measures, without train_ or test_, that are taken of outputs compared with `target` by `loss`.

    >>> taken("coordinates", "mse_loss")
    ('accuracy', 'euclidean', 'manhattan')
    """
    painted = target == "one_hot" and loss != "cross_entropy"  # then a pixel is a picture
    return (*_TAKEN[target], *(("iou",) if painted else ()))


_OTHERS = (
    Measure("train_loss", "nats", "lower", "the mean of the minimised loss over the last epoch, L2 term included"),
    Measure("parameters", "numbers", "lower", "how many trainable numbers the arm's networks hold"),
    Measure("seconds", "seconds", "lower", "the time of the whole run, evaluation included"),
    Measure(
        "seconds_to_best",
        "seconds",
        "lower",
        "the time until the run's highest test accuracy was first measured, evaluation included",
    ),
    Measure(
        "seconds_to_best_iou",
        "seconds",
        "lower",
        "the time until the run's highest test IOU was first measured, evaluation included",
    ),
    Measure(
        "seconds_to_perfect",
        "seconds",
        "lower",
        "the time until 100 % test accuracy was first measured, evaluation included; absent in a run without it",
    ),
)

MEASURES: dict[str, Measure] = {
    **{
        f"{part}_{name}": Measure(f"{part}_{name}", unit, better, f"over the {part} examples: {definition}")  # type: ignore[arg-type]
        for part in ("train", "test")
        for name, unit, better, definition in _EACH_SPLIT
    },
    **{measure.name: measure for measure in _OTHERS},
    **{row[0]: Measure(*row) for row in sample_measures()},
}
