"""Runs as a tidy table: a row a run, or a row an evaluation, in columns whose names and types do not depend on values.

What was not measured is None; a measurement that is no number is NaN. A column of the options is called
`option.<axis>`, one of the environment `environment.<name>`; a measure's is called as the measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from specit.spec.measures import MEASURES

from .measures import value
from .record import Evaluation, Record
from .summary import Summary

Cell = str | int | float | None
Type = Literal["text", "integer", "number"]

_ENVIRONMENT = ("specit", "python", "torch", "numpy", "platform", "cpu", "device", "threads")
_IDENTITY: dict[str, Type] = {
    "run": "text",
    "spec": "text",
    "lock": "text",
    "arm": "text",
    "tier": "text",
    "seed": "integer",
}
_MOMENT: dict[str, Type] = {"epoch": "integer", "step": "integer", "seconds": "number"}
_OF_A_RUN = ("parameters", "seconds")  # measures that have a column of their own


class Columns(NamedTuple):
    """The columns of a table by name, in order, with their types; and the axes that have one."""

    types: dict[str, Type]
    axes: tuple[str, ...]

    @classmethod
    def of(cls, runs: Iterable[Summary], *, history: bool) -> Columns:
        """Return the columns for some runs: only their axes, and measures of another version, depend on them."""
        axes, measures = dict[str, None](), dict.fromkeys(MEASURES)
        for run in runs:
            axes |= dict.fromkeys(run.point)
            measures |= dict.fromkeys(run.measures)
        options: dict[str, Type] = {f"option.{axis}": "text" for axis in sorted(axes)}
        measured: dict[str, Type] = {
            name: "number"
            for name in measures
            if name not in _OF_A_RUN and not (history and name.startswith("seconds_to_"))
        }
        if history:
            return cls(_IDENTITY | options | _MOMENT | measured, tuple(sorted(axes)))
        rest: dict[str, Type] = {
            "status": "text",
            "ended": "text",
            "parameters": "integer",
            "epochs_stated": "integer",
            **_MOMENT,
        }
        environment: dict[str, Type] = {f"environment.{name}": "text" for name in _ENVIRONMENT}
        return cls(_IDENTITY | options | rest | measured | environment, tuple(sorted(axes)))


def rows(record: Record, known_as: Summary, columns: Columns, *, history: bool) -> Iterator[list[Cell]]:
    """Yield the rows of a record, under the name by which `known_as` knows it: one, or one for each evaluation."""
    fixed: dict[str, Cell] = {
        "run": known_as.name,
        "spec": known_as.spec,
        "lock": record.lock,
        "arm": known_as.arm,
        "tier": known_as.tier,
        "seed": record.seed,
        **{f"option.{axis}": known_as.point.get(axis) for axis in columns.axes},
    }
    if history:
        for evaluation in record.history:
            yield _row({**fixed, **_moment(evaluation), **evaluation.measures}, columns)
        return
    moment = _moment(record.history[-1]) if record.history else {}
    derived = {name: value(record, name) for name in columns.types if name.startswith("seconds_to_")}
    of_the_run: dict[str, Cell] = {
        "status": record.status,
        "ended": record.ended,
        "parameters": record.parameters,
        "epochs_stated": record.epochs_stated,
        **{f"environment.{name}": record.environment.get(name) for name in _ENVIRONMENT},
    }
    yield _row({**fixed, **moment, **derived, **record.final, **of_the_run}, columns)


def _moment(evaluation: Evaluation) -> dict[str, Cell]:
    return {"epoch": evaluation.epoch, "step": evaluation.step, "seconds": evaluation.seconds}


def _row(cells: dict[str, Cell], columns: Columns) -> list[Cell]:
    return [cells.get(name) for name in columns.types]


def by_column(written: Sequence[Sequence[Cell]], columns: Columns) -> dict[str, list[Cell]]:
    """Return rows column by column."""
    return {name: [row[place] for row in written] for place, name in enumerate(columns.types)}
