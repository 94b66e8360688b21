"""Blocks: from another file, named at their use, counted where they are used; and every way to get that wrong."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specit.errors import SpecItError
from specit.spec.blocks import read_blocks, used
from specit.spec.document import Spec, read_spec
from specit.spec.load import parse
from specit.spec.lock import Lock
from specit.spec.network import Network, read_network

SPEC = """specit: 1
title: Blocks
data:
  not_so_clevr: {canvas: [8, 8], square: 3, input: coordinates, coordinates: centred, target: one_hot}
  split: {fraction: {test: 0.25, seed: 0}}
train: {untrained: {loss: cross_entropy, precision: float32, batch_size: 64}}
BLOCKS
arms:
  one:
    network:
      - Input: {shape: [2]}
      - widen: {to: 5}
      - widen: {to: 64}
"""
WIDEN = "widen: {with: [to], layers: [{Linear: {in_features: 2, out_features: 5}}]}"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "spec.yaml"


def spec(blocks: str) -> str:
    return SPEC.replace("BLOCKS", f"blocks:\n  {blocks}")


def refused(path: Path) -> str:
    """Return the one sentence, with the folder's name left out."""
    with pytest.raises(SpecItError) as raised:
        read_spec(path).plan()
    message = str(raised.value)
    assert "\n" not in message
    return message.replace(f"{path.parent}{os.sep}", "")


PAINTER = """
  painter:
    with: [to]
    layers:
      - Linear: {in_features: 2, out_features: $to}
"""
USE = SPEC.replace("      - widen: {to: 5}\n      - widen: {to: 64}\n", "      - painter: {to: 64}\n")


def lock_of(path: Path) -> Lock:
    return read_spec(path).plan()[0].lock


def test_a_block_is_the_same_wherever_it_comes_from(tmp_path: Path) -> None:
    here = write(tmp_path, spec=USE.replace("BLOCKS", f"blocks:{PAINTER}"))
    one = lock_of(here)
    write(
        tmp_path,
        painters=f"specit: 1\nblocks:{PAINTER}",
        more="blocks:\n  from: painters.yaml\n  other: {layers: [ReLU]}\n",
    )
    for stated in ("from: painters.yaml", "from: [painters.yaml]", "from: ./painters.yaml", "from: more.yaml"):
        write(tmp_path, spec=USE.replace("BLOCKS", f"blocks:\n  {stated}"))
        assert lock_of(here).id == one.id
    assert one.parameters == 2 * 64 + 64


def test_files_and_blocks_of_ones_own_add_up(tmp_path: Path) -> None:
    files = {name: f"blocks: {{{name}: {{layers: [ReLU]}}}}" for name in ("a", "b")}
    path = write(tmp_path, **files, spec=spec("own: {layers: [Tanh]}\n  from: [b.yaml, a.yaml]"))
    assert list(read_spec(path).blocks) == ["b", "a", "own"]


def test_a_files_blocks_may_use_each_other_and_those_here(tmp_path: Path) -> None:
    far = "blocks:\n  outer: {layers: [{near: {}}, {inner: {}}]}\n  inner: {layers: [Tanh]}\n"
    path = write(tmp_path, far=far, spec=spec("from: far.yaml\n  near: {layers: [Sin]}"))
    network = read_network(parse("- Input: {shape: [2]}\n- outer: {}"), read_spec(path).blocks, (2,))
    assert [placed.name for placed in network.layers] == ["Input", "Sin", "Tanh"]


