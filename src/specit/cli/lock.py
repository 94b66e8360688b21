"""`specit lock`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specit.errors import SpecItError

from .app import app
from .options import Arms, TierName, Where, parse_where


@app.command()
def lock(
    spec: Annotated[
        str,
        typer.Argument(
            metavar="SPEC", help="One spec: a name from `specit list`, or a .yaml file. With --verify, or a study."
        ),
    ],
    tier: TierName = "full",
    arm: Arms = None,
    where: Where = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here instead of printing.")] = None,
    verify: Annotated[
        Path | None,
        typer.Option("--verify", help="Rebuild the lock in this file; fail if it is another one now.", metavar="FILE"),
    ] = None,
) -> None:
    """Print the complete experiment of one point, as JSON: every argument, shapes, counts, fingerprints, hash.

    Example: specit lock coordconv/classification --arm coordconv --where split=uniform

    With --verify, the lock that FILE was made from is rebuilt and compared: one that this command wrote, or a
    lock.json beside runs. Exit code 0: the same, 1: a difference, 2: a mistake.
    """
    import json
    from importlib.metadata import version

    from specit.check.verify import content_of
    from specit.records.atomic import write_atomically
    from specit.studies import find

    if verify:
        if arm or where or output:
            raise SpecItError("--verify takes the arm and its options from the file; leave out --arm, --where and -o.")
        _verify(spec, verify)
        return
    points = find(spec).plan(tier, arms=arm, choose=parse_where(where))
    if len(points) != 1:
        shown = "".join(f"\n  {point.label}" for point in points[:12])
        raise SpecItError(f"A lock is one point; --arm and --where leave {len(points)}:{shown}")
    point = points[0]
    versions = {name: version(name) for name in ("specit-ml", "torch", "numpy")}
    content = content_of(point)
    content = {"lock": content.pop("lock"), "spec": spec, **content, "versions": versions}
    text = json.dumps(content, indent=1, ensure_ascii=False)
    if output:
        write_atomically(output, (text + "\n").encode())
        typer.echo(f"{point.lock.id}  {output}")
    else:
        typer.echo(text)


def _verify(name: str, file: Path) -> None:
    from specit.check.verify import verify
    from specit.studies import find_all

    verified = verify(file, find_all(name))
    for sentence in verified.wrong:
        typer.echo(sentence)
    if verified.wrong:
        raise typer.Exit(1)
    assert verified.point
    typer.echo(f"{verified.point.lock.id}  {file}: the same, {verified.point.label}")
