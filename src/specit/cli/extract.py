"""`specit extract`."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specit.errors import SpecItError

from .app import app

if TYPE_CHECKING:
    from specit.extract import Comparison, Extracted


@app.command()
def extract(
    target: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="package.module:attribute or path/to/file.py:attribute: a torch.nn.Module, or a class or function "
            "that makes one without arguments.",
        ),
    ],
    inputs: Annotated[
        list[str],
        typer.Option(
            "--input",
            help="An input's type and axes, the batch first: 'float32[1,3,224,224]' (again for a further input).",
            metavar="TYPE[AXES]",
        ),
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here instead of printing.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, the spec's text among it.")] = False,
) -> None:
    """Write down a PyTorch model as a spec: every layer, every argument, shapes, how parameters start.

    The spec is built again with the model's weights, and both are run on random inputs; where they differ, the exit
    code is 1. The model is described as it is in evaluation.

    Example: specit extract mypackage.models:resnet --input 'float32[1,3,224,224]' -o resnet.yaml
    """
    from specit.extract import compare
    from specit.extract import extract as extract_model
    from specit.extract.inputs import read_input
    from specit.extract.target import read_target
    from specit.records.atomic import write_atomically

    from .output import print_json

    shapes = [read_input(text) for text in inputs]
    with redirect_stdout(sys.stderr):  # what the model's own code prints is no part of the spec
        model = read_target(target)
        extracted = extract_model(model, *shapes)
        compared = compare(model, extracted)
    text = extracted.yaml(_title(target), f"Extracted from {target} for {' and '.join(inputs)}.")
    if output:
        if output.is_dir():
            raise SpecItError(f"Cannot write '{output}': that is a folder.")
        write_atomically(output, text.encode())
    if as_json:
        print_json(_as_data(target, inputs, text, extracted, compared))
    elif not output:
        typer.echo(text, nl=False)
    _summarise(extracted, compared, output)
    if not compared.same:
        raise typer.Exit(1)


def _title(target: str) -> str:
    return target.rpartition(":")[2]


def _as_data(target: str, inputs: list[str], text: str, extracted: Extracted, compared: Comparison) -> dict[str, Any]:
    return {
        "target": target,
        "inputs": inputs,
        "layers": len(extracted.network.layers),
        "parameters": extracted.network.parameters,
        "same": compared.same,
        "difference": compared.difference,
        "largest_output": compared.largest,
        "unrecognised": [{"parameter": one.origin, "numbers": one.numbers} for one in extracted.unrecognised],
        "origins": dict(extracted.origins),
        "spec": text,
    }


def _summarise(extracted: Extracted, compared: Comparison, output: Path | None) -> None:
    """Say on stderr what was extracted, what was not recognised, and whether it computes the same."""
    network = extracted.network
    where = f", in {output}" if output else ""
    typer.echo(f"{len(network.layers)} layers, {network.parameters:,} parameters{where}.", err=True)
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
