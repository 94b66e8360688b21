"""The measures that figures and tables show: their words, the way that is better, and their values in a record."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from specit.claims.wording import number
from specit.records import Record

from .style import percent


@dataclass(frozen=True)
class Quantity:
    """What is measured of both parts of the data, as `test_<name>` and `train_<name>`, or of what was made, `<name>`.

    `noun` is its name in a sentence, `axis` that on an axis. `written` turns a value into text; times `scale` it has
    the unit of the axis. `share` says whether it lies between 0 and 1.
    """

    name: str
    noun: str
    axis: str
    better: Literal["higher", "lower"]
    written: Callable[[float], str]
    scale: float = 1.0
    floor: float = 0.0
    share: bool = True
    parts: bool = True

    @property
    def log(self) -> bool:
        """Return whether it is drawn on a logarithmic axis, which has no 0 but a floor."""
        return self.floor > 0

    @property
    def test(self) -> str:
        """Return the name of the measure over the test examples, or over what was made."""
        return self._of("test")

    @property
    def said(self) -> str:
        """Return its name in a sentence about the test examples, or about what was made.

        >>> ACCURACY.said, WHOLE.said
        ('test accuracy', 'share of whole pictures')
        """
        return self._of_test(self.noun)

    @property
    def best_axis(self) -> str:
        """Return what stands on an axis with the best values of runs."""
        return f"best {self._of_test(self.axis)}"

    @property
    def extreme(self) -> str:
        """Return the word for the best of several values."""
        return {"higher": "highest", "lower": "lowest"}[self.better]

    def series(self, record: Record, part: str = "test") -> list[tuple[float, float]]:
        """Return every value with the seconds it took to get there; a value that is no number is left out."""
        known = record.series(self._of(part))
        return [(e.seconds, value) for e, value in known if not math.isnan(value)]

    def best(self, record: Record, part: str = "test") -> float | None:
        """Return the best value a run ever had; None where it was never measured."""
        values = [value for _, value in self.series(record, part)]
        return self.best_of(values) if values else None

    def final(self, record: Record, part: str = "test") -> float | None:
        """Return the last value; None where it was never measured."""
        series = self.series(record, part)
        return series[-1][1] if series else None

    def seconds_to_best(self, record: Record) -> float | None:
        """Return the time until the best test value was first measured; None where there is none."""
        best = self.best(record)
        return next((seconds for seconds, value in self.series(record) if value == best), None)

    def best_of(self, values: list[float]) -> float:
        """Return the best of some values."""
        return max(values) if self.better == "higher" else min(values)

    def drawn(self, value: float) -> float:
        """Return a value as its axis has it: an accuracy in percent, a distance as far down as a log scale goes.

        >>> ACCURACY.drawn(0.5), IOU.drawn(0.5), DISTANCE.drawn(0.0), ELBO.drawn(-2.0)
        (50.0, 0.5, 0.001, -2.0)
        """
        return max(value * self.scale, self.floor) if self.log else value * self.scale

    def rank(self, value: float | None) -> float:
        """Return a number that is the greater the better the value is; the least for no value.

        >>> DISTANCE.rank(0.5) > DISTANCE.rank(2.0) > DISTANCE.rank(None)
        True
        """
        if value is None:
            return -math.inf
        return value if self.better == "higher" else -value

    def _of(self, part: str) -> str:
        return f"{part}_{self.name}" if self.parts else self.name

    def _of_test(self, words: str) -> str:
        return f"test {words}" if self.parts else words


def _overlap(value: float) -> str:
    """Return an IOU as text that never rounds a miss up to 1, nor a hit down to 0.

    >>> _overlap(1.0), _overlap(0.99996), _overlap(0.83)
    ('1.000', '0.999', '0.830')
    """
    return f"{value if value in (0.0, 1.0) else min(max(value, 0.001), 0.999):.3f}"


def _pixels(value: float) -> str:
    """Return a distance as text that tells it from a whole pixel.

    >>> _pixels(0.4213), _pixels(1.004), _pixels(0.00004)
    ('0.42 px', '1.004 px', 'under 0.001 px')
    """
    return "under 0.001 px" if 0 < value < 0.001 else f"{number(value, 1.0, digits=2)} px"


def _nats(value: float) -> str:
    return f"{number(value, digits=4)} nats"


ACCURACY = Quantity("accuracy", "accuracy", "accuracy (%)", "higher", percent, scale=100.0)
IOU = Quantity("iou", "IOU", "IOU", "higher", _overlap)
DISTANCE = Quantity("euclidean", "distance", "distance (pixels, log scale)", "lower", _pixels, floor=0.001, share=False)
ELBO = Quantity("elbo", "ELBO", "ELBO (nats)", "higher", _nats, share=False)
WHOLE = Quantity(
    "samples_whole", "share of whole pictures", "share of whole pictures (%)", "higher", percent, 100.0, parts=False
)
MMD = Quantity("mmd2", "squared MMD", "squared MMD", "lower", number, share=False, parts=False)


def headline(record: Record) -> Quantity:
    """Return what a run is foremost judged by: how often it is right, how well it paints, or how near it points.

    What picks a pixel measures distances too, and may paint; it has a cross-entropy, and there a hit is what counts.
    What learns to make pictures is judged by its bound where it has one, else by the objects in them, and where none
    are known by how far their distribution is from the real one.
    """
    if record.series("test_cross_entropy"):
        return ACCURACY
    return next((quantity for quantity in (IOU, DISTANCE, ELBO, WHOLE, MMD) if record.series(quantity.test)), ACCURACY)
