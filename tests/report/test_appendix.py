"""An appendix holds every value of every statement, marked with its source, and repeats nothing."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from specit.report.appendix import Appendix, compose_appendix, to_html, to_latex, to_markdown
from specit.report.appendix import latex as latex_writer
from specit.report.appendix import markdown as markdown_writer
from specit.report.appendix.content import Section, Text
from specit.report.appendix.points import described
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.studies import find, names

SMALL = """
specit: 1
title: Small
paper: {cite: Somebody 2020, section: "2"}
data:
  not_so_clevr: {canvas: [8, 8], square: 3, input: square, brightness: !code 0.5, target: coordinates,
                 coordinates: unit}
  split: !ours {fraction: {test: 0.25, seed: 0}}
blocks:
  step:
    with: [c]
    layers: !code
      - residual:
          - Conv2d: {in_channels: $c, out_channels: $c, kernel_size: 3, padding: 1}
          - BatchNorm2d: {num_features: $c}
      - ReLU: {inplace: false}
train: !default
  supervised: {loss: mse_loss, optimizer: {Adam: {lr: !unstated [0.1, 0.2]}}, schedule: constant, batch_size: 8,
               last_batch: keep, shuffle: never, epochs: 3, precision: float32, weights: final,
               evaluate: {test: 1, train: 1}}
arms:
  one:
    network:
      - Input: {shape: [1, 8, 8]}
      - repeat: {times: 3, layers: [{step: {c: 1}}]}
      - AdaptiveAvgPool2d: {output_size: !recalled 1}
      - Flatten
      - {Linear: {in_features: 1, out_features: 2}, initialise: {weight: [[0.5], [0.25]], bias: !ours 3}}
    train: {supervised: {batch_size: 4}}
"""


def small() -> Spec:
    return Spec("small", parse(SMALL))


def section(appendix: Appendix, title: str) -> Section:
    (found,) = [one for one in appendix.sections if one.title == title]
    return found


def texts(one: Section) -> Iterator[Text]:
    for table in one.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell


def marked(appendix: Appendix, title: str) -> set[tuple[str, str]]:
    return {(text.text, text.mark) for text in texts(section(appendix, title))}


def written(value: Any) -> str:
    """Write a value as the appendix does; an own, plainer version."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "none"
    if isinstance(value, list):
        return "[" + ", ".join(written(item) for item in value) + "]"
    return str(value)


