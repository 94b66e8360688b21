"""`specit export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specit.errors import SpecItError, nearest

from .app import app
from .options import Arms, OneSpecName, TierName, Where, parse_where

if TYPE_CHECKING:
    from specit.spec.document import Point
    from specit.spec.lock import Lock

CLOSE = 1e-4
"""How far onnxruntime may be from PyTorch, of the largest number of an output, before something must be wrong."""


@app.command()
def export(
    spec: OneSpecName,
    to: Annotated[
        str, typer.Option(help="torch: a Python file that stands alone; onnx: with weights.", metavar="FORM")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.", metavar="FILE")],
    arm: Arms = None,
    where: Where = None,
    tier: TierName = "full",
    network: Annotated[
        str | None, typer.Option(help="Which network, where an arm has several.", metavar="NAME")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The seed of the weights, for onnx.")] = 0,
) -> None:
    """Write a network for those who do not have SpecIt.

    torch: a file of PyTorch with class Network and initialise(network, seed), which gives the numbers that a run of
    that seed starts with. It imports torch, and coordconv where a layer needs it. onnx: the network with those numbers,
    for batches of any size; compared with onnxruntime where that is installed. Records keep no weights, so what is
    exported is untrained.

    Example: specit export coordconv/classification --arm coordconv --where split=uniform --to torch -o painter.py
    """
    from specit.studies import find

    if to not in ("torch", "onnx"):
        raise SpecItError(f"A network is exported --to torch or onnx, not '{to}'; {nearest(to, ('torch', 'onnx'))}")
    if not output.parent.is_dir():
        raise SpecItError(f"There is no folder '{output.parent}' to write '{output.name}' into.")
    read = find(spec)
    points = read.plan(tier, arms=arm, choose=parse_where(where))
    name = _network(points[0].lock, network)
    distinct: dict[str, Point] = {}
    for point in points:
        if name in point.lock.networks:
            distinct.setdefault(_key(point.lock, name), point)
    if len(distinct) != 1:
        shown = "".join(f"\n  {point.label}" for point in list(distinct.values())[:12])
        raise SpecItError(f"One network is exported; --arm and --where leave {len(distinct)} different ones:{shown}")
    point = next(iter(distinct.values()))
    lock = point.lock
    if to == "torch":
        from specit.export.torch_file import torch_source
        from specit.records.atomic import write_atomically

        one = f"{spec}: {point.label}" if len(points) == 1 else f"{spec}: {point.arm}"
        source = torch_source(lock, name, f"{read.title} ({one}).")
        write_atomically(output, source.encode())
        typer.echo(f"{output}  {lock.networks[name].parameters:,} parameters, lock {lock.id[:12]}")
    else:
        _write_onnx(lock, name, seed, output)


def _network(lock: Lock, wanted: str | None) -> str:
    names = list(lock.networks)
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted is None:
        raise SpecItError(f"This arm has {len(names)} networks: say which with --network {' or '.join(names)}.")
    if wanted not in names:
        raise SpecItError(f"There is no network '{wanted}'; {nearest(wanted, names)}")
    return wanted


def _key(lock: Lock, name: str) -> str:
    """Return what an exported network depends on; points that differ in data or training alone share it."""
    from specit.spec.lock import canonical

    statement = lock.statement()
    return canonical([statement["networks"][name], statement["initialise"]])


def _write_onnx(lock: Lock, name: str, seed: int, output: Path) -> None:
    from specit.export.onnx_file import largest_difference, write_onnx

    built = write_onnx(lock, name, seed, output)
    size = f"{output.stat().st_size:,} bytes"
    typer.echo(f"{output}  {size}, untrained weights of seed {seed}, lock {lock.id[:12]}")
    difference = largest_difference(built, output)
    if difference is None:
        typer.echo("Not checked: onnxruntime is not installed.")
    elif difference <= CLOSE:
        typer.echo(f"onnxruntime computes the same: the largest difference is {difference:.1e} of the largest output.")
    else:
        typer.echo(f"onnxruntime computes something else: it differs by {difference:.1e} of the largest output.")
        raise typer.Exit(1)
