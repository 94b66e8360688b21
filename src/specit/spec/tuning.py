"""The section `tune`: what a search may change in each arm, and what it chooses by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specit.errors import Mark, SpecItError, nearest

from .datasets import DIVIDING
from .layers.layer import Natural
from .measures import MEASURES
from .model import Model, known_keys, read
from .places import Path
from .ranges import Range, read_space
from .tree import Node

SEARCHED = ("initialise", "train", "network", "networks")
"""What a search may change: how an arm is built and trained, and never its data."""
HELD_OUT = "hold_out"
KEYS = ("measure", HELD_OUT, "seed", "overlay", "space", "arms")


class TuneSettings(Model):
    """The plain arguments of `tune`."""

    measure: str
    """What a search chooses by: a measure of the part that is held out, called test_... as of any test part."""
    seed: Natural = 0
    """What each trial is trained with."""


@dataclass(frozen=True)
class Tune:
    """How arms are tuned. The ranges of an arm are those of `space`, and its own, which count where both state one."""

    settings: TuneSettings
    hold_out: Node
    """How the training examples are split again: what is held out judges the trials. It may be a choice."""
    overlay: Node | None
    """What every trial states differently, such as fewer epochs; the tuned arm is run as the spec says."""
    space: Mapping[Path, Range]
    own: Mapping[str, Mapping[Path, Range]]
    mark: Mark

    def ranges(self, arm: str) -> dict[Path, Range]:
        """Return what is searched of an arm."""
        return {**self.space, **self.own.get(arm, {})}


def read_tune(node: Node) -> Tune:
    """Read the section. Whether an arm has what is searched is only known with its choices taken (`search`)."""
    known_keys(node, KEYS, "tune")
    parts = dict(node.mapping("tune"))
    for needed in ("measure", HELD_OUT):
        if needed not in parts:
            raise SpecItError(f"tune needs the argument '{needed}', which is missing.", at=node.mark)
    settings = read(TuneSettings, Node({k: parts[k] for k in ("measure", "seed") if k in parts}, node.mark), "tune")
    known = [name for name in MEASURES if name.startswith("test_")]
    if settings.measure not in known:
        raise SpecItError(
            f"tune cannot choose by '{settings.measure}', for it is no measure of a part that is held out; "
            f"{nearest(settings.measure, known)}",
            at=parts["measure"].mark,
        )
    _check_hold_out(parts[HELD_OUT])
    over = parts.get("overlay")
    if over is not None:
        known_keys(over, ("initialise", "train"), "The overlay of tune")
    own = parts["arms"].mapping("The arms of tune") if "arms" in parts else {}
    tune = Tune(
        settings,
        parts[HELD_OUT],
        over,
        _space(parts["space"], "The space of tune") if "space" in parts else {},
        {arm: _space(entry, f"The space of {arm}") for arm, entry in own.items()},
        node.mark,
    )
    if not tune.space and not tune.own:
        raise SpecItError("tune states nothing to search: give it a space, or arms with one each.", at=node.mark)
    return tune


def _space(node: Node, what: str) -> dict[Path, Range]:
    for key, child in node.mapping(what).items():
        if key in ("data", "split"):
            raise SpecItError(
                f"{what} cannot change the data: every trial, and every arm, must have the same.", at=child.mark
            )
    known_keys(node, SEARCHED, what)
    return read_space(node)


def _check_hold_out(node: Node) -> None:
    """Refuse a split by name that nothing can be held out with; its arguments are read with the lock of a trial."""
    options = node.value.get("each") if isinstance(node.value, dict) else None
    for one in options.mapping("each").values() if options is not None else [node]:
        name, arguments = one.only(f"{HELD_OUT} (a split)")
        known = DIVIDING
        if name not in known:
            raise SpecItError(f"tune cannot hold out by '{name}'; {nearest(name, known)}", at=arguments.mark)
