"""What tuning came to in words: a row an arm, a sentence a gap; for a terminal, a README and a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specit.claims.statistics import Interval
from specit.claims.tuning import Runs, TunedArm, Tuning
from specit.claims.wording import amount, count, options, title
from specit.spec.ranges import word

HEAD = ("Arm", "Under", "Searched", "Trials", "Epochs", "Core time", "Best values", "Held out", "Before", "After")


@dataclass(frozen=True)
class TuningTable:
    """Everything a page says of the tuning at one tier: a table under `title`, sentences on gaps, and notes."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    gaps: Sequence[str]
    notes: Sequence[str]


def table(tuning: Tuning) -> TuningTable:
    """Return what a page says of one tuning."""
    return TuningTable(heading(tuning), HEAD, rows(tuning), gaps(tuning), tuning.notes)


def rows(tuning: Tuning) -> list[tuple[str, ...]]:
    """Return the cells of every arm, in the order of `HEAD`."""
    return [_row(arm, tuning.measure) for arm in tuning.arms]


def gaps(tuning: Tuning) -> list[str]:
    """Return a sentence for every gap between two arms, before and after."""
    return [
        f"{gap.arm} is behind {gap.than}{f' ({options(gap.condition)})' if gap.condition else ''} in "
        f"{title(tuning.measure)}: before by {_difference(gap.before, tuning.measure)}, after by "
        f"{_difference(gap.after, tuning.measure)}."
        for gap in tuning.gaps
    ]


def heading(tuning: Tuning) -> str:
    """Return what the table is about."""
    return (
        f"Tuning of {tuning.spec}, tier {tuning.tier}: {title(tuning.measure)} on the spec's own split, as stated and "
        "with the values that did best on the part of the training examples that was held out"
    )


def markdown(tuning: Tuning) -> str:
    """Return everything as a GitHub table with what follows it."""
    lines = [_line(HEAD), _line("---" for _ in HEAD), *map(_line, rows(tuning))]
    said = [f"- {sentence}" for sentence in [*gaps(tuning), *tuning.notes]]
    return "\n".join([f"{heading(tuning)}.", "", *lines, *([""] if said else []), *said])


def duration(seconds: float) -> str:
    """Return a time of one core.

    >>> duration(12.3), duration(200), duration(9000)
    ('12 s', '3.3 min', '2.5 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _row(arm: TunedArm, measure: str) -> tuple[str, ...]:
    before, under = _mean(arm.before, measure), options(arm.condition) if arm.condition else "–"
    if not arm.made:
        return arm.arm, under, "nothing", "0", "0", "0 s", "as stated", "–", before, "not tuned"
    best, chosen, held_out = arm.best, "every trial diverged", "–"
    if best is not None:
        values = ", ".join(f"{name} {word(value)}" for name, value in best.values.items())
        chosen = f"{values} ({'as stated' if best.trial == 0 else f'trial {best.trial}'})"
        first = "diverged" if best.as_stated is None else amount(best.as_stated, measure)
        held_out = f"{amount(best.held_out, measure)}; as stated {first}"
    return (
        arm.arm,
        under,
        "; ".join(f"{name}: {span}" for name, span in arm.space.items()),
        f"{arm.trials}" + (f", {arm.diverged} diverged" if arm.diverged else ""),
        f"{arm.epochs:,}",
        duration(arm.seconds),
        chosen,
        held_out,
        before,
        _mean(arm.after, measure) if arm.after else "not run",
    )


def _mean(runs: Runs, measure: str) -> str:
    if runs.mean is None:
        return "not run"
    return f"{amount(runs.mean, measure)}{_between(runs.interval, measure)}, {count(len(runs.values), 'seed')}"


def _difference(gap: tuple[float, Interval | None] | None, measure: str) -> str:
    if gap is None:
        return "a gap that is not known"
    return f"{amount(gap[0], measure)}{_between(gap[1], measure)}"


def _between(interval: Interval | None, measure: str) -> str:
    return f" [{amount(interval.low, measure)}, {amount(interval.high, measure)}]" if interval else ""


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
