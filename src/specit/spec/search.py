"""A search: one arm under one condition, what may be changed in it, and the experiments that its trials are.

A trial is the arm as stated with other values, trained on a part of its training examples and measured on the rest:
a point like any other, with a lock of its own. The test examples are in neither part, so that a search cannot fit them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from specit.errors import SpecItError, nearest

from .choices import Axis, points
from .datasets import WITHIN_TRAIN
from .document import Point, Spec
from .lock import canonical, make_lock
from .measures import taken
from .network import Network
from .overlay import overlay
from .places import Steps, follow, locate, replaced
from .ranges import Range, word
from .training import Supervised, Untrained
from .tree import Node, Scalar, describe, plain
from .tuning import HELD_OUT, Tune

Values = Mapping[str, Scalar]
"""A value for every range, by its path: `train.supervised.optimizer.Adam.lr`."""


@dataclass(frozen=True)
class Search:
    """What is searched of the point `stated`, which the spec states as it is before any tuning."""

    spec: Spec
    stated: Point

    @property
    def tune(self) -> Tune:
        """Return how the spec tunes."""
        tune = self.spec.tune
        if tune is None:
            raise SpecItError(
                f"{self.spec.name} says nothing of a search: it has no section 'tune'; docs/tune.md shows one.",
                at=self.spec.tree.mark,
            )
        return tune

    @cached_property
    def ranges(self) -> dict[str, Range]:
        """Return what is searched, by path."""
        return {".".join(path): one for path, one in self.tune.ranges(self.stated.arm).items()}

    @cached_property
    def names(self) -> dict[str, str]:
        """Return a short name for each path: its last key, where that tells it from the others and from every axis."""
        last = {path: path.rpartition(".")[2] for path in self.ranges}
        taken = [*last.values(), *self._still]
        return {path: name if taken.count(name) == 1 else path for path, name in last.items()}

    @property
    def condition(self) -> Mapping[str, str]:
        """Return the options of its conditions, under which it can be compared with other arms."""
        chosen = self.stated.selection
        return {axis: option for axis, option in chosen.items() if self._axes[axis].kind == "condition"}

    @cached_property
    def first(self) -> Values:
        """Return the stated value of each path: a search begins with what is stated, so that it never ends below."""
        tree, found = self._tree(trial=False)[1], dict[str, Scalar]()
        for path, steps in self._steps(tree).items():
            node, span = follow(tree, steps), self.ranges[path]
            if isinstance(node.value, dict | list):
                raise SpecItError(
                    f"The search has a range for {path}, where the arm '{self.stated.arm}' states {describe(node)}; a "
                    "range stands for one value.",
                    at=span.mark,
                )
            if not span.holds(node.value):
                raise SpecItError(
                    f"The arm '{self.stated.arm}' states {path} = {plain(node)}, which lies outside its range, {span}; "
                    "widen the range, for a search begins with what is stated.",
                    at=span.mark,
                )
            found[path] = node.value
        return found

    def trial(self, values: Values) -> Point:
        """Return the experiment that tries some values, on the training examples alone."""
        return self._point(values, trial=True)

    def tuned(self, values: Values) -> Point:
        """Return the arm with some values in place of the stated ones, and all else as the spec states it."""
        return self._point(values, trial=False)

    def check(self) -> None:
        """Refuse what no trial could run with: a range whose ends the arm does not take, or a measure it has not."""
        for path, span in self.ranges.items():
            for end in span.ends:
                self.trial({**self.first, path: end})
        lock = self.stated.lock
        training = lock.train[1]
        own = list[str]()
        if isinstance(training, Supervised | Untrained):
            own = [f"test_{name}" for name in taken(lock.labelled.target, training.loss[0])]
        if self.tune.settings.measure not in own:
            raise SpecItError(
                f"tune chooses by '{self.tune.settings.measure}', which is not measured of the arm "
                f"'{self.stated.arm}'; {nearest(self.tune.settings.measure, own)}",
                at=self.tune.mark,
            )

    def statement(self) -> dict[str, Any]:
        """Return all that the trials depend on, as plain data: another statement is another search."""
        return {
            "stated": self.stated.lock.id,
            "first": self.trial(self.first).lock.id,
            "measure": self.tune.settings.measure,
            "seed": self.tune.settings.seed,
            "space": {path: span.stated() for path, span in self.ranges.items()},
        }

    @cached_property
    def id(self) -> str:
        """Return the digest of the statement."""
        return hashlib.sha256(canonical(self.statement()).encode()).hexdigest()

    def _point(self, values: Values, *, trial: bool) -> Point:
        tree = self._put(self._tree(trial=trial)[1], values)
        named = {self.names[path]: word(value) for path, value in values.items()}
        selection = {axis: option for axis, option in self.stated.selection.items() if axis in self._still} | named
        if trial:
            tree, split = _held_out(tree)
            selection[HELD_OUT] = split
        return replace(
            self.stated,
            selection=selection,
            lock=make_lock(tree, self.spec.blocks, self._networks),
            seeds=1 if trial else self.stated.seeds,
            departures=(),
            tree=tree,
            parameters=None,
        )

    def _tree(self, *, trial: bool, choose: Mapping[str, str] | None = None) -> tuple[dict[str, str], Node]:
        """Return the arm as stated, its choices taken as in `stated` or as `choose` says; of a trial, as it departs."""
        tree = self.spec.stated(self.stated.arm, self.stated.tier)
        if trial:
            tree = overlay(tree, self.tune.overlay) if self.tune.overlay else tree
            tree = replace(tree, value={**tree.mapping("arm"), HELD_OUT: self.tune.hold_out})
        return next(points(tree, self._pick(choose or self.stated.selection)))

    def _pick(self, chosen: Mapping[str, str]) -> Callable[[Axis], list[str]]:
        known = self._axes

        def pick(axis: Axis) -> list[str]:
            if axis.name not in known:
                raise SpecItError(
                    f"The spec has no axis '{axis.name}' that the search could follow: name the one that is meant, "
                    f"name: ...; {nearest(axis.name, known)}",
                    at=axis.mark,
                )
            return [chosen.get(axis.name, known[axis.name].default)]

        return pick

    @cached_property
    def _axes(self) -> dict[str, Axis]:
        return self.spec.axes(self.stated.tier)

    @cached_property
    def _still(self) -> frozenset[str]:
        """Return the axes that still make a difference once the search has its way: a sweep it replaces does not."""
        selection = self.stated.selection

        def placed(chosen: Mapping[str, str]) -> object:
            return plain(self._put(self._tree(trial=False, choose=chosen)[1], dict.fromkeys(self.ranges)))

        here, still = placed(selection), set[str]()
        for axis in selection:
            others = [option for option in self._axes[axis].options if option != selection[axis]]
            try:
                if not others or any(placed({**selection, axis: option}) != here for option in others):
                    still.add(axis)
            except SpecItError:  # under that option there is nothing to put a value in
                still.add(axis)
        return frozenset(still)

    def _put(self, tree: Node, values: Values) -> Node:
        steps = self._steps(tree)
        for path, value in values.items():
            tree = replaced(tree, steps[path], Node(value, self.ranges[path].mark))
        return tree

    def _steps(self, tree: Node) -> dict[str, Steps]:
        """Return where each path leads in a tree without choices."""
        what = f"A range of the search has nothing to stand for: the arm '{self.stated.arm}'"
        ranges = self.tune.ranges(self.stated.arm)
        return {".".join(path): locate(tree, path, what=what, at=span.mark) for path, span in ranges.items()}

    @cached_property
    def _networks(self) -> dict[object, Network]:
        return {}


def searches(spec: Spec, stated: Sequence[Point]) -> list[Search]:
    """Return the search of every point, each checked as far as nothing need be run."""
    made = [Search(spec, point) for point in stated]
    for search in made:
        search.check()
    return made


def _held_out(tree: Node) -> tuple[Node, str]:
    """Return a trial's tree with its training examples split again, and by what split."""
    parts = dict(tree.mapping("arm"))
    again = parts.pop(HELD_OUT)
    data = dict(parts["data"].mapping("data"))
    data.pop("fingerprint", None)  # it is that of other parts, and guards the tuned arm's
    nested = Node({"of": data["split"], "again": again}, again.mark)
    data["split"] = Node({WITHIN_TRAIN: nested}, again.mark)
    parts["data"] = replace(parts["data"], value=data)
    return replace(tree, value=parts), again.only(HELD_OUT)[0]
