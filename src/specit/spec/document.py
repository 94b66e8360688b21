"""A spec as a whole: its sections, its arms and tiers, and the points that running it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from specit.errors import SpecItError, nearest

from .blocks import Block, read_blocks, used
from .choices import Axis, axes, fewest_points, points
from .claims import KINDS, Claim, Over
from .load import load
from .lock import Lock, make_lock
from .model import Model, read
from .network import Network
from .overlay import departures, differing, overlay
from .stated_count import stated_count
from .tree import Node, Source, describe, details, plain
from .tuning import Tune, read_tune

SECTIONS = (
    "specit title about paper blocks data initialise train seeds arms claims figures tiers tune".split()  # noqa: SIM905
)
SHARED = ("data", "initialise", "train", "seeds")
ARM = ("network", "networks", "parameters", *SHARED)
MAX_POINTS = 20_000
TIERS = ("instant", "quick", "full")


class Paper(Model):
    """What is replicated."""

    cite: str
    """How the paper is cited."""
    section: str | None = None
    """The section that is replicated."""
    figures: tuple[int, ...] = ()
    """The numbers of its figures that are replicated."""


class FigureStatement(Model):
    """A figure of the report: which drawing, what the paper's figure states, where, and of which arms (or all)."""

    draw: str
    """The drawing."""
    says: str
    """What the paper's figure shows."""
    where: str
    """Which figure of the paper."""
    arms: tuple[str, ...] = ()
    """The arms that are drawn; none: all."""
    over: Over = {}
    """The points that are drawn: an option, or several, of an axis. Axes not named: all."""


class Tier(Model):
    """What a tier runs: `only` these arms, with these options chosen (all options of an axis: a list)."""

    about: str
    """What the tier is for, and how long it takes."""
    only: tuple[str, ...] | None = None
    """The arms that run; null: all."""
    choose: dict[str, str | tuple[str, ...]] = {}
    """The option, or options, taken on an axis."""


@dataclass(frozen=True)
class Point:
    """One arm with one option taken on every axis, at one tier: one lock, and how many seeds it is run with."""

    arm: str
    tier: str
    selection: dict[str, str]
    readings: dict[str, str]
    lock: Lock
    seeds: int
    departures: tuple[str, ...]
    tree: Node
    parameters: int | None = None
    """How many parameters the arm is said to have; `check` compares. No part of the lock."""

    @property
    def label(self) -> str:
        """Return the point in words: `coordconv · split=uniform · tile=channels`."""
        return " · ".join([self.arm, *(f"{axis}={option}" for axis, option in self.selection.items())])


