"""A model as PyTorch exports it: a fixed graph of operators, or one sentence that says what is not fixed."""

from __future__ import annotations

import linecache
import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO

import torch
from torch import Tensor, nn
from torch.export import ExportedProgram
from torch.fx.experimental.symbolic_shapes import GuardOnDataDependentSymNode

from specit.errors import SpecItError
from specit.spec.layers import Layer
from specit.spec.layers.layer import Shape, show

from .leaves import kept_whole
from .where import mark_of_error

BATCH = 3
"""How many examples the model is exported with: a number that is seldom another axis' size."""


@dataclass(frozen=True)
class Exported:
    """The graph of operators, and by path the modules that stand in it as one layer each."""

    program: ExportedProgram
    whole: dict[str, tuple[str, Layer]]


def examples(shapes: Sequence[Shape], count: int, seed: int = 0) -> list[Tensor]:
    """Return inputs of random numbers, `count` examples each."""
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(count, *shape, generator=generator) for shape in shapes]


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Let a model be as it is after training, and afterwards be as it was."""
    before = {module: module.training for module in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for module, training in before.items():
            module.training = training


def export(model: nn.Module, shapes: Sequence[Shape]) -> Exported:
    """Export a model that takes inputs of these shapes (without the batch axis), in evaluation."""
    inputs = examples(shapes, BATCH)
    with evaluating(model), torch.no_grad():
        _try(model, inputs)
        with kept_whole(model) as whole, _quietly():
            try:
                program = torch.export.export(model, tuple(inputs), strict=False)
            except Exception as error:
                raise _dynamic(error) from None
    return Exported(program, whole)


def _try(model: nn.Module, inputs: Sequence[Tensor]) -> None:
    """Run the model once, so that what it cannot take is told apart from what cannot be exported."""
    try:
        model(*inputs)
    except Exception as error:
        given = " and ".join(show(tuple(x.shape[1:])) for x in inputs)
        raise SpecItError(
            f"The model does not take {len(inputs[0])} examples of {given}: {_first_line(error)}",
            at=mark_of_error(error.__traceback__),
        ) from None


def _dynamic(error: Exception) -> SpecItError:
    at = mark_of_error(error.__traceback__)
    code = linecache.getline(at.file, at.line).strip() if at else ""
    here = f", at `{code}`" if code else ""
    if isinstance(error, GuardOnDataDependentSymNode):
        return SpecItError(
            f"The model is no fixed network: what it does depends on the numbers that go in{here}. A spec describes a "
            "network that does the same for every input; extract the parts that do.",
            at=at,
        )
    return SpecItError(
        f"PyTorch cannot export the model{here}: {_first_line(error)} A spec is made of what torch.export gives.",
        at=at,
    )


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    return text if text.endswith((".", "!", "?")) else text + "."


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep back what PyTorch prints on its way to an error; the error itself is told."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
