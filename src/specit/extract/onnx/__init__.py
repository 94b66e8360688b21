"""From an ONNX file to a spec: the graph as layers with the file's weights, compared with what onnxruntime computes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch

from specit.spec.layers import Shape

from ..export import BATCH, examples
from ..extracted import Extracted, put_together
from ..finish import finish
from ..verify import COUNTS, Comparison, compare
from .apart import tell_apart
from .draw import draw
from .names import origin
from .ports import Sizes, sizes
from .read import read_file
from .session import Session


@dataclass(frozen=True)
class FromFile:
    """What was extracted from a file, the sizes of its inputs, and how it compares with the file."""

    extracted: Extracted
    sizes: Sizes
    compared: Comparison

    @property
    def inputs(self) -> list[str]:
        """Return the inputs as they would be given on the command line."""
        batch = self.sizes.batch or 1
        return [f"float32[{','.join(map(str, (batch, *shape)))}]" for shape in self.sizes.shapes]


def extract_file(path: Path, *shapes: Shape) -> FromFile:
    """Return the network that an ONNX file is; `shapes` (without the batch axis) are needed where it leaves them open.

    Raises `SpecItError` in one sentence for a file that is none or is damaged, a node that no layer stands for, and
    a graph that mixes the examples of a batch.
    """
    file = read_file(path)
    found = sizes(file, shapes)
    batch = found.batch or BATCH
    sketch, returned = draw(file, found.shapes, batch)
    tell_apart(sketch)
    network, drawn = finish(sketch, returned)
    drawn = [replace(layer, path=origin(layer)) for layer in drawn]
    extracted = put_together(network, drawn, lambda held: None)
    session = Session(path)
    with torch.inference_mode():
        session(*examples(found.shapes, batch))
    compared = compare(session, extracted, counts=(batch,) if found.batch else COUNTS)
    return FromFile(extracted, found, compared)
