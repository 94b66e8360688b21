"""Parameters stated number by number, at a layer or for every layer of a kind."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from specit.build.initialise import initialise
from specit.build.network import BuiltNetwork
from specit.errors import SpecItError
from specit.spec.blocks import read_blocks
from specit.spec.document import Spec
from specit.spec.initialise import read_initialisers
from specit.spec.initialisers import Constant, Values, read_initialiser
from specit.spec.load import parse
from specit.spec.network import read_network

KNOWN = (
    "he_normal, he_normal_fan_out, he_uniform, lecun_normal, lecun_uniform, normal, ones, orthogonal, pytorch_default, "
    "truncated_normal, uniform, xavier_normal, xavier_uniform, zeros"
)
LINEAR = "Linear: {in_features: 2, out_features: 3, bias: true}"
CONV = "Conv2d: {in_channels: 2, out_channels: 3, kernel_size: 1, bias: false}"
WIDE = "Conv2d: {in_channels: 1, out_channels: 1, kernel_size: [2, 3], bias: true}"


def built(layers: str, section: str = "", shape: tuple[int, ...] = (2,)) -> BuiltNetwork:
    """Build a network whose every parameter was NaN, from layers and an `initialise:` section."""
    stated = read_network(parse(f"- Input: {{shape: {list(shape)}}}\n{layers}", "net.yaml"), {}, shape)
    initialisers, _ = read_initialisers(parse(section, "section.yaml") if section else None, {"network": stated})
    made = BuiltNetwork(stated)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.fill_(math.nan)
    initialise(made, initialisers, seed=0)
    return made


def numbers(made: BuiltNetwork, layer: int, parameter: str) -> Any:
    tensor = getattr(made.layers[layer], parameter)
    assert isinstance(tensor, torch.Tensor)
    return tensor.tolist()


def test_numbers_at_a_layer() -> None:
    made = built(f"- {LINEAR}\n  initialise: {{weight: [[1, -2], [0.5, 0], [3, 1.0e+30]], bias: 7}}")
    assert numbers(made, 1, "weight") == [[1, -2], [0.5, 0], [3, torch.tensor(1e30).item()]]
    assert numbers(made, 1, "bias") == [7, 7, 7]
    x = torch.tensor([[2.0, 3.0]])
    assert built(f"- {LINEAR}\n  initialise: {{weight: [[1, -2], [0.5, 0], [3, 1]], bias: [0, 1, 2]}}")(x).tolist() == [
        [2 - 6, 1 + 1, 6 + 3 + 2]
    ]


def test_a_layers_own_numbers_come_before_the_sections() -> None:
    made = built(
        f"- {LINEAR}\n  initialise: {{weight: 2}}\n- Linear: {{in_features: 3, out_features: 2}}",
        "{Linear: {weight: ones, bias: -1}}",
    )
    assert numbers(made, 1, "weight") == [[2, 2]] * 3
    assert numbers(made, 2, "weight") == [[1, 1, 1]] * 2
    assert numbers(made, 1, "bias") == [-1] * 3


@pytest.mark.parametrize("nested", ["[[1, 2], [3, 4], [5, 6]]", "[[[1], [2]], [[3], [4]], [[5], [6]]]", "[[[[1]], [[2]]], [[[3]], [[4]]], [[[5]], [[6]]]]"])  # fmt: skip
@pytest.mark.parametrize("where", ["layer", "section"])
def test_trailing_axes_of_one_may_be_left_out(nested: str, where: str) -> None:
    layers, section = f"- {CONV}", f"{{Conv2d: {{weight: {nested}}}}}"
    if where == "layer":
        layers, section = f"{layers}\n  initialise: {{weight: {nested}}}", ""
    weight = numbers(built(layers, section, (2, 4, 4)), 1, "weight")
    assert weight == [[[[1]], [[2]]], [[[3]], [[4]]], [[[5]], [[6]]]]


def test_a_kernels_axes_are_rows_then_columns() -> None:
    made = built(f"- {WIDE}\n  initialise: {{weight: [[[[1, 2, 3], [4, 5, 6]]]], bias: [0.5]}}", shape=(1, 2, 3))
    image = torch.arange(6.0).view(1, 1, 2, 3)
    assert made(image).item() == sum(weight * pixel for weight, pixel in zip(range(1, 7), range(6), strict=True)) + 0.5


NESTED = st.recursive(st.floats(-1e30, 1e30), lambda inner: st.lists(inner, min_size=1, max_size=3), max_leaves=9)  # fmt: skip


@settings(derandomize=True, deadline=None)
@given(NESTED.filter(lambda value: isinstance(value, list)))
def test_nested_lists_are_what_torch_makes_of_them(value: list[Any]) -> None:
    node = parse(repr(value))
    try:
        expected = torch.tensor(value, dtype=torch.float64)
    except (ValueError, TypeError):
        with pytest.raises(SpecItError, match="lists of a parameter's numbers differ in length"):
            read_initialiser(node)
        return
    name, read = read_initialiser(node)
    assert isinstance(read, Values)
    assert (name, read.shape) == ("values", tuple(expected.shape))
    assert list(read.numbers) == expected.flatten().tolist()


def test_one_number_is_the_same_everywhere() -> None:
    assert read_initialiser(parse("-3")) == ("constant", Constant(value=-3.0))
    assert read_initialiser(parse("2.5")) == ("constant", Constant(value=2.5))
    assert numbers(built(f"- {LINEAR}", "{Linear: {weight: 2.5, bias: 0}}"), 1, "weight") == [[2.5, 2.5]] * 3


def test_in_a_block_a_number_may_be_a_parameter() -> None:
    text = "{line: {with: [w, b], layers: [{Linear: {in_features: 2, out_features: 1}, initialise: {weight: [[$w, $(0 - b)]], bias: $b}}]}}"
    stated = read_network(parse("- Input: {shape: [2]}\n- line: {w: 0.5, b: 3}"), read_blocks(parse(text)), (2,))
    assert stated.layers[1].stated()["initialise"] == {
        "weight": {"values": {"shape": [1, 2], "numbers": [0.5, -3.0]}},
        "bias": {"constant": {"value": 3.0}},
    }


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("{weight: [1, 2]}", "The weight of Linear holds 3 × 2 numbers, but 2 are stated (6 are needed, 2 given)."),
        ("{weight: [[1, 2, 3], [4, 5, 6]]}", "The weight of Linear holds 3 × 2 numbers, but 2 × 3 are stated (6 are needed, 6 given)."),
        ("{weight: [[[1], [2]], [[3], [4]], [[5], [6]]]}", "The weight of Linear holds 3 × 2 numbers, but 3 × 2 × 1 are stated (6 are needed, 6 given)."),
        ("{bias: [1]}", "The bias of Linear holds 3 numbers, but 1 are stated (3 are needed, 1 given)."),
        ("{weight: [[1, 2], [3]]}", "The lists of a parameter's numbers differ in length: 2 and 1."),
        ("{weight: [[1, 2], 3, 4]}", "The lists of a parameter's numbers differ in length: 2 and a single number."),
        ("{weight: []}", "A list of a parameter's numbers is empty."),
        ("{weight: [[1, 2], []]}", "A list of a parameter's numbers is empty."),
        ("{bias: [1, .nan, 2]}", "A parameter's numbers are numbers, not the text '.nan'."),
        ("{bias: [1, true, 2]}", "A parameter's numbers are numbers, not true."),
        ("{bias: [1, ~, 2]}", "A parameter's numbers are numbers, not nothing."),
        ("{bias: [1, {zeros: {}}, 2]}", "A parameter's numbers are numbers, not a mapping."),
        ("{bias: [1, -1.0e+39, 2]}", "The number -1e+39 is too large for a parameter (float32)."),
        ("{bias: 4.0e+38}", "The number 4e+38 is too large for a parameter (float32)."),
        ("{bias: true}", "An initialiser must be a number, a list of numbers or a name with its arguments, not true."),
        ("{bias: }", "An initialiser must be a number, a list of numbers or a name with its arguments, not nothing."),
        ("{bias: .inf}", f"Unknown initialiser '.inf'; known: {KNOWN}"),
        ("{bias: zero}", "Unknown initialiser 'zero'; did you mean 'zeros'?"),
        ("{bias: {constant: {value: 1}}}", f"Unknown initialiser 'constant'; known: {KNOWN}"),
    ],
)  # fmt: skip
def test_numbers_that_do_not_fit(at: str, words: str) -> None:
    """The same sentence, whether they stand at the layer or in the section."""
    with pytest.raises(SpecItError) as raised:
        built(f"- {LINEAR}\n  initialise: {at}")
    assert str(raised.value) == f"net.yaml:3: {words}"
    with pytest.raises(SpecItError) as raised:
        built(f"- {LINEAR}", f"Linear:\n  {at}")
    assert str(raised.value) == f"section.yaml:2: {words}"


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (f"- {LINEAR}\n  initialise: {{wieght: 1}}", "This Linear has no parameter 'wieght'; did you mean 'weight'?"),
        ("- Linear: {in_features: 2, out_features: 3, bias: false}\n  initialise: {bias: 1}", "This Linear has no parameter 'bias'; known: weight"),
        ("- ReLU: {}\n  initialise: {weight: 1}", "This ReLU has no parameter 'weight'; it has none."),
        ("- ReLU: {}\n  initialise: zeros", "initialise, at ReLU, must be a mapping (key: value), not the text 'zeros'."),
        ("- ReLU: {}\n  initialise:", "initialise, at ReLU, must be a mapping (key: value), not nothing."),
    ],
)  # fmt: skip
def test_parameters_that_a_layer_does_not_have(layers: str, words: str) -> None:
    with pytest.raises(SpecItError) as raised:
        built(layers)
    assert str(raised.value) == f"net.yaml:3: {words}"


def test_nothing_under_initialise_states_nothing() -> None:
    made = built("- {ReLU: {}, initialise: {}}")
    assert made.stated.layers[1].stated() == {"ReLU": {"inplace": False}}


def test_what_no_layer_here_has_need_not_fit() -> None:
    """A shared section may speak of layers that only other arms have, but its words are checked."""
    built(f"- {LINEAR}", "{Conv2d: {weight: [[1]]}, Linear: {weight: 1}}")
    with pytest.raises(SpecItError, match="lists of a parameter's numbers differ"):
        built(f"- {LINEAR}", "{Conv2d: {weight: [[1], 2]}}")


SPEC = """
specit: 1
title: Numbers
data:
  not_so_clevr: {canvas: [4, 4], square: 1, input: coordinates, coordinates: unit, target: coordinates}
  split: {fraction: {test: 0.25, seed: 0}}
