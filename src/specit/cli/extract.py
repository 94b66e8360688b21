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
    from torch import nn

    from specit.extract import Comparison, Extracted
    from specit.spec.layers import Shape


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
    from specit.extract.inputs import read_input
    from specit.records.atomic import write_atomically

    from .output import print_json

    inputs = inputs or []
    shapes = [read_input(text) for text in inputs]
    trained, batch = None, None
    if _is_onnx(target):
        extracted, compared, inputs, batch = _from_file(Path(target), shapes, training)
    else:
        model, extracted, compared = _from_model(target, shapes)
        if training:
            from specit.extract.training import extract_training, read_setup

            with redirect_stdout(sys.stderr):  # as what the model's own code prints
                trained = extract_training(read_setup(training), extracted, model)
    setup = f", trained as in {training}" if training else ""
    text = (trained or extracted).yaml(_title(target), f"Extracted from {target} for {' and '.join(inputs)}{setup}.")
    if output:
        if output.is_dir():
            raise SpecItError(f"Cannot write '{output}': that is a folder.")
        write_atomically(output, text.encode())
    if as_json:
        found = {"training": {"found": trained.found, "unstated": trained.open}} if trained else {}
        print_json({**_as_data(target, inputs, text, extracted, compared), **found})
    elif not output:
        typer.echo(text, nl=False)
    _summarise(extracted, compared, output)
    if batch is not None:
        typer.echo(f"The file takes batches of {batch} alone, so they were compared at that size.", err=True)
    if trained:
        typer.echo(trained.found, err=True)
        typer.echo(f"{len(trained.open)} of its details the setup does not say: {', '.join(trained.open)}.", err=True)
    if not compared.same:
        raise typer.Exit(1)


def _from_file(
    path: Path, shapes: list[Shape], training: str | None
) -> tuple[Extracted, Comparison, list[str], int | None]:
    """Return what is in an ONNX file, its inputs, and the size of its batch, where it takes but one."""
    from specit.extract.onnx import extract_file

    if training:
        raise SpecItError("--training goes with a PyTorch model; the parameters of an ONNX file are in no optimiser.")
    found = extract_file(path, *shapes)
    return found.extracted, found.compared, found.inputs, found.sizes.batch


def _from_model(target: str, shapes: list[Shape]) -> tuple[nn.Module, Extracted, Comparison]:
    from specit.extract import compare, extract
    from specit.extract.target import read_target

    if not shapes:
        raise SpecItError(
            "A model does not say what goes into it: give its inputs, as in --input 'float32[1,3,224,224]'."
        )
    with redirect_stdout(sys.stderr):  # what the model's own code prints is no part of the spec
        model = read_target(target)
        extracted = extract(model, *shapes)
        return model, extracted, compare(model, extracted)


def _is_onnx(target: str) -> bool:
    return target.lower().endswith(".onnx")


def _title(target: str) -> str:
    return Path(target).stem if _is_onnx(target) else target.rpartition(":")[2]


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
