"""A file that is none, is damaged, or asks for too much: one sentence, whatever is in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specit.errors import SpecItError
from specit.extract.finish import finish
from specit.extract.onnx.draw import draw as draw_graph
from specit.extract.onnx.ports import sizes
from specit.extract.onnx.read import read_file

from .conftest import Write, onnx
from .test_nodes import draw, ints, node
from .test_refusals import refusal

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def whole(write: Write) -> Path:
    nodes = [
        node("Conv", ["x", "w"], ["a"], pads=[1, 1, 1, 1]),
        node("Shape", ["a"], ["shape"]),
        node("Reshape", ["a", "to"], ["b"]),
        node("Gemm", ["b", "v"], ["y"]),
    ]
    return write(nodes, ["b", 2, 4, 4], {"w": draw(2, 2, 3, 3), "to": ints(0, -1), "v": draw(32, 3)})


def test_no_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.onnx") == f"There is no file '{tmp_path / 'none.onnx'}'."
    assert refusal(tmp_path) == f"Cannot read '{tmp_path}': that is a folder."


@pytest.mark.parametrize("content", [b"", b"specit: 1\ntitle: no graph\n", b"\x08\x08", bytes(1000)])
def test_what_is_no_onnx(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "text.onnx").write_bytes(content)
    assert f"'{tmp_path / 'text.onnx'}' is no ONNX file, or is damaged: " in refusal(tmp_path / "text.onnx")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_ends_early(whole: Path, part: float) -> None:
    content = whole.read_bytes()
    whole.write_bytes(content[: int(len(content) * part)])
    assert "is no ONNX file, or is damaged: " in refusal(whole)


def test_a_file_that_is_too_large(whole: Path) -> None:
    with whole.open("r+b") as file:
        file.truncate(2**31)  # of nothing: it takes no room
    assert refusal(whole) == (
        f"'{whole}' is larger than an ONNX file can be, 2 GiB; weights beyond that lie in files beside it."
    )


def beside(whole: Path, location: str) -> Path:
    """The same model with its weights in another file."""
    model = onnx.load(str(whole))
    onnx.save(model, str(whole), save_as_external_data=True, location="w.data", size_threshold=0)
    if location != "w.data":
        model = onnx.load(str(whole), load_external_data=False)
        for tensor in model.graph.initializer:
            for entry in tensor.external_data:
                if entry.key == "location":
                    entry.value = location
        onnx.save(model, str(whole))
    return whole


def test_weights_beside_the_file(whole: Path) -> None:
    path = beside(whole, "w.data")
    assert read_file(path).tensors["w"].shape == (2, 2, 3, 3)
    (path.parent / "w.data").write_bytes(b"short")
    assert f"'{path}' is no ONNX file, or is damaged: " in refusal(path)
    (path.parent / "w.data").unlink()
    assert refusal(path) == (
        f"'{path}' has weights in 'w.data', which is not in the same folder; such a model consists of both files."
    )


def test_weights_elsewhere_on_the_computer_are_not_read(whole: Path) -> None:
    path = beside(whole, "../../../../../../../../etc/hostname")
    said = refusal(path)
    assert "is no ONNX file, or is damaged: its weights cannot be read from '../" in said or "not in the same" in said


def test_a_tensor_of_another_size_than_it_says(whole: Path) -> None:
    model = onnx.load(str(whole))
    model.graph.initializer[0].dims[0] = 10**12
    onnx.save(model, str(whole))
    assert "is no ONNX file, or is damaged: " in refusal(whole)


def test_a_node_that_takes_what_nothing_makes(whole: Path) -> None:
    model = onnx.load(str(whole))
    model.graph.node[0].input[1] = "ghost"
    onnx.save(model, str(whole))
    assert "is no ONNX file, or is damaged: " in refusal(whole)


@pytest.mark.parametrize("how", ["ConstantOfShape", "Range", "Tile"])
def test_a_small_file_that_asks_for_many_numbers(write: Write, how: str) -> None:
    given_ = {"ConstantOfShape": ["many"], "Range": ["zero", "end", "one"], "Tile": ["one_", "many"]}[how]
    nodes = [node(how, given_, ["a"]), node("Add", ["a", "a"], ["c"], name="c"), node("Add", ["x", "c"], ["y"])]
    tensors = {"many": ints(10**6, 10**6), "zero": np.array(0.0), "one": np.array(1.0), "end": np.array(1e12)}
    if how == "Range":
        nodes.insert(1, node("Cast", ["a"], ["b"], to=1))
    said = refusal(write(nodes, ["b", 4], tensors | {"one_": np.ones((1, 1), "float32")}, made=["n", "m"]))
    assert "so many numbers are computed from its own tensors that this is no shape and no weight" in said


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_one_sentence(whole: Path, data: st.DataObject) -> None:
    content = bytearray(whole.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = whole.with_name("damaged.onnx")
    path.write_bytes(content)
    said = ""
    try:
        file = read_file(path)
        finish(*draw_graph(file, sizes(file, ()).shapes, 3))
    except SpecItError as error:
        said = str(error)
    assert "\n" not in said
