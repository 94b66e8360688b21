"""The reference is what the code says, names everything, explains every argument, and its examples are read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docs.reference import __main__ as program
from docs.reference import entry, pages
from docs.reference.examples import PROCEDURES
from docs.reference.training import needed
from docs.reference.whole import whole

from specit.errors import SpecItError
from specit.spec.claims import KINDS
from specit.spec.datasets import DATASETS, SPLITS
from specit.spec.initialisers import INITIALISERS
from specit.spec.layers import LAYERS
from specit.spec.load import parse
from specit.spec.training import PROCEDURES as TRAINED
from specit.spec.training.losses import LOSSES
from specit.spec.training.optimizers import OPTIMIZERS
from specit.spec.training.schedules import SCHEDULES
from specit.spec.tree import plain

FOLDER = Path(program.__file__).parent
PAGES = sorted(FOLDER.rglob("*.md"))
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def test_the_pages_are_what_the_code_says() -> None:
    assert program.stale() == [], "run `make reference`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_are_read(page: Path) -> None:
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    assert found or page.stem in ("README", "measures")
    for example in found:
        if "/layers/" in page.as_posix():
            assert isinstance(parse(example).value, list)  # the shapes beside it come from reading it
        else:
            assert whole(example).every_point


def headings(path: str) -> list[str]:
    text = (FOLDER / path).read_text(encoding="utf-8")
    return [word for line in re.findall(r"^## (.*)$", text, re.MULTILINE) for word in line.split(" and ")]


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("initialisers.md", INITIALISERS),
        ("data.md", {**DATASETS, **SPLITS}),
        ("procedures.md", TRAINED),
        ("losses.md", LOSSES),
        ("optimizers.md", OPTIMIZERS),
        ("schedules.md", SCHEDULES),
        ("claims.md", KINDS),
    ],
)
def test_everything_has_an_entry(path: str, known: dict[str, object]) -> None:
    assert set(known) <= set(headings(path))


def test_every_layer_has_an_entry_with_its_shapes() -> None:
    paths = [path.relative_to(FOLDER).as_posix() for path in (FOLDER / "layers").glob("*.md")]
    assert sorted(name for path in paths for name in headings(path)) == sorted(LAYERS)
    text = (FOLDER / "layers" / "convolution.md").read_text(encoding="utf-8")
    # By hand: (32 + 2 - 3) // 2 + 1 = 16 pixels, and 8 · 3 · 3 · 3 numbers.
    assert "3 × 32 × 32 → 8 × 16 × 16; 216 numbers: `weight` 8 × 3 × 3 × 3." in text
    assert "Its arguments are those of `torch.nn.Conv2d`." in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_argument_is_explained(page: Path) -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name, means in rows if not means.strip() and "[Then]" not in means] == (
        list(SCHEDULES)[:-1] if page.stem == "schedules" else []
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_link_to_an_entry_finds_it(page: Path) -> None:
    for path, anchor in re.findall(r"\]\(([^)#]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
        text = (page.parent / path if path else page).read_text(encoding="utf-8")
        found = {pages._anchor(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
        assert anchor in found, (page.name, anchor)


@pytest.mark.parametrize(
    ("procedure", "argument"), [(name, argument) for name, text in PROCEDURES.items() for argument in needed(text)]
)
def test_what_must_be_stated_must_be(procedure: str, argument: str) -> None:
    text = "\n".join(line for line in PROCEDURES[procedure].splitlines() if not line.startswith(f"    {argument}:"))
    with pytest.raises(SpecItError, match=f"{procedure} needs the argument '{argument}', which is missing"):
        TRAINED[procedure](parse(text).mapping("train")["train"].mapping("train")[procedure])


def test_what_has_a_default_need_not_be() -> None:
    for name, text in PROCEDURES.items():
        stated = plain(parse(text))["train"][name]
        assert (
            TRAINED[name](parse(text).mapping("train")["train"].mapping("train")[name]).stated().items()
            >= {key: value for key, value in stated.items() if not isinstance(value, dict | str)}.items()
        )


def test_a_stale_page_is_found_and_mended(tmp_path: Path) -> None:
    program.write(tmp_path)
    assert program.stale(tmp_path) == []
    (tmp_path / "data.md").write_text("Nothing.")
    (tmp_path / "layers" / "gone.md").write_text("A layer that is no more.")
    (tmp_path / "claims.md").unlink()
    assert program.stale(tmp_path) == ["claims.md", "data.md", "layers/gone.md"]
    program.write(tmp_path)
    assert program.stale(tmp_path) == []


def test_what_lacks_an_example_says_where_to_write_one() -> None:
    with pytest.raises(LookupError, match=r"normal needs an example in docs/reference/examples.py, for mean, std"):
        entry.default_example("normal", INITIALISERS["normal"], {})


def test_the_reading_bites() -> None:
    for wrong in ("initialise: {Linear: {weight: xavier}}", "- Linaer: {}", "data: {not_so_clever: {}}"):
        with pytest.raises(SpecItError):
            whole(wrong)
