"""From a spec to its appendix, as plain data."""

from __future__ import annotations

from collections.abc import Sequence

from specit.spec.document import Point, Spec
from specit.spec.lock import canonical
from specit.spec.origins import origins, traced

from .claims import claims_table
from .content import Appendix, Row, Section, Table, cell
from .layers import layer_table
from .marks import legend
from .points import described
from .readings import readings_table
from .settings import Sources, settings_table


def compose_appendix(spec: Spec, arms: Sequence[str] | None = None) -> Appendix:
    """Return everything that a spec states of some arms, or of all, at the budget it states (the tier full).

    Conditions stand with all their options; of a reading or a sweep the default option does, and every other one is
    listed with what it sets.
    """
    spec = traced(spec)
    chosen = list(arms) if arms else list(spec.arms)
    points = spec.plan(arms=chosen)
    stated = [(point, origins(spec, point)) for point in points]
    sections = [
        Section("Experiments", [_experiments(points)]),
        Section("Networks", _networks(stated), "Places are counted from 0; shapes are without the batch."),
    ]
    for title, section in (("Data", "data"), ("Initial values", "initialise"), ("Training", "train")):
        sections.append(Section(title, [settings_table("", section, stated)]))
    for title, kind, text in (
        ("Conditions", "condition", "Every option is run."),
        (
            "Unstated",
            "reading",
            "What nobody states, and how it may be read. The tables above take what the code takes, else the first.",
        ),
        ("Sweeps", "sweep", "The options that are searched. The tables above take one of them."),
    ):
        sections.append(Section(title, [readings_table(spec, chosen, kind, "")], text))
    claims = [claim for claim in spec.claims if not arms or _speaks_of(claim, chosen)]
    sections += [
        Section("Departures", [_departures(spec, chosen)], "Where a smaller budget departs from what is stated."),
        Section("Claims", [claims_table(claims)]),
    ]
    full = [section for section in sections if any(table.rows for table in section.tables)]
    cite = spec.paper.cite + (f", section {spec.paper.section}" if spec.paper.section else "") if spec.paper else ""
    return Appendix(spec.title, cite, " ".join(spec.about.split()), legend(full), full)


def _speaks_of(claim: object, arms: Sequence[str]) -> bool:
    named = {getattr(claim, "arm", None), getattr(claim, "to", None), *getattr(claim, "arms", ())}
    return bool(named & set(arms))


def _experiments(points: Sequence[Point]) -> Table:
    rows = [
        Row(
            (
                cell(point.arm),
                cell(", ".join(f"{axis}={option}" for axis, option in point.selection.items())),
                cell(f"{point.lock.parameters:,}"),
                cell(str(point.seeds)),
                cell(point.lock.id[:12]),
            )
        )
        for point in points
    ]
    return Table("", ("Arm", "Options", "Parameters", "Seeds", "Lock"), rows, (5, 9, 3, 2, 4))


def _networks(stated: Sequence[tuple[Point, Sources]]) -> list[Table]:
    """Return every distinct network once, said to be for the points that have it."""
    found: dict[str, tuple[str, list[Point], Sources]] = {}
    for point, sources in stated:
        for name, network in point.lock.networks.items():
            marks = sorted((path[2:], source) for path, source in sources.items() if path[:2] == ("networks", name))
            own = {".".join(map(str, way)): source.value for way, source in marks} if marks else {}
            key = canonical([name, network.stated(), own])
            found.setdefault(key, (name, [], sources))[1].append(point)
    every = [point for point, _ in stated]
    tables = []
    for name, points, sources in found.values():
        network = points[0].lock.networks[name]
        whose = described(points, every) or ("all" if len({point.arm for point in every}) > 1 else points[0].arm)
        called = "" if len(points[0].lock.networks) == 1 else f"{name} of "
        tables.append(layer_table(f"{called}{whose}: {network.parameters:,} parameters", name, network, sources))
    return tables


def _departures(spec: Spec, arms: Sequence[str]) -> Table:
    rows = []
    for tier, (about, _) in spec.tiers.items():
        if tier == "full":
            continue
        kept = [arm for arm in about.only or spec.arms if arm in arms]
        said: dict[str, list[Point]] = {}
        points = spec.plan(tier, arms=kept) if kept else []
        for point in points:
            for line in point.departures:
                said.setdefault(line, []).append(point)
        left = [arm for arm in arms if arm not in kept]
        runs = [f"runs {', '.join(kept) or 'none of these arms'}"] if left else []
        chosen = [f"{axis}: {o if isinstance(o, str) else ', '.join(o)}" for axis, o in about.choose.items()]
        rows.append(Row((cell(tier), cell("; ".join([about.about, *runs, *chosen])), cell(""))))
        rows += [Row((cell(""), cell(line), cell(described(held, points)))) for line, held in said.items()]
    return Table("", ("Tier", "Departs", "For"), rows, (2, 12, 6))
