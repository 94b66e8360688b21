"""Networks as graphs: what every entry unfolds to and takes, and every way to get that wrong."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import pytest

from specit.errors import SpecItError
from specit.spec.blocks import read_blocks
from specit.spec.load import parse
from specit.spec.network import Network, read_network


def network(text: str, blocks: str = "{}", size: int = 3) -> Network:
    return read_network(parse(f"- Input: {{shape: [{size}]}}\n{text}", "net.yaml"), read_blocks(parse(blocks)), None)


def wired(made: Network) -> list[str]:
    """Every layer as `Name place, place`."""
    return [f"{placed.name} {', '.join(map(str, placed.takes))}".strip() for placed in made.layers]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- ReLU\n- Tanh", "Input; ReLU 0; Tanh 1"),
        ("- {ReLU: {}, as: a}\n- {Tanh: {}, as: b}\n- {Add: {}, from: [b, a]}\n- Sin", "Input; ReLU 0; Tanh 1; Add 2, 1; Sin 3"),
        ("- residual: [ReLU, Tanh]", "Input; ReLU 0; Tanh 1; Add 2, 0"),
        ("- residual: {layers: [ReLU], shortcut: [Tanh, Sin]}", "Input; ReLU 0; Tanh 0; Sin 2; Add 1, 3"),
        ("- residual: [{residual: [ReLU]}]", "Input; ReLU 0; Add 1, 0; Add 2, 0"),
        ("- parallel: {branches: [[ReLU], [], [Tanh, Sin]], join: {Concatenate: {dim: 1}}}", "Input; ReLU 0; Tanh 0; Sin 2; Concatenate 1, 0, 3"),
        ("- parallel: {branches: [[], []], join: Multiply}", "Input; Multiply 0, 0"),
        ("- repeat: {times: 2, layers: [ReLU, Tanh]}", "Input; ReLU 0; Tanh 1; ReLU 2; Tanh 3"),
        ("- repeat: {times: 2, layers: [{residual: [{ReLU: {}, as: a}, Tanh]}]}", "Input; ReLU 0; Tanh 1; Add 2, 0; ReLU 3; Tanh 4; Add 5, 3"),
        ("- {ReLU: {}, as: a}\n- {Tanh: {}, as: t}\n- {residual: [Sin], from: a, as: b}\n- {Add: {}, from: [b, t]}", "Input; ReLU 0; Tanh 1; Sin 1; Add 3, 1; Add 4, 2"),
    ],
)  # fmt: skip
def test_what_entries_unfold_to(text: str, expected: str) -> None:
    assert wired(network(text)) == expected.split("; ")


BLOCKS = """
down: {with: [skip], layers: [{ReLU: {}, as: $skip}, Tanh]}
up: {with: [skip], layers: [{Sin: {}, as: inner}, {Add: {}, from: [inner, $skip]}]}
"""


def test_a_skip_goes_from_block_to_block() -> None:
    text = "- down: {skip: one}\n- down: {skip: two}\n- up: {skip: two}\n- up: {skip: one}"
    made = network(text, BLOCKS)
    assert wired(made)[1:] == ["ReLU 0", "Tanh 1", "ReLU 2", "Tanh 3", "Sin 4", "Add 5, 3", "Sin 6", "Add 7, 1"]
    assert set(made.named) == {"one", "two"}


def test_a_graph_is_stated_with_its_arrows_and_a_list_without() -> None:
    assert network("- ReLU\n- Tanh").stated() == [
        {"Input": {"shape": [3], "dtype": "float32"}},
        {"ReLU": {"inplace": False}},
        {"Tanh": {}},
    ]
    made = network("- residual: [ReLU]").stated()
    assert isinstance(made, list)
    assert made[2] == {"Add": {}, "from": [1, 0]}


def test_several_inputs_and_outputs() -> None:
    text = """
layers:
  - {Input: {shape: [3]}, as: image}
  - {Input: {shape: [5]}, as: words}
  - {Concatenate: {dim: 1}, from: [image, words], as: both}
  - {Linear: {in_features: 8, out_features: 2}, as: first}
  - {Linear: {in_features: 8, out_features: 4}, from: both, as: second}
