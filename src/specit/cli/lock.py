"""`specit lock`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specit.errors import SpecItError

from .app import app
from .options import Arms, OneSpecName, TierName, Where, parse_where


@app.command()
def lock(
    spec: OneSpecName,
    tier: TierName = "full",
    arm: Arms = None,
    where: Where = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here instead of printing.")] = None,
) -> None:
    """Print the complete experiment of one point, as JSON: every argument, shapes, counts, fingerprints, hash.

    Example: specit lock coordconv/classification --arm coordconv --where split=uniform
    """
    import json
    from importlib.metadata import version

    from specit.data import make_examples
    from specit.records.atomic import write_atomically
    from specit.studies import find

    points = find(spec).plan(tier, arms=arm, choose=parse_where(where))
    if len(points) != 1:
        shown = "".join(f"\n  {point.label}" for point in points[:12])
        raise SpecItError(f"A lock is one point; --arm and --where leave {len(points)}:{shown}")
    point = points[0]
    fingerprints = {"fingerprints": make_examples(point.lock).fingerprints()} if point.lock.data else {}
    content = {
        "lock": point.lock.id,
        "spec": spec,
        "arm": point.arm,
        "point": point.selection,
        "tier": tier,
        "departures": list(point.departures),
        "statement": point.lock.statement(),
        "consequences": point.lock.consequences() | fingerprints,
        "completed": list(point.lock.completed),
        "versions": {name: version(name) for name in ("specit-ml", "torch", "numpy")},
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    if output:
        write_atomically(output, (text + "\n").encode())
        typer.echo(f"{point.lock.id}  {output}")
    else:
        typer.echo(text)
