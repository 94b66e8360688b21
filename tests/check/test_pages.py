"""Every code has a page and every page a code; what a page shows is what is found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specit.check import findings
from specit.check.codes import CODES, MISTAKE
from specit.check.finding import Finding, mistake
from specit.errors import SpecItError
from specit.spec.document import read_spec

DOCS = Path(__file__).parents[2] / "docs" / "check"
CODE = re.compile(r"S[0-9]{3}")


def example(code: str) -> str:
    (block,) = re.findall(r"```yaml\n(.*?)```", (DOCS / f"{code}.md").read_text(encoding="utf-8"), re.DOTALL)
    return str(block)


def check(text: str, path: Path) -> list[Finding]:
    path.write_text(text, encoding="utf-8")
    try:
        return findings(read_spec(path))
    except SpecItError as error:
        return [mistake(error)]


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {path.stem for path in DOCS.glob("*.md")} - {"README"} == set(CODES)
    assert all(CODE.fullmatch(code) for code in CODES)
    assert len({code.name for code in CODES.values()}) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_page_has_its_head_and_its_sections(code: str) -> None:
    lines = (DOCS / f"{code}.md").read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"# {code} {CODES[code].name}"
    assert lines[2] == f"*{CODES[code].level}* · {CODES[code].means}"
    assert [line for line in lines if line.startswith("## ")] == ["## Why it matters", "## Example", "## What to do"]


def test_the_list_is_that_of_the_codes() -> None:
    rows = [line for line in (DOCS / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| [")]
    assert rows == [f"| [{code}]({code}.md) | {c.name} | {c.level} | {c.means} |" for code, c in CODES.items()]


@pytest.mark.parametrize("code", CODES)
def test_the_example_on_a_page_triggers_its_code(code: str, tmp_path: Path) -> None:
    found = [finding for finding in check(example(code), tmp_path / "example.yaml") if finding.code == code]
    assert found
    for finding in found:
        assert finding.mark is not None
        assert finding.mark.file.endswith("example.yaml")
        assert finding.message.endswith(".") or code == MISTAKE


@pytest.mark.parametrize("code", [code for code, c in CODES.items() if c.level != "note"])
def test_an_example_triggers_nothing_else_but_notes(code: str, tmp_path: Path) -> None:
    others = {finding.code for finding in check(example(code), tmp_path / "example.yaml") if finding.level != "note"}
    assert others == {code}


RIGHT = "sha256:55aeba48194e0fa4122464b07f9e92803b4c7fe8259e7dcdcf5a207718a262dd"

# Each example mended as its page says: pieces replaced, and the finding is gone.
MENDED = {
    "S001": [("in_feature:", "in_features:")],
    "S101": [("!unstated [true, false]", "true")],
    "S102": [("shape: [2]}", "shape: [2], dtype: float32}"),
             ("out_features: 64}", "out_features: 64, bias: true}\n"
              "    initialise: {Linear: {weight: ones, bias: zeros}}")],
    "S201": [("plane", "channels"), ("in_channels: 1,", "in_channels: 2,")],
    "S202": [("plane", "channels"), ("in_channels: 1,", "in_channels: 2,")],
    "S203": [("parameters: 128", "parameters: 192")],
    "S301": [("seeds: 3", "seeds: 5")],
    "S302": [("    seeds: 2", "    seeds: 3"), ("\nseeds: 2", "\nseeds: 3")],
    "S303": [("because: half of the places is far from all}", "because: a guess}\n    seeds: 3")],
    "S304": [("tolerance: {", "tolerance: {factor: 2.0, ")],
    "S305": [("because: well is not a number}", "because: well is not a number, basis: authors}")],
    "S401": [("lr: {sweep: [0.1, 0.01, 0.001]}", "lr: 0.1")],
    "S402": [("seeds: 7", "seeds: 5")],
    "S403": [("1.0e-4, 1.0e-3", "1.0e-4, 1.0e-1")],
    "S404": [("    new: {train", "    new: {train: {supervised: {batch_size: {one_of: [4, 8]}}}}\n    old: {train")],
    "S501": [("train:", "data:\n  not_so_clevr: {canvas: [8, 8], square: 3, input: coordinates, coordinates: centred,"
                        " target: one_hot}\n  split: {fraction: {test: 0.25, seed: 0}}\ntrain:")],
    "S502": [("32, y_over: 32", "3, y_over: 3")],
    "S503": [("arms:", f"  fingerprint: {RIGHT}\narms:")],
    "S504": [(f"sha256:{64 * '0'}", RIGHT)],
    "S505": [("256, 256", "224, 224")],
}  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_an_example_that_is_mended_triggers_it_no_more(code: str, tmp_path: Path) -> None:
    text = example(code)
    for old, new in MENDED[code]:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    found = check(text, tmp_path / "example.yaml")
    assert not {code, MISTAKE} & {finding.code for finding in found}
