"""`specit extract`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specit.errors import SpecItError

from .app import app

if TYPE_CHECKING:
    from specit.extract.describe import Description


@app.command()
def extract(
    target: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="package.module:attribute or path/to/file.py:attribute: a torch.nn.Module, or a class or function "
            "that makes one without arguments; or path/to/file.onnx.",
        ),
    ],
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            help="An input's type and axes, the batch first: 'float32[1,3,224,224]' (again for a further input). An "
            "ONNX file needs it where it leaves sizes open.",
            metavar="TYPE[AXES]",
        ),
    ] = None,
    training: Annotated[
        str | None,
        typer.Option(
            "--training",
            help="package.module:setup: a function without arguments that returns what the model is trained with, "
            "a dict or an object with at least 'optimizer'. Which fields it may have: docs/extract.md.",
            metavar="SETUP",
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here instead of printing.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, the spec's text among it.")] = False,
) -> None:
    """Write down a PyTorch model or an ONNX file as a spec: every layer, every argument, shapes, how parameters start.

    The spec is built again with the model's weights, and both are run on random inputs; where they differ, the exit
    code is 1. The model is described as it is in evaluation. An ONNX file is run by onnxruntime.

    Example: specit extract mypackage.models:resnet --input 'float32[1,3,224,224]' -o resnet.yaml

    Example: specit extract resnet.onnx -o resnet.yaml
    """
    from specit.extract.describe import describe
    from specit.records.atomic import write_atomically

    from .output import print_json

    found = describe(target, inputs or [], training)
    if output:
        if output.is_dir():
            raise SpecItError(f"Cannot write '{output}': that is a folder.")
        write_atomically(output, found.text.encode())
    if as_json:
        print_json(_as_data(target, found))
    elif not output:
        typer.echo(found.text, nl=False)
    _summarise(found, output)
    if not found.compared.same:
        raise typer.Exit(1)


def _as_data(target: str, found: Description) -> dict[str, Any]:
    extracted, compared, trained = found.extracted, found.compared, found.trained
    return {
        "target": target,
        "inputs": list(found.inputs),
        "layers": len(extracted.network.layers),
        "parameters": extracted.network.parameters,
        "same": compared.same,
        "difference": compared.difference,
        "largest_output": compared.largest,
        "unrecognised": [{"parameter": one.origin, "numbers": one.numbers} for one in extracted.unrecognised],
        "origins": dict(extracted.origins),
        "spec": found.text,
        **({"training": {"found": trained.found, "unstated": trained.open}} if trained else {}),
    }


def _summarise(found: Description, output: Path | None) -> None:
    """Say on stderr what was extracted, what was not recognised, and whether it computes the same."""
    extracted, compared, trained = found.extracted, found.compared, found.trained
    where = f", in {output}" if output else ""
    typer.echo(f"{len(extracted.network.layers)} layers, {extracted.network.parameters:,} parameters{where}.", err=True)
    if extracted.unrecognised:
        typer.echo(f"No initialiser recognised for {len(extracted.unrecognised)} parameters:", err=True)
        for one in extracted.unrecognised:
            typer.echo(f"  {one}", err=True)
    if compared.same:
        typer.echo(
            f"Built again with its weights, it computes the same: outputs differ by {compared.difference:.1g} at most, "
            f"the largest being {compared.largest:.3g}.",
            err=True,
        )
    else:
        typer.echo(
            f"Built again with its weights, it does NOT compute the same: outputs differ by {compared.difference:.3g}, "
            f"the largest being {compared.largest:.3g}. Do not rely on this spec; something the model does was missed.",
            err=True,
        )
    if found.batch is not None:
        typer.echo(f"The file takes batches of {found.batch} alone, so they were compared at that size.", err=True)
    if trained:
        typer.echo(trained.found, err=True)
        typer.echo(f"{len(trained.open)} of its details the setup does not say: {', '.join(trained.open)}.", err=True)