outputs: [second, first]
"""
    made = read_network(parse(text), {}, None)
    assert made.outputs == (4, 3)
    assert made.output == (4,)
    stated = made.stated()
    assert isinstance(stated, dict)
    assert stated["outputs"] == [4, 3]
    assert [layer.get("from") for layer in stated["layers"]] == [None, [], [0, 1], None, [2]]


def test_shared_parameters_count_once() -> None:
    made = network(
        "- {Linear: {in_features: 3, out_features: 3}, as: one}\n- ReLU\n- {Linear: {in_features: 3, out_features: 3}, share: one}"
    )
    assert made.parameters == 12
    assert made.layers[3].shares == 1
    assert made.layers[3].stated()["share"] == 1


LINEAR = "{Linear: {in_features: 3, out_features: 3}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {ReLU: {}, from: a}", "net.yaml:2: No layer before this one is called 'a'; no layer has a name (as:)."),
        ("- {ReLU: {}, from: 5}", "net.yaml:2: from: names what a layer takes, one name or a list, not the number 5."),
        ("- {Add: {}, from: []}", "net.yaml:2: from: names what a layer takes, but the list is empty."),
        ("- {ReLU: {}, as: a}\n- {Tanh: {}, from: [a, a]}", "net.yaml:3: Tanh takes one input, not 2."),
        ("- {ReLU: {}, as: a}\n- {residual: [Tanh], from: [a, a]}", "net.yaml:3: residual takes one input, not 2."),
        ("- {ReLU: {}, as: a}\n- {Input: {shape: [2]}, from: a}", "net.yaml:3: An Input takes nothing."),
        ("- residual: []", "net.yaml:2: residual needs at least one layer."),
        ("- residual: {shortcut: []}", "net.yaml:2: residual needs a list of layers."),
        ("- residual: {layers: [ReLU], short: []}", "net.yaml:2: residual has no argument 'short'; did you mean 'shortcut'?"),
        ("- {residual: [ReLU], initialise: {weight: ones}}", "net.yaml:2: residual is no layer; state how parameters start at its layers, or under 'initialise'."),
        ("- {residual: [ReLU], share: a}", "net.yaml:2: residual is no layer; share the weights of its layers."),
        ("- parallel: {branches: [[ReLU]], join: Add}", "net.yaml:2: parallel needs at least two branches."),
        ("- parallel: {branches: [[], []]}", "net.yaml:2: parallel needs the argument 'join', which is missing."),
        ("- parallel: {branches: [[], []], join: ReLU}", "net.yaml:2: join: a layer that takes several inputs, not ReLU; known: Add, Concatenate, Multiply"),
        ("- parallel: {branches: [[], [ReLU]], joint: Add}", "net.yaml:2: parallel has no argument 'joint'; did you mean 'join'?"),
        ("- repeat: {times: 0, layers: [ReLU]}", "net.yaml:2: times: a whole number of at least 1."),
        ("- repeat: {times: true, layers: [ReLU]}", "net.yaml:2: times: a whole number of at least 1."),
        ("- repeat: {times: 2, layers: []}", "net.yaml:2: repeat needs at least one layer."),
        ("- repeat: {times: 2}", "net.yaml:2: repeat needs the argument 'layers', which is missing."),
        ("- repeat: {times: 20000, layers: [ReLU]}", "net.yaml:2: The network unfolds to more than 20,000 layers."),
        ("- {Linear: {in_features: 3, out_features: 2}, as: a}\n- {Add: {}, from: [a, b]}", "net.yaml:3: No layer before this one is called 'b'; known: a"),
        ("- residual: [{Linear: {in_features: 3, out_features: 2}}]", "net.yaml:2: Add (layer 2) expected inputs of one shape, or with axes of 1, but gets 2 and 3."),
        ("- parallel: {branches: [[], []], join: {Concatenate: {dim: 2}}}", "net.yaml:2: Concatenate (layer 1) has no axis 2 to join along in 3."),
        ("- {ReLU: {}, as: a}\n- {Unflatten: {dim: 1, unflattened_size: [3, 1]}, as: b}\n- {Concatenate: {dim: 1}, from: [a, b]}", "net.yaml:4: Concatenate (layer 3) expected inputs that differ in axis 1 alone, but gets 3 and 3 × 1."),
        ("- {ReLU: {}, as: a}\n- Tanh\n- {Sin: {}, from: a}", "net.yaml:3: Nothing takes what this Tanh (layer 2) makes."),
        ("- {ReLU: {}, as: a}\n- {ReLU: {}, share: a}", "net.yaml:3: This ReLU has no parameters to share."),
        (f"- {LINEAR}, as: a}}\n- {LINEAR}, share: a, initialise: {{bias: ones}}}}", "net.yaml:3: This Linear shares its parameters, so it cannot state how they start."),
        (f"- {LINEAR}, as: a}}\n- {{Linear: {{in_features: 3, out_features: 2}}, share: a}}", "net.yaml:3: Layers that share their parameters state the same arguments; this Linear and the Linear on line 2 do not."),
        ("- {ReLU: {}, share: 5}", "net.yaml:2: share: gives the name of the layer whose weights it shares, not the number 5."),
        ("- residuals: [ReLU]", "net.yaml:2: Unknown layer or block 'residuals'; did you mean 'residual'?"),
    ],
)  # fmt: skip
def test_graphs_that_are_wrong(text: str, words: str) -> None:
    with pytest.raises(SpecItError) as raised:
        network(text)
    assert str(raised.value) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("layers: [{Input: {shape: [2]}}]\noutputs: [a]", "<text>:2: outputs: no layer is called 'a'; no layer has a name (as:)."),
        ("outputs: [a]", "<text>:1: A network is a list of layers, or has one as its 'layers'."),
        ("layers: []\nputs: []", "<text>:2: A network has no argument 'puts'; did you mean 'outputs'?"),
        ("layers: []", "<text>:1: A network needs at least one layer."),
        ("- ReLU\n- Input: {shape: [2]}", "<text>:1: A network begins with its Input, or several, and has no other."),
    ],
)  # fmt: skip
def test_networks_that_are_wrong(text: str, words: str) -> None:
    with pytest.raises(SpecItError) as raised:
        read_network(parse(text), {}, None)
    assert str(raised.value) == words
