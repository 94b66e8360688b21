"""Which specs of a study a command is for, and what is selected in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specit.errors import SpecItError, nearest

if TYPE_CHECKING:
    from specit.spec.document import Spec


@dataclass(frozen=True)
class Selected:
    """A spec with the arms and options that a command is for; None: all that the tier has."""

    spec: Spec
    arms: list[str] | None
    choose: dict[str, list[str]]


@dataclass(frozen=True)
class PassedOver:
    """A spec that a command leaves out, and what it lacks."""

    spec: str
    lacks: str


def select(
    specs: Sequence[Spec], tier: str | None, arms: Sequence[str] | None, where: Mapping[str, Sequence[str]]
) -> tuple[list[Selected], list[PassedOver]]:
    """Select within every spec that has the tier, one of the arms, and each axis with one of its options.

    What no spec has is an error. A spec by itself is not passed over: it says what it lacks.
    """
    if len(specs) == 1:
        return [Selected(specs[0], list(arms) if arms else None, {axis: list(o) for axis, o in where.items()})], []
    _check_somewhere(specs, tier, arms or (), where)
    selected, passed_over = list[Selected](), list[PassedOver]()
    for spec in specs:
        lacks = _lacks(spec, tier, arms or (), where)
        if lacks:
            passed_over.append(PassedOver(spec.name, lacks))
            continue
        axes = spec.axes(tier or "full") if where else {}
        own = [arm for arm in arms if arm in spec.arms] if arms else None
        choose = {axis: [option for option in wanted if option in axes[axis].options] for axis, wanted in where.items()}
        selected.append(Selected(spec, own, choose))
    if not selected:
        raise SpecItError(f"No spec has all of what was asked for: {_listed(passed_over)}.")
    return selected, passed_over


def say(passed_over: Sequence[PassedOver]) -> str:
    """Return one line on the specs that were left out, or nothing.

    >>> say([PassedOver("coordconv/rendering", "no tier 'quick'")])
    "Passed over: coordconv/rendering (no tier 'quick')."
    """
    return f"Passed over: {_listed(passed_over)}." if passed_over else ""


def _listed(passed_over: Sequence[PassedOver]) -> str:
    return ", ".join(f"{one.spec} ({one.lacks})" for one in passed_over)


def _lacks(spec: Spec, tier: str | None, arms: Iterable[str], where: Mapping[str, Sequence[str]]) -> str:
    """Return the first thing asked for that a spec lacks, or nothing."""
    if tier is not None and tier not in spec.tiers:
        return f"no tier '{tier}'"
    wanted = list(arms)
    if wanted and not any(arm in spec.arms for arm in wanted):
        return "no arm " + " or ".join(f"'{arm}'" for arm in wanted)
    axes = spec.axes(tier or "full") if where else {}
    for axis, options in where.items():
        if axis not in axes:
            return f"no axis '{axis}'"
        if not any(option in axes[axis].options for option in options):
            return f"no {axis}={','.join(options)}"
    return ""


def _check_somewhere(
    specs: Sequence[Spec], tier: str | None, arms: Iterable[str], where: Mapping[str, Sequence[str]]
) -> None:
    """Raise for what no spec has, naming the nearest over all of them."""
    tiers = {name for spec in specs for name in spec.tiers}
    if tier is not None and tier not in tiers:
        raise SpecItError(f"None of these {len(specs)} specs has a tier '{tier}'; {nearest(tier, tiers)}")
    known_arms = {arm for spec in specs for arm in spec.arms}
    for arm in arms:
        if arm not in known_arms:
            raise SpecItError(f"None of these {len(specs)} specs has an arm '{arm}'; {nearest(arm, known_arms)}")
    options: dict[str, set[str]] = {}
    for spec in specs if where else ():
        for axis in spec.axes(tier if tier in spec.tiers else "full").values():
            options.setdefault(axis.name, set()).update(axis.options)
    for axis_name, wanted in where.items():
        if axis_name not in options:
            raise SpecItError(
                f"None of these {len(specs)} specs has an axis '{axis_name}'; {nearest(axis_name, options)}"
            )
        for option in wanted:
            if option not in options[axis_name]:
                near = nearest(option, options[axis_name])
                raise SpecItError(f"In none of these {len(specs)} specs has '{axis_name}' an option '{option}'; {near}")