def leaves(value: Any) -> Iterator[Any]:
    """Yield every value at the end of a statement, and the names of variants without arguments."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from [key] if below == {} else leaves(below)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for item in value:
            yield from leaves(item)
    else:
        yield value


@pytest.mark.parametrize("name", names())
def test_every_value_of_every_statement_stands_in_it(name: str) -> None:
    spec = find(name)
    appendix = compose_appendix(spec)
    settings = {text.text for title in ("Data", "Training") for text in texts(section(appendix, title))}
    starts = " ".join(
        text.text for one in appendix.sections if one.title in ("Initial values", "Networks") for text in texts(one)
    )
    layers = {text.text for text in texts(section(appendix, "Networks"))}
    checked = 0
    for point in spec.plan():
        statement = point.lock.statement()
        for part in (statement["data"], statement["train"]):
            for leaf in leaves(part):
                assert written(leaf) in settings, leaf
                checked += 1
        for how in leaves(statement["initialise"]):
            assert written(how) in starts, how
        for network in statement["networks"].values():
            for entry in network if isinstance(network, list) else network["layers"]:
                for key, arguments in entry.items():
                    if key in ("from", "share"):
                        continue
                    if key == "as":
                        assert f"as {arguments}" in layers
                    elif key == "initialise":
                        assert all(written(leaf) in starts for leaf in leaves(arguments))
                    else:
                        assert key in layers
                        assert {f"{one} {written(value)}" for one, value in arguments.items()} <= layers
                        checked += len(arguments)
    assert checked > 100


def test_every_value_has_its_source() -> None:
    appendix = compose_appendix(small())
    data, layers, training = (marked(appendix, title) for title in ("Data", "Networks", "Training"))
    assert {("0.5", "c"), ("[8, 8]", "p"), ("fraction", "o"), ("0.25", "o")} <= data
    assert {("0.1", "u"), ("4", "p"), ("3", "d"), ("none", "s"), ("1e-08", "s")} <= training
    assert {("kernel_size [3, 3]", "c"), ("in_channels 1", "p"), ("bias true", "s"), ("inplace false", "c")} <= layers
    assert {("output_size [1, 1]", "r"), ("bias starts as constant (value 3.0)", "o")} <= layers
    assert ("Linear", "") in layers
    assert {letter: count for letter, _, count in appendix.legend}["u"] == 1
    readings = [text.text for text in texts(section(appendix, "Unstated"))]
    assert [text for text in readings if text] == [
        "lr", "0.1", "Adam learning rate 0.1", "0.2", "Adam learning rate 0.2"
    ]  # fmt: skip


def test_what_is_repeated_stands_once() -> None:
    (table,) = section(compose_appendix(small()), "Networks").tables
    shown = [row.cells[0][0].text for row in table.rows]
    assert shown == ["0", "3 × the next 4 layers, 1 to 12", "1", "2", "3", "4", "13", "14", "15"]
    assert table.rows[1].over == 4
    assert [text.text for text in table.rows[4].cells[1]] == ["Add", "takes 2 and 0"]
    assert table.caption == "one: 40 parameters"  # three times 9 + 1 and 2, then 2 + 2


def test_what_looks_alike_but_takes_something_else_is_not_folded() -> None:
    text = SMALL.replace(
        "- repeat: {times: 3, layers: [{step: {c: 1}}]}",
        "- residual: [Tanh: {}, Tanh: {}]\n      - residual: [Tanh: {}]",
    )
    (table,) = section(compose_appendix(Spec("x", parse(text))), "Networks").tables
    assert [row.cells[0][0].text for row in table.rows if row.over] == ["2 × the next layer, 1 to 2"]


def test_arms_can_be_chosen_and_claims_follow() -> None:
    spec = find("coordconv/classification")
    appendix = compose_appendix(spec, ["deconv_tuned"])
    assert {row.cells[0][0].text for row in section(appendix, "Experiments").tables[0].rows} == {"deconv_tuned"}
    assert 0 < len(section(appendix, "Claims").tables[0].rows) < len(spec.claims)
    everything = section(compose_appendix(spec), "Claims").tables[0].rows
    assert len(everything) == len(spec.claims)
    for claim, row in zip(spec.claims, everything, strict=True):
        assert claim.tolerance.because in row.cells[2][0].text


def test_departures_stand_with_their_tier() -> None:
    rows = section(compose_appendix(find("coordconv/classification")), "Departures").tables[0].rows
    lines = [tuple(cell[0].text for cell in row.cells) for row in rows]
    assert ("", "train.supervised.epochs: 3 instead of 50", "tile=plane") in lines


def test_a_model_alone_has_an_appendix() -> None:
    spec = Spec("m", parse("{specit: 1, title: M, arms: {a: {network: [Input: {shape: [2]}, Tanh]}}}"))
    assert [one.title for one in compose_appendix(spec).sections] == ["Experiments", "Networks"]


@pytest.mark.parametrize("name", ["coordconv/classification", "coordconv/pipeline"])
def test_points_are_described_by_what_singles_them_out(name: str) -> None:
    """A description means exactly the points it was made of: read back by an obvious reader."""
    points = find(name).plan()
    for axis, arm in itertools.product([*points[0].selection, None], dict.fromkeys(p.arm for p in points)):
        for option in {p.selection.get(axis) for p in points} if axis else {None}:
            some = [p for p in points if p.arm == arm and (axis is None or p.selection.get(axis) == option)]
            if not some:
                continue
            said = described(some, points)
            meant = []
            for p in points:
                pairs = dict(re.findall(r"(\w+)=([\w,]+?)(?:[,;)]|$)", said))
                named = re.match(r"\w+(?= \(|$|,)", said)
                fits = all(p.selection.get(a) in o.split(",") for a, o in pairs.items())
                if fits and (named is None or named[0] == p.arm or named[0] in p.selection):
                    meant.append(p)
            assert meant == some, said


class Cells(HTMLParser):
    """Reads the texts of an HTML page, and refuses tags that are left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


HOSTILE = "<script>alert(1)</script> & \\input{x} $a_b^c$ ~ | `*` \"q\" 'r' #1 100 % \n\n - [x](y) {}"


def test_every_writer_keeps_every_text() -> None:
    appendix = compose_appendix(small())
    page = Cells()
    page.feed(to_html(appendix))
    assert page.open == []
    in_markdown, in_latex = to_markdown(appendix), to_latex(appendix)
    for one in appendix.sections:
        for text in texts(one):
            assert text.text in page.text
            assert markdown_writer.escape(text.text) in in_markdown
            assert latex_writer.escape(text.text) in in_latex


def test_hostile_texts_are_shown_and_not_run() -> None:
    appendix = Appendix(HOSTILE, HOSTILE, HOSTILE, (), ())
    page = to_html(appendix)
    assert "<script>" not in page
    assert html.escape("<script>alert(1)</script>") in page
    rows = to_markdown(appendix)
    assert "<script>" not in rows
    assert "\\| \\`\\*\\`" in rows
