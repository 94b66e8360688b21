"""What cannot be extracted is one sentence: what, at which line of the model, and what a spec's network is."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from specit.errors import SpecItError
from specit.extract import compare, extract

pytestmark = pytest.mark.usefixtures("one_thread")
HERE = Path(__file__).name
APART = "a network of a spec leaves its examples apart"
NOT_KNOWN = (
    "is none that a spec has a layer for; extract the parts of the model before and after it, or write this one with "
    "other layers."
)


class Function(nn.Module):
    """A function as a model, with a buffer to misuse."""

    def __init__(self, function: Callable[..., object]) -> None:
        super().__init__()
        self.function = function
        self.register_buffer("mean", torch.tensor([0.1, 0.2, 0.3, 0.4]))

    def forward(self, *inputs: Tensor) -> object:
        return self.function(*inputs)


def refusal(model: nn.Module, *shapes: tuple[int, ...]) -> str:
    with pytest.raises(SpecItError) as raised:
        extract(model, *(shapes or ((4, 6),)))
    said = str(raised.value)
    assert "\n" not in said
    assert raised.value.at is None or raised.value.at.file.endswith(HERE)
    return said


def if_positive(x: Tensor) -> Tensor:
    return x if x.sum() > 0 else -x


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (if_positive, "The model is no fixed network: what it does depends on the numbers that go in, at `return x if x.sum() > 0 else -x`. A spec describes a network that does the same for every input; extract the parts that do."),
        (lambda x: x[x > 0], "The operator aten.index.Tensor makes as many numbers as the numbers that go in say, but in a spec every shape is fixed."),
        (lambda x: torch.from_numpy(x.numpy()), "PyTorch cannot export the model, at "),
        (lambda x: x.cumsum(1), f"The operator aten.cumsum.default {NOT_KNOWN}"),
        (lambda x: x.mean(0), f"The operator aten.mean.dim mixes the examples of a batch; {APART.replace('its examples', 'them')}."),
        (lambda x: x.mean(), "The operator aten.mean.default mixes the examples of a batch"),
        (lambda x: x.flatten(0, 1), f"The operator aten.flatten.using_ints mixes the batch axis with others; {APART}."),
        (lambda x: x.transpose(0, 1), "The operator aten.transpose.int cannot be the layer Permute: axis 0 is the batch and stays first"),
        (lambda x: x.softmax(0), "The operator aten.softmax.int cannot be the layer Softmax: axis 0 is the batch"),
        (lambda x: torch.cat([x, x], 0), "The operator aten.cat.default cannot be the layer Concatenate: Input should be greater than or equal to 1"),
        (lambda x: x[1:], "The operator aten.slice.Tensor picks some examples of a batch; a network of a spec treats all alike."),
        (lambda x: x[:, ::2], "The operator aten.slice.Tensor takes every 2th entry, which the layer Slice does not."),
        (lambda x: x.clamp(min=0.5), "The operator aten.clamp.default has one bound; the vocabulary has ReLU (0) and Hardtanh (two bounds)."),
        (lambda x: x / x.exp(), f"The operator aten.exp.default {NOT_KNOWN}"),
        (lambda x: x / x.sin(), "The operator aten.div.Tensor divides by something else than a number, which no layer does."),
        (lambda x: F.pad(x, (1, 1), value=1.0), "pads with something else than zeros, for which there is no layer."),
        (lambda x: x.unsqueeze(1).expand(-1, 3, -1, -1), "repeats its input, which no layer does; Tile makes images of vectors."),
        (lambda x: F.conv2d(x[:, None], x[:, None].sin()), "takes its weight from another layer's output, so it is no parameter."),
        (lambda x: x + torch.ones(6), f"The operator aten.ones.default {NOT_KNOWN}"),
        (lambda x: None, "The model returns no tensor, so there is no network to describe."),
    ],
)  # fmt: skip
def test_functions_that_are_no_network(function: Callable[[Tensor], Tensor], words: str) -> None:
    assert words in refusal(Function(function))


def test_a_buffer_is_no_parameter() -> None:
    model = Function(lambda x: x)
    model.function = lambda x: x - model.mean[:, None]
    assert "adds up what no layer does" in refusal(model)
    model.function = lambda x: x * model.mean[:, None]
    assert "has a weight that is no parameter: 'mean' is a buffer or a constant." in refusal(model)


def test_a_weight_that_is_computed_is_no_parameter() -> None:
    said = refusal(nn.utils.parametrizations.weight_norm(nn.Linear(6, 2)))
    assert "computes with parameters alone ('parametrizations.weight.original" in said
    assert said.endswith("a weight that is computed is no parameter of a layer; state the model without it.")


def test_it_says_in_which_module_and_on_which_line() -> None:
    class Inner(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.cumsum(1)

    said = refusal(nn.Sequential(nn.Tanh(), Inner()))
    line = next(n for n, text in enumerate(Path(__file__).read_text().splitlines(), 1) if text.endswith("x.cumsum(1)"))
    assert f"{HERE}:{line}: The operator aten.cumsum.default in '1' is none" in said


def test_an_input_of_another_size() -> None:
    said = refusal(nn.Sequential(nn.Linear(3, 2)))
    assert said.startswith("The model does not take 3 examples of 4 × 6: RuntimeError: mat1 and mat2 shapes cannot be")


def test_a_batch_of_one_size_is_found_when_compared() -> None:
    model = Function(lambda x: x.reshape(3, 2, 12))
    extracted = extract(model, (4, 6))
    with pytest.raises(SpecItError, match="The model takes 3 examples but not 2, so its first axis is no batch of any"):
        compare(model, extracted)


def test_half_shared_parameters() -> None:
    one, other = nn.Linear(4, 4), nn.Linear(4, 4)
    other.weight = one.weight
    said = refusal(nn.Sequential(one, nn.Tanh(), other), (4,))
    assert said.startswith("Two layers have a part of their parameters in common ('0.weight')") or "'2.weight'" in said


def test_a_difference_is_seen() -> None:
    """The comparison bites: another weight, and the two networks are told apart."""
    model = nn.Sequential(nn.Linear(4, 3))
    extracted = extract(model, (4,))
    assert compare(model, extracted).same
    with torch.no_grad():
        extracted._state["layers.1.weight"] = extracted._state["layers.1.weight"] + 0.01
    assert not compare(model, extracted).same


def test_what_is_no_number_is_not_the_same() -> None:
    model = nn.Sequential(nn.Linear(4, 3))
    extracted = extract(model, (4,))
    extracted._state["layers.1.weight"] = torch.full((3, 4), float("nan"))
    assert not compare(model, extracted).same