@dataclass(frozen=True)
class Spec:
    """A spec that has been read. `name` is how people call it; `tree` is all of it, choices included."""

    name: str
    tree: Node

    @cached_property
    def sections(self) -> dict[str, Node]:
        """Return the top-level sections by name; an unknown one is an error."""
        entries = self.tree.mapping("A spec")
        for key in entries:
            if key not in SECTIONS:
                raise SpecItError(f"A spec has no section '{key}'; {nearest(key, SECTIONS)}", at=entries[key].mark)
        for needed in ("specit", "title", "arms"):
            if needed not in entries:
                raise SpecItError(f"A spec needs the section '{needed}', which is missing.", at=self.tree.mark)
        for words in ("title", "about"):
            if words in entries and isinstance(entries[words].value, dict | list):
                raise SpecItError(f"The {words} must be text, not {describe(entries[words])}.", at=entries[words].mark)
        if plain(entries["specit"]) != 1 or isinstance(entries["specit"].value, bool):
            raise SpecItError("This version reads specs of format 1 (specit: 1).", at=entries["specit"].mark)
        return entries

    @property
    def title(self) -> str:
        """Return the spec's title."""
        return str(self.sections["title"].value)

    @property
    def about(self) -> str:
        """Return what the spec says of itself, or nothing."""
        return str(self.sections["about"].value).strip() if "about" in self.sections else ""

    @cached_property
    def paper(self) -> Paper | None:
        """Return the paper that is replicated, where the spec names one."""
        return read(Paper, self.sections["paper"], "paper") if "paper" in self.sections else None

    @cached_property
    def blocks(self) -> dict[str, Block]:
        """Return the spec's blocks by name."""
        return read_blocks(self.sections.get("blocks"))

    @cached_property
    def arms(self) -> dict[str, Node]:
        """Return every arm as stated, without what it shares."""
        arms = self.sections["arms"].mapping("arms")
        if not arms:
            raise SpecItError("A spec needs at least one arm.", at=self.sections["arms"].mark)
        for name, node in arms.items():
            if not isinstance(node.value, dict) or not node.value:
                raise SpecItError(f"The arm '{name}' is empty: it needs at least a network.", at=node.mark)
            _known_keys(node, ARM, f"The arm '{name}'")
        return arms

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """Return the claims, each checked against the arms and axes it speaks of."""
        node = self.sections.get("claims")
        claims: list[Claim] = []
        for entry in node.sequence("claims") if node else []:
            parts = entry.mapping("A claim")
            kind = str(parts["kind"].value) if "kind" in parts else "(none)"
            if kind not in KINDS:
                raise SpecItError(f"Unknown kind of claim '{kind}'; {nearest(kind, KINDS)}", at=entry.mark)
            name = f"The claim '{parts['id'].value}'" if "id" in parts else "A claim"
            claim: Claim = read(KINDS[kind], entry, name)
            if any(claim.id == other.id for other in claims):
                raise SpecItError(f"Two claims are called '{claim.id}'.", at=entry.mark)
            self._check_claim(claim, entry)
            claims.append(claim)
        return tuple(claims)

    @cached_property
    def figures(self) -> tuple[FigureStatement, ...]:
        """Return the figures that the report shall hold."""
        node = self.sections.get("figures")
        figures: list[FigureStatement] = []
        for entry in node.sequence("figures") if node else []:
            figures.append(read(FigureStatement, entry, "A figure"))
            for arm in figures[-1].arms:
                self.arm(arm, at=entry)
            self._check_over(figures[-1].over, entry, f"The figure '{figures[-1].draw}'")
        return tuple(figures)

    @cached_property
    def tiers(self) -> dict[str, tuple[Tier, Node | None]]:
        """Return the tiers: what each runs, and its overlay. Without a statement, `full` is the spec as it stands."""
        found: dict[str, tuple[Tier, Node | None]] = {}
        node = self.sections.get("tiers")
        for name, entry in (node.mapping("tiers") if node else {}).items():
            if name not in TIERS:
                raise SpecItError(f"Unknown tier '{name}'; {nearest(name, TIERS)}", at=entry.mark)
            parts = dict(entry.mapping(f"The tier {name}"))
            over = parts.pop("overlay", None)
            tier = read(Tier, Node(parts, entry.mark), f"The tier {name}")
            for arm in tier.only or ():
                self.arm(arm)
            if over is not None:
                _known_keys(over, (*SHARED, "arms"), f"The overlay of the tier {name}")
                for arm, below in (over.mapping("overlay")).get("arms", Node({}, over.mark)).mapping("arms").items():
                    self.arm(arm, at=below)
                    _known_keys(below, ARM, f"The overlay of the arm '{arm}'")
            found[name] = (tier, over)
        found.setdefault("full", (Tier(about="the budget as stated"), None))
        return {name: found[name] for name in TIERS if name in found}

    @cached_property
    def tune(self) -> Tune | None:
        """Return how the arms are tuned, where the spec says it."""
        if "tune" not in self.sections:
            return None
        tune = read_tune(self.sections["tune"])
        for arm in tune.own:
            self.arm(arm, at=self.sections["tune"].at(("arms", arm)))
        return tune

    def arm(self, name: str, at: Node | None = None) -> Node:
        """Return an arm by name, or say which ones there are."""
        if name not in self.arms:
            raise SpecItError(f"There is no arm '{name}'; {nearest(name, self.arms)}", at=at.mark if at else None)
        return self.arms[name]

    def stated(self, arm: str, tier: str = "full") -> Node:
        """Return everything that one arm states at a tier, choices still open."""
        shared = Node({k: self.sections[k] for k in SHARED if k in self.sections}, self.arm(arm).mark)
        tree = overlay(shared, self.arm(arm))
        over = self._tier(tier)[1]
        if over is not None:
            parts = over.mapping("overlay")
            tree = overlay(tree, Node({k: v for k, v in parts.items() if k != "arms"}, over.mark))
            own = parts["arms"].mapping("arms").get(arm) if "arms" in parts else None
            tree = overlay(tree, own) if own else tree
        return replace(tree, mark=self.arm(arm).mark)

    def axes(self, tier: str = "full") -> dict[str, Axis]:
        """Return every axis of every arm by name."""
        return {axis.name: axis for axis in axes(*(self.stated(arm, tier) for arm in self.arms))}

    def plan(
        self,
        tier: str = "full",
        *,
        arms: Sequence[str] | None = None,
        choose: Mapping[str, Sequence[str]] | None = None,
        readings: Literal["default", "all"] = "default",
        sweeps: Literal["default", "all"] = "default",
        everything: bool = False,
    ) -> list[Point]:
        """Return the points that a run means, in the order of the spec.

        Of a condition all options run, but for those that a tier or `choose` leaves out. Of a reading or sweep the
        tier's choice runs, else the default option; `readings` and `sweeps` open all of them, and `choose` says it
        for an axis by name. `everything` takes every option of every axis in every arm: what a claim could speak of.
        """
        stated_tier = self._tier(tier)[0]
        wanted = {name: tuple([o] if isinstance(o, str) else o) for name, o in stated_tier.choose.items()}
        wanted |= {name: tuple(options) for name, options in (choose or {}).items()}
        known = self.axes(tier)
        for name, options in wanted.items():
            if name not in known:
                raise SpecItError(f"There is no axis '{name}'; {nearest(name, known)}")
            for option in options:
                known[name].check(option)

        def pick(axis: Axis) -> list[str]:
            axis = known[axis.name]
            opened = {"reading": readings, "sweep": sweeps, "condition": "default"}[axis.kind] == "all"
            if everything or (opened and axis.name not in (choose or {})):
                return list(axis.options)
            return list(wanted.get(axis.name, axis.options if axis.kind == "condition" else (axis.default,)))

        chosen = list(arms) if arms else list((not everything and stated_tier.only) or self.arms)
        for arm in chosen:
            self.arm(arm)
        planned: list[Point] = []
        for arm in chosen:
            stated = self.stated(arm, tier)
            least = fewest_points(stated, pick)
            for selection, tree in points(stated, pick):
                if len(planned) == MAX_POINTS or least > MAX_POINTS:
                    raise SpecItError(f"The choices of {self.name} make more than {MAX_POINTS:,} points.")
                planned.append(self._point(arm, tier, selection, tree, known))
        return planned

    @cached_property
    def every_point(self) -> list[Point]:
        """Return all points of all tiers: every option of every axis in every arm."""
        return [point for tier in self.tiers for point in self.plan(tier, everything=True)]

    def completed(self) -> list[str]:
        """Return everything that some point leaves to a default, as `path = value`."""
        return sorted({line for point in self.every_point for line in point.lock.completed})

    def _point(self, arm: str, tier: str, selection: dict[str, str], tree: Node, known: dict[str, Axis]) -> Point:
        seeds = tree.mapping("arm").get("seeds")
        count = seeds.value if seeds else 1
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise SpecItError("seeds must be a whole number of at least 1.", at=seeds.mark if seeds else tree.mark)
        stated = tree.mapping("arm").get("parameters")
        return Point(
            arm=arm,
            tier=tier,
            selection=selection,
            readings={name: o for name, o in selection.items() if known[name].kind == "reading"},
            lock=make_lock(tree, self.blocks, self._networks),
            seeds=count,
            departures=self._departures(arm, tier, selection),
            tree=tree,
            parameters=stated_count(stated) if stated and stated.value is not None else None,
        )

    @cached_property
    def _networks(self) -> dict[object, Network]:
        return {}

    def _departures(self, arm: str, tier: str, selection: Mapping[str, str]) -> tuple[str, ...]:
        """Say where a tier departs from what is stated, under the same options."""

        def taken(node: Node) -> Node:
            return next(points(node, lambda axis: [selection.get(axis.name, axis.default)]))[1]

        full, scaled = map(taken, self._differing(arm, tier))
        return tuple(
            f"{path}: {there} instead of {here}"
            for path, here, there in departures(full, scaled)
            if not path.startswith("seeds")
        )

    def _differing(self, arm: str, tier: str) -> tuple[Node, Node]:
        """Return what an arm states and what it states at a tier, without what the tier leaves as it is."""
        if (arm, tier) not in self._differences:
            self._differences[arm, tier] = differing(self.stated(arm), self.stated(arm, tier))
        return self._differences[arm, tier]

    @cached_property
    def _differences(self) -> dict[tuple[str, str], tuple[Node, Node]]:
        return {}

    def sources(self) -> dict[Source, int]:
        """Count the details of data, networks with the blocks they use, and training by where they come from.

        What is stated inside the options of a choice counts too; what nobody states counts once an axis.
        """
        counts = dict.fromkeys(Source, 0)
        stated = [self.sections[key] for key in ("data", "initialise", "train") if key in self.sections]
        networks = [network for arm in self.arms.values() for network in _networks(arm)]
        inside = [layer for name in used(self.blocks, networks) for layer in self.blocks[name].layers]
        for node in [*stated, *inside, *self.arms.values()]:
            for source, _ in details(node):
                counts[source] += 1
        counts[Source.UNSTATED] = sum(axis.kind == "reading" for axis in self.axes().values())
        return counts

    def _tier(self, name: str) -> tuple[Tier, Node | None]:
        if name not in self.tiers:
            raise SpecItError(f"{self.name} has no tier '{name}'; {nearest(name, self.tiers)}")
        return self.tiers[name]

    def _check_claim(self, claim: Claim, node: Node) -> None:
        for arm in claim.speaks_of:
            self.arm(arm, at=node)
        self._check_over(claim.over, node, f"The claim '{claim.id}'")

    def _check_over(self, over: Over, node: Node, what: str) -> None:
        """Refuse an axis or an option that the spec does not have."""
        known = self.axes()
        for name, options in over.items():
            at = node.at(("over", name)).mark
            if name not in known:
                raise SpecItError(f"{what}: no axis '{name}'; {nearest(name, known)}", at=at)
            for option in [options] if isinstance(options, str) else options:
                if option not in known[name].options:
                    near = nearest(option, known[name].options)
                    raise SpecItError(f"{what}: '{name}' has no option '{option}'; {near}", at=at)


def read_spec(path: Path, name: str | None = None) -> Spec:
    """Read a spec from a file and check everything that can be checked without choosing a point."""
    spec = Spec(name or path.stem, load(path))
    _ = spec.sections, spec.paper, spec.blocks, spec.arms, spec.tiers, spec.claims, spec.figures, spec.tune
    return spec


def _networks(arm: Node) -> list[Node]:
    parts = arm.mapping("An arm")
    named = parts["networks"].mapping("networks").values() if "networks" in parts else ()
    return [*named, *([parts["network"]] if "network" in parts else [])]


def _known_keys(node: Node, known: Sequence[str], what: str) -> None:
    for key, child in node.mapping(what).items():
        if key not in known:
            raise SpecItError(f"{what} has no key '{key}'; {nearest(key, known)}", at=child.mark)
