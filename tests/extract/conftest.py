"""What every extraction is held to, found out without the package's own comparison."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from specit.build import BuiltNetwork
from specit.extract import Extracted, extract
from specit.spec.document import Spec
from specit.spec.load import parse

Extract = Callable[..., Extracted]


def outputs(made: Any) -> list[Tensor]:
    """The tensors of what a model returns: one, a tuple, or a dataclass that is a mapping."""
    if isinstance(made, Tensor):
        return [made]
    values = made.values() if hasattr(made, "values") else made
    return [tensor for tensor in values if isinstance(tensor, Tensor)]


@pytest.fixture
def extract_same() -> Extract:
    """Extract a model; its spec, read back from YAML, must compute the same with the same weights."""

    def check(model: nn.Module, *shapes: tuple[int, ...]) -> Extracted:
        extracted = extract(model, *shapes)
        (point,) = Spec("model", parse(extracted.yaml("A model"), "model.yaml")).plan()
        network = point.lock.networks["network"]
        assert network.stated() == extracted.network.stated()
        assert point.lock.completed == ()
        assert network.parameters == sum(p.numel() for p in model.parameters() if p.requires_grad)
        built = BuiltNetwork(network)
        built.load_state_dict(extracted.weights())
        generator = torch.Generator().manual_seed(7)
        inputs = [torch.randn(4, *shape, generator=generator) for shape in shapes]
        with torch.inference_mode():
            theirs = outputs(model.eval()(*[x.clone() for x in inputs]))
            ours = outputs(built.eval()(*inputs))
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert one.shape == other.shape
            assert torch.allclose(one, other, rtol=1e-4, atol=1e-5 * float(other.abs().max()))
        return extracted

    return check