train: {untrained: {loss: mse_loss, precision: float32, batch_size: 64}}
arms:
  one:
    network:
      - Input: {shape: [2]}
      - Linear: {in_features: 2, out_features: 2}
        initialise: {weight: [[1, 0], [0, 1]], bias: 0}
"""


def test_the_lock_states_every_number() -> None:
    def lock_of(text: str) -> str:
        return Spec("numbers", parse(text)).plan()[0].lock.id

    one = Spec("numbers", parse(SPEC)).plan()[0].lock
    layer = one.statement()["networks"]["network"][1]
    assert layer["initialise"] == {
        "weight": {"values": {"shape": [2, 2], "numbers": [1.0, 0.0, 0.0, 1.0]}},
        "bias": {"constant": {"value": 0.0}},
    }
    assert one.statement()["initialise"] == {}
    assert not [line for line in one.completed if "pytorch_default" in line]
    assert lock_of(SPEC.replace("[[1, 0], [0, 1]]", "[[1.0, -0.0], [0, 1.0e+0]]")) == one.id  # written another way
    for other in ("[[1, 0], [0, 2]]", "[[1, 0], [1, 0]]", "1"):
        assert lock_of(SPEC.replace("[[1, 0], [0, 1]]", other)) != one.id
    part = Spec("numbers", parse(SPEC.replace(", bias: 0}", "}"))).plan()[0].lock
    assert part.statement()["initialise"] == {"Linear": {"bias": {"pytorch_default": {}}}}
    assert "initialise.Linear.bias = pytorch_default" in part.completed
    assert "initialise.Linear.weight = pytorch_default" not in part.completed
