"""Numbers, counts and options as parts of English sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from specit.spec.measures import MEASURES

_LISTED = 4
_TITLES = {
    "parameters": "number of parameters",
    "seconds": "running time",
    "seconds_to_best": "time to the best test accuracy",
    "seconds_to_best_iou": "time to the best test IOU",
    "seconds_to_perfect": "time to 100 % test accuracy",
    "euclidean": "Euclidean distance",
    "manhattan": "Manhattan distance",
    "cross_entropy": "cross-entropy",
    "loss": "loss",
    "iou": "IOU",
    "samples_whole": "share of whole pictures",
    "mmd2": "squared MMD",
    "elbo": "ELBO",
}


def title(measure: str) -> str:
    """Return a measure's name in words.

    >>> title("test_cross_entropy"), title("seconds_to_perfect"), title("train_loss")
    ('test cross-entropy', 'time to 100 % test accuracy', 'training loss')
    """
    if measure in _TITLES:
        return _TITLES[measure]
    part, _, name = measure.partition("_")
    of = "training" if part == "train" else part
    return f"{of} {_TITLES.get(name, name.replace('_', ' '))}".strip()


def amount(value: float, measure: str, *, beside: float | None = None) -> str:
    """Return a value with its unit, exact enough to tell it from the value it stands beside.

    >>> amount(0.8601, "test_accuracy"), amount(0.86001, "test_accuracy", beside=0.86)
    ('86.01 %', '86.001 %')
    >>> amount(7553, "parameters"), amount(12.34, "seconds")
    ('7,553 parameters', '12.3 s')
    """
    unit = MEASURES[measure].unit
    if unit == "fraction":
        return f"{number(100 * value, None if beside is None else 100 * beside, digits=4)} %"
    if unit == "numbers":
        return f"{value:,.0f} parameters"
    return f"{number(value, beside)} {'s' if unit == 'seconds' else unit}"


def number(value: float, beside: float | None = None, *, digits: int = 3) -> str:
    """Return a number with few digits, but enough to differ from `beside` if it does.

    >>> number(154.23), number(1234.5), number(0.99999, 1.0)
    ('154', '1,234', '0.99999')
    """

    def written(x: float, digits: int) -> str:
        return f"{x:,.0f}" if abs(x) >= 10 ** (digits - 1) * 10 else f"{x:.{digits}g}"

    if beside is not None and value != beside:
        while digits < 12 and written(value, digits) == written(beside, digits):
            digits += 1
    return written(value, digits)


def percent(rate: float) -> str:
    """Return a rate in whole percent, never rounding up to all or down to none.

    >>> percent(0.5655), percent(0.999), percent(0.001), percent(1.0)
    ('57 %', '99 %', '1 %', '100 %')
    """
    whole = round(100 * rate)
    if 0 < rate < 1:
        whole = min(99, max(1, whole))
    return f"{whole} %"


def count(how_many: int, noun: str) -> str:
    """Return a count with its noun.

    >>> count(1, "run"), count(3, "run")
    ('1 run', '3 runs')
    """
    return f"{how_many:,} {noun}" if how_many == 1 else f"{how_many:,} {noun}s"


def options(chosen: Mapping[str, str]) -> str:
    """Return the options of a point.

    >>> options({"split": "uniform", "tile": "plane"}), options({})
    ('split=uniform, tile=plane', 'the only way to read it')
    """
    return ", ".join(f"{axis}={option}" for axis, option in chosen.items()) or "the only way to read it"


def within(chosen: Mapping[str, str]) -> str:
    """Return ' with …' for a condition, and nothing where there is none to name."""
    return f" with {options(chosen)}" if chosen else ""


def listed(parts: Iterable[str], *, most: int = _LISTED, between: str = ", ") -> str:
    """Return the first few parts, and how many more there are.

    >>> listed("abcdef", most=2), listed("ab")
    ('a, b and 4 more', 'a and b')
    """
    everything = list(parts)
    if len(everything) > most + 1:
        return f"{between.join(everything[:most])} and {len(everything) - most} more"
    return joined(everything, between)


def joined(parts: Sequence[str], between: str = ", ") -> str:
    """Return the parts with 'and' before the last."""
    return between.join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)


def budget(departures: Iterable[str]) -> str:
    """Return the departures of a tier as 'at a reduced budget (…)'."""
    return f"at a reduced budget ({listed(departures, between='; ')})"


def left_out(runs: int) -> str:
    """Return how many runs were passed over because they show nothing, if any were."""
    return f"{count(runs, 'run')} left out, being unfinished or without that measure" if runs else ""


def sentence(*parts: str) -> str:
    """Return the parts that say something as one sentence."""
    return "; ".join(part for part in parts if part) + "."
