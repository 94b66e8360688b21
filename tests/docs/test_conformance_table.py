"""The conformance page is what the program computes, and the program can tell right from wrong."""

import dataclasses
from pathlib import Path

import pytest
import torch
from benchmarks import peers
from benchmarks.conformance import measures
from benchmarks.conformance.__main__ import PAGE
from benchmarks.conformance.behaviours import BEHAVIOURS, Cell
from benchmarks.conformance.implementations import IMPLEMENTATIONS
from benchmarks.conformance.page import line, page

pytestmark = pytest.mark.usefixtures("one_thread")

OURS = IMPLEMENTATIONS[0]


def committed_rows():
    return [row for row in PAGE.read_text().split("\n## ")[0].splitlines() if row.startswith("| ")]


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda behaviour: behaviour.title)
def test_a_row_is_what_is_computed(behaviour):
    if behaviour.title == "ONNX":
        pytest.importorskip("onnxscript", reason="the exporter needs it")
    row = line(behaviour)
    assert row in committed_rows(), "run `python -m benchmarks.conformance --write`"
    assert "✗" not in row.split(" | ")[1]


def test_the_page_is_what_is_written_around_these_rows():
    assert len(committed_rows()) == len(BEHAVIOURS) + 2
    assert PAGE.read_text() == page("\n".join(committed_rows())), "run `python -m benchmarks.conformance --write`"


def test_the_sources_are_named():
    assert all(f"| {implementation.name} |" in PAGE.read_text() for implementation in IMPLEMENTATIONS)


@pytest.mark.parametrize(
    ("title", "layer", "cell"),
    [
        ("Non-square images", peers.Mkocabas, Cell("y [-1, 1], x [-1, 1]", True)),
        ("Non-square images", peers.Released, Cell("y [-1, 4.2], x [-1, -0.231]", False)),  # 2 * 13 / 5 - 1
        ("An axis of size 1", peers.Mkocabas, Cell("NaN", False)),
        ("Radius", peers.Titu1994, Cell("least at (3, 3); corners 0.707, 1.58, 2.12", False)),
        ("Half precision", peers.Solo, Cell("RuntimeError", False)),
        ("Dead parameters", peers.Walsvid, Cell("224", False)),  # 3 * 8 * 3 * 3 + 8
        ("Copies of the input", peers.Mkocabas, Cell("147,456", False)),  # 8 * (16 + 2) * 32 * 32
    ],
)
def test_a_row_tells_right_from_wrong(title, layer, cell):
    (behaviour,) = [behaviour for behaviour in BEHAVIOURS if behaviour.title == title]
    assert behaviour.of(dataclasses.replace(OURS, layer=layer)) == cell


def test_a_missing_package_is_no_finding(monkeypatch):
    def missing(_):
        raise ModuleNotFoundError("onnxscript")

    monkeypatch.setattr(measures, "onnx_operations", missing)
    (behaviour,) = [behaviour for behaviour in BEHAVIOURS if behaviour.title == "ONNX"]
    with pytest.raises(ModuleNotFoundError):
        behaviour.of(OURS)


def maps(layer, *, radius=False):
    return layer(1, 1, 1, radius=radius).maps(torch.zeros(1, 1, 2, 3))[0].tolist()


def test_the_restatements_drawn_out():
    # y: -1 -1 -1    x: -1 0 1
    #     1  1  1       -1 0 1
    y, x = [[-1, -1, -1], [1, 1, 1]], [[-1, 0, 1], [-1, 0, 1]]
    assert maps(peers.Mkocabas) == maps(peers.Titu1994) == maps(peers.Wizaron) == [y, x]
    assert maps(peers.PaddleDetection) == maps(peers.Solo) == [x, y]
    # Divided by the size of the other axis, less one: x by 1 and y by 2.
    assert maps(peers.Released) == [[[-1, 1, 3], [-1, 1, 3]], [[-1, -1, -1], [0, 0, 0]]]


def test_their_radii_drawn_out():
    from_the_middle = torch.tensor([[2.0, 1, 2], [2, 1, 2]]).sqrt()
    beside_it = torch.tensor([[4.5, 2.5, 2.5], [2.5, 0.5, 0.5]]).sqrt()
    for layer in (peers.Mkocabas, peers.Titu1994):
        assert torch.allclose(torch.tensor(maps(layer, radius=True)[2]), beside_it)
    assert torch.allclose(torch.tensor(maps(peers.Wizaron, radius=True)[2]), from_the_middle / 2**0.5)
    released = torch.tensor(maps(peers.Released, radius=True))
    assert torch.allclose(released[2], torch.tensor([[2.0, 2, 10], [1, 1, 9]]).sqrt())


def test_the_page_is_where_the_program_writes_it():
    assert Path(__file__).parents[2] / "docs" / "layer" / "conformance.md" == PAGE
