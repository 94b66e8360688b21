"""Some runs among many: narrowed by arm, option, tier and status, or a sentence on what there is instead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from specit.errors import SpecItError, nearest

from .summary import Summary

_Of = Callable[[Summary], str | None]
_Filter = tuple[str, bool, Collection[str], _Of]


@dataclass(frozen=True)
class Wanted:
    """What runs are wanted: of each list, those that have one of its entries; an empty list asks for nothing."""

    arms: Collection[str] = ()
    tiers: Collection[str] = ()
    statuses: Collection[str] = ()
    options: Mapping[str, Collection[str]] = field(default_factory=dict)

    @property
    def says(self) -> str:
        """Return what is asked for, in words.

        >>> Wanted(arms=["deconv"], options={"split": ["uniform"]}).says
        "arm 'deconv', split=uniform"
        """
        lists = (("arm", self.arms), ("tier", self.tiers), ("status", self.statuses))
        words = [f"{what} {' or '.join(map(repr, wanted))}" for what, wanted in lists if wanted]
        return ", ".join([*words, *(f"{axis}={','.join(options)}" for axis, options in self.options.items())])


def narrowed(runs: Sequence[Summary], wanted: Wanted) -> list[Summary]:
    """Return the runs that are wanted, in their order. What no run has is a `SpecItError` that names what they have."""
    left = list(runs)
    if not left:
        return []
    filters: list[_Filter] = [
        ("arm", False, wanted.arms, lambda run: run.arm),
        ("tier", False, wanted.tiers, lambda run: run.tier),
        ("status", False, wanted.statuses, lambda run: run.status),
        *((axis, True, options, _option(axis)) for axis, options in wanted.options.items()),
    ]
    for what, axis, names, of in filters:
        if names:
            _check(what, names, of, runs, axis=axis)
            left = [run for run in left if of(run) in names]
    if not left:
        raise SpecItError(f"None of these {len(runs):,} runs has all of what was asked for: {wanted.says}.")
    return left


def _option(axis: str) -> _Of:
    return lambda run: run.point.get(axis)


def _check(what: str, names: Collection[str], of: _Of, runs: Sequence[Summary], *, axis: bool) -> None:
    """Raise for a name that no run has."""
    known = {name for run in runs if (name := of(run)) is not None}
    if axis and not known:
        axes = {name for run in runs for name in run.point}
        raise SpecItError(f"None of these {len(runs):,} runs has an axis '{what}'; {_instead(what, axes)}")
    for name in names:
        if name not in known:
            having = f"takes {what}={name}" if axis else f"has the {what} '{name}'"
            raise SpecItError(f"None of these {len(runs):,} runs {having}; {_instead(name, known)}")


def _instead(name: str, known: Collection[str]) -> str:
    """Return what may have been meant, as a sentence's end."""
    if not known:
        return "they have none."
    said = nearest(name, known)
    return said if said.endswith("?") else f"{said}."
