"""From PyTorch to a spec: any model that torch.export can export, as data, with its weights."""

from __future__ import annotations

from torch import nn

from specit.spec.layers.layer import Shape

from .draw import draw
from .export import export
from .extracted import Extracted as Extracted
from .extracted import put_together
from .finish import finish
from .verify import Comparison as Comparison
from .verify import compare as compare


def extract(model: nn.Module, *inputs: Shape) -> Extracted:
    """Return the network that a model is, in evaluation, for inputs of these shapes (without the batch axis).

    Raises `SpecItError` in one sentence for a model that is no fixed network, has an operator no layer stands for, or
    mixes the examples of a batch.

    >>> from torch import nn
    >>> extracted = extract(nn.Sequential(nn.Linear(3, 2), nn.Tanh()), (3,))
    >>> [placed.name for placed in extracted.network.layers]
    ['Input', 'Linear', 'Tanh']
    >>> extracted.origins["layers.1.weight"]
    '0.weight'
    """
    exported = export(model, inputs)
    return put_together(*finish(*draw(model, exported)), lambda held: model.get_submodule(held.name.rpartition(".")[0]))