@pytest.mark.parametrize(
    ("stated", "files", "words"),
    [
        ("from: none.yaml", {}, "spec.yaml:8: There is no file 'none.yaml' beside this one to take blocks from."),
        ("from: [a.yaml,\n    none.yaml]", {"a": "blocks: {}"}, "spec.yaml:9: There is no file 'none.yaml' beside this one to take blocks from."),
        ("from: .", {}, "spec.yaml:8: There is no file '.' beside this one to take blocks from."),
        ("from:", {}, "spec.yaml:8: from: names a file of blocks, or a list of such, not nothing."),
        ("from: []", {}, "spec.yaml:8: from: names a file of blocks, or a list of such, not an empty list."),
        ("from: 5", {}, "spec.yaml:8: from: names a file of blocks, or a list of such, not the number 5."),
        ("from: {layers: [ReLU]}", {}, "spec.yaml:8: from: names a file of blocks, or a list of such, not a mapping."),
        ("from: [[a.yaml]]", {"a": "blocks: {}"}, "spec.yaml:8: from: names a file of blocks, or a list of such, not a list."),
        ("from: a.yaml", {"a": "specit: 1\nblock: {}"}, "spec.yaml:8: 'a.yaml' has no section 'blocks'; did you mean 'block'?"),
        ("from: a.yaml", {"a": "{}"}, "spec.yaml:8: 'a.yaml' has no section 'blocks'."),
        ("from: a.yaml", {"a": "- ReLU"}, "a.yaml:1: A file of blocks must be a mapping (key: value), not a list."),
        ("from: a.yaml", {"a": "blocks:\n  x: {layers: []}"}, "a.yaml:2: The block x needs at least one layer."),
        ("from: a.yaml", {"a": "blocks:\n  x:\n    layers: [{ReLU: }]\n    wit: [c]"}, "a.yaml:4: The block x has the keys with and layers, but not 'wit'."),
        ("from: a.yaml", {"a": "blocks:\n  x: {layers: [!unstated [ReLU, Tanh]]}"}, "a.yaml:2: The choice 'layers' stands inside the block x; give the block a parameter instead."),
        ("from: a.yaml", {"a": "blocks:\n  from: a.yaml"}, "a.yaml:2: The blocks of 'a.yaml' come from this file in turn."),
        ("from: a.yaml", {"a": "blocks:\n  from: b.yaml", "b": "blocks:\n\n  from: ./a.yaml"}, "b.yaml:3: The blocks of './a.yaml' come from this file in turn."),
        ("from: spec.yaml", {}, "spec.yaml:8: The blocks of 'spec.yaml' come from this file in turn."),
        ("from: a.yaml\n  x: {layers: [ReLU]}", {"a": "blocks: {x: {layers: [Tanh]}}"}, "spec.yaml:9: There are two blocks 'x': one stands here, one comes from another file; rename one."),
        ("x: {layers: [ReLU]}\n  from: a.yaml", {"a": "blocks: {x: {layers: [Tanh]}}"}, "spec.yaml:8: There are two blocks 'x': one stands here, one comes from another file; rename one."),
        ("from: [a.yaml, b.yaml]", dict.fromkeys("ab", "blocks: {x: {layers: [ReLU]}}"), "spec.yaml:8: There are two blocks 'x': 'b.yaml' and a file before it have one each; rename one."),
        ("as: {layers: [ReLU]}", {}, "spec.yaml:8: A block cannot be called 'as': that word stands beside a layer."),
        ("initialise: {layers: [ReLU]}", {}, "spec.yaml:8: A block cannot be called 'initialise': that word stands beside a layer."),
        ("widem: {layers: [ReLU]}", {}, "spec.yaml:13: Unknown layer or block 'widen'; did you mean 'widem' or 'Identity'?"),
        (WIDEN, {}, "spec.yaml:8: Linear (layer 2) expected 2 numbers along the last axis, but gets 5."),
    ],
)  # fmt: skip
def test_what_blocks_may_not_be(tmp_path: Path, stated: str, files: dict[str, str], words: str) -> None:
    assert refused(write(tmp_path, spec=spec(stated), **files)) == words


def network(text: str, blocks: str = "") -> Network:
    known = read_blocks(parse(blocks, "blocks.yaml")) if blocks else {}
    return read_network(parse(f"- Input: {{shape: [2]}}\n{text}", "net.yaml"), known, (2,))


BLOCK = "pair: {with: [n], layers: [{Linear: {in_features: 2, out_features: $n}}, ReLU]}"


def test_names() -> None:
    made = network("- {ReLU: {}, as: first}\n- {pair: {n: 3}, as: second}\n- Tanh", BLOCK)
    assert [placed.called for placed in made.layers] == [None, "first", None, "second", None]
    assert made.named == {"first": (2,), "second": (3,)}
    (said,) = [placed.stated() for placed in made.layers if placed.called == "first"]
    assert said == {"ReLU": {"inplace": False}, "as": "first"}
    assert [placed.stated() for placed in made.layers][4] == {"Tanh": {}}
    # a name is part of what is stated, and changes no parameter
    assert made.parameters == network("- ReLU\n- pair: {n: 3}\n- Tanh", BLOCK).parameters == 9


