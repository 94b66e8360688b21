"""What a name stands for, extracted whole: a model of somebody's code or an ONNX file, as the text of a spec."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from torch import nn

from specit.errors import SpecItError
from specit.spec.layers import Shape

from . import extract
from .extracted import Extracted
from .inputs import read_input
from .target import read_target
from .verify import Comparison, compare

if TYPE_CHECKING:
    from .training import ExtractedTraining


@dataclass(frozen=True)
class Description:
    """A model as a spec's `text`. `batch` is the size of batches that an ONNX file takes, where it takes but one."""

    text: str
    inputs: Sequence[str]
    extracted: Extracted
    compared: Comparison
    trained: ExtractedTraining | None = None
    batch: int | None = None


def is_onnx(target: str) -> bool:
    """Return whether a target is an ONNX file and no module's attribute."""
    return target.lower().endswith(".onnx")


def describe(target: str, inputs: Sequence[str], training: str | None = None) -> Description:
    """Extract what a target names, for inputs as on the command line, and perhaps what a setup trains it with.

    What the model's own code prints goes to stderr, for it is no part of the spec.
    """
    shapes = [read_input(text) for text in inputs]
    if is_onnx(target):
        return _file(target, shapes, training)
    if not shapes:
        raise SpecItError(
            "A model does not say what goes into it: give its inputs, as in --input 'float32[1,3,224,224]'."
        )
    with redirect_stdout(sys.stderr):
        model = read_target(target)
        extracted = extract(model, *shapes)
        compared = compare(model, extracted)
        trained = _training(training, extracted, model) if training else None
    setup = f", trained as in {training}" if training else ""
    about = f"Extracted from {target} for {' and '.join(inputs)}{setup}."
    text = (trained or extracted).yaml(target.rpartition(":")[2], about)
    return Description(text, inputs, extracted, compared, trained)


def _file(target: str, shapes: Sequence[Shape], training: str | None) -> Description:
    from .onnx import extract_file

    if training:
        raise SpecItError("--training goes with a PyTorch model; the parameters of an ONNX file are in no optimiser.")
    found = extract_file(Path(target), *shapes)
    about = f"Extracted from {target} for {' and '.join(found.inputs)}."
    text = found.extracted.yaml(Path(target).stem, about)
    return Description(text, found.inputs, found.extracted, found.compared, batch=found.sizes.batch)


def _training(setup: str, extracted: Extracted, model: nn.Module) -> ExtractedTraining:
    from .training import extract_training, read_setup

    return extract_training(read_setup(setup), extracted, model)