def test_a_name_may_be_a_blocks_parameter_and_the_inputs() -> None:
    blocks = "named: {with: [it], layers: [{ReLU: {}, as: $it}]}"
    assert network("- named: {it: a}\n- named: {it: b}", blocks).named == {"a": (2,), "b": (2,)}
    own = "named: {layers: [{ReLU: {}, as: a}, {Tanh: {}}]}"  # else a block could stand in a network once
    assert network("- named: {}\n- {named: {}, as: b}", own).named == {"b": (2,)}
    made = read_network(parse("- {Input: {shape: [2]}, as: seen}\n- ReLU"), {}, (2,))
    assert made.named == {"seen": (2,)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {ReLU: {}, as: a}\n- {Tanh: {}, as: a}", "net.yaml:3: Two layers of a network are called 'a'."),
        ("- {pair: {n: 2}, as: a}\n- {Tanh: {}, as: a}", "net.yaml:3: Two layers of a network are called 'a'."),
        ("- {ReLU: {}, as: }", "net.yaml:2: as: gives a layer's output a name, not nothing."),
        ("- {ReLU: {}, as: ''}", "net.yaml:2: as: gives a layer's output a name, not the text ''."),
        ("- {ReLU: {}, as: 5}", "net.yaml:2: as: gives a layer's output a name, not the number 5."),
        ("- {ReLU: {}, as: [a]}", "net.yaml:2: as: gives a layer's output a name, not a list."),
        ("- {as: a}", "net.yaml:2: A layer must have exactly one key, but has 0 (none)."),
        ("- {ReLU: {}, name: a}", "net.yaml:2: A layer must have exactly one key, but has 2 (ReLU, name)."),
        ("- {ReLU: {}, as: a}\n- named: {it: a}", "net.yaml:3: Two layers of a network are called 'a'."),
        ("- {pair: {n: 2}, initialise: {weight: ones}}", "net.yaml:2: pair is a block; state how parameters start at its layers, or under 'initialise'."),
    ],
)  # fmt: skip
def test_names_that_are_wrong(text: str, words: str) -> None:
    with pytest.raises(SpecItError) as raised:
        network(text, f"{{{BLOCK}, named: {{with: [it], layers: [{{ReLU: {{}}, as: $it}}]}}}}")
    assert str(raised.value) == words


COUNTED = """
{a: {layers: [ReLU, {b: {}}]}, b: {layers: [Tanh]}, zeros: {layers: [ReLU]}, float32: {layers: [ReLU]},
 with: {layers: [ReLU]}, inner: {layers: [Sin]}, takes: {with: [layer], layers: [$layer]}, shape: {layers: [ReLU]},
 again: {layers: [{again: {}}]}}
"""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[Input: {shape: [2]}, a: {}]", ["a", "b"]),
        ("[a, a]", ["a", "b"]),
        ("[{b: {}, as: zeros, initialise: {weight: zeros}}]", ["b"]),
        ("[{Conv2d: {padding_mode: zeros}}, {Input: {dtype: float32, shape: [2]}}]", []),
        ("[{name: softmax, each: {with: {b: {}}, without: {Identity: {}}}}]", ["b"]),
        ("{name: zeros, each: {with: [b], zeros: [inner: {}]}}", ["b", "inner"]),
        ("[!unstated [b, Tanh], {sweep: [inner]}]", ["b", "inner"]),
        ("[{takes: {layer: {inner: {}}}}, {takes: {layer: b}}]", ["takes", "inner", "b"]),
        ("[again]", ["again"]),
    ],
)
def test_the_blocks_that_networks_use(text: str, names: list[str]) -> None:
    """A word that happens to be a block's name, as an argument or an option, uses no block."""
    assert used(read_blocks(parse(COUNTED)), [parse(text)]) == names


def test_details_of_unused_blocks_are_not_counted(tmp_path: Path) -> None:
    path = write(tmp_path, spec=USE.replace("BLOCKS", f"blocks:{PAINTER}"))
    before = read_spec(path).sources()
    more = "\n  float32: {layers: [{Scale: {factor: !code 2.0}}]}\n  unused: {layers: [{painter: {to: !ours 3}}]}"
    write(tmp_path, spec=USE.replace("BLOCKS", f"blocks:{PAINTER}{more}"))
    assert read_spec(path).sources() == before
    one = Spec(
        "one", parse(path.read_text().replace("- painter: {to: 64}", "- painter: {to: 64}\n      - float32: {}"))
    )
    assert one.sources()["code"] == 1
