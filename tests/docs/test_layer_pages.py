"""The pages of the layer: one for every name, true to its signature, its errors, its output and its pictures."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import re
import runpy
import tokenize
from pathlib import Path
from types import ModuleType

import matplotlib.image
import numpy as np
import pytest

import coordconv

FOLDER = Path(__file__).parents[2] / "docs" / "layer"
PAGES = sorted(FOLDER.glob("*.md"))
TOPICS = {"README", "where", "pretrained", "export", "conformance", "compat", "speed"}
ERROR_TABLE = re.compile(r"^\| call \| error \|\n\|[ -|]*\|\n((?:\|.*\n)+)", re.MULTILINE)


def names(page: Path) -> str:
    return page.stem


def unnamed(pages: list[Path], module: ModuleType) -> set[str]:
    """Return the public names that have no page, and the pages that are neither a name nor a topic."""
    return ({page.stem for page in pages} - TOPICS) ^ set(module.__all__)


def shown_signature(name: str, text: str) -> inspect.Signature:
    """Return the signature in the page's first block that begins with the name."""
    found = re.search(rf"^```\w*\n{name}(\([^`]*?\)(?: -> [^\n]+)?)\n```$", text, re.MULTILINE)
    assert found, "no signature"
    namespace: dict[str, object] = {}
    exec("from __future__ import annotations\ndef shown" + found[1] + ": ...", namespace)
    return inspect.signature(namespace["shown"])


def real_signature(name: str) -> inspect.Signature:
    """Return the signature of the code; that of a class says nothing of what it returns."""
    what = getattr(coordconv, name)
    signature = inspect.signature(what)
    return signature.replace(return_annotation=inspect.Signature.empty) if inspect.isclass(what) else signature


def same(printed: str, said: str) -> bool:
    """Say whether a comment begins with what was printed; spaces, and an explanation after a colon, are its own."""
    printed, said = ("".join(text.split()) for text in (printed, said))
    return said == printed or said.startswith(printed + ":")


def run_block(block: str, namespace: dict[str, object]) -> None:
    """Run a block, and compare what each of its statements prints with the comment behind or below it."""
    comments = {
        token.start[0]: token.string.removeprefix("#")
        for token in tokenize.generate_tokens(io.StringIO(block).readline)
        if token.type == tokenize.COMMENT
    }
    lines = block.splitlines()
    for statement in ast.parse(block).body:
        with contextlib.redirect_stdout(io.StringIO()) as output:
            exec(compile(ast.Module([statement], []), "page", "exec"), namespace)
        if not output.getvalue():
            continue
        last = statement.end_lineno or 0
        said = comments.get(last, "")
        if not said:
            for place in range(last, len(lines)):
                if not lines[place].startswith("#"):
                    break
                said += comments[place + 1] + "\n"
        assert same(output.getvalue(), said), f"printed {output.getvalue()!r}, but the page says {said!r}"


def run_page(text: str) -> None:
    """Run the blocks of a page in order, and then the calls in its table of errors."""
    namespace: dict[str, object] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        run_block(block, namespace)
    for table in ERROR_TABLE.findall(text):
        for row in table.splitlines():
            call, error = re.fullmatch(r"\| `([^`]+)`[^|]* \| `(.+)` \|", row).groups()  # type: ignore[union-attr]
            assert error_of(call, namespace) == error


def error_of(call: str, namespace: dict[str, object]) -> str:
    """Return what the call raises, as the last line of a traceback has it."""
    try:
        eval(call, namespace)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "no error"


def test_every_name_has_a_page_and_every_page_a_name() -> None:
    assert unnamed(PAGES, coordconv) == set()


def test_the_front_page_leads_to_every_other() -> None:
    text = (FOLDER / "README.md").read_text()
    assert [page.name for page in PAGES if f"({page.name})" not in text and page.name != "README.md"] == []


@pytest.mark.parametrize("name", coordconv.__all__)
def test_the_signature_on_a_page_is_that_of_the_code(name: str) -> None:
    assert shown_signature(name, (FOLDER / f"{name}.md").read_text()) == real_signature(name)


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")  # what PyTorch's exporters say
@pytest.mark.parametrize("page", PAGES, ids=names)
def test_a_page_prints_what_it_says(page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    run_page(page.read_text())


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_a_link_to_a_heading_finds_it(page: Path) -> None:
    for link in re.findall(r"\]\(([^)]*#[^)]+)\)", page.read_text()):
        if not link.startswith("http"):
            path, anchor = link.split("#")
            text = (page.parent / path if path else page).read_text()
            headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
            assert anchor in {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}, link


def test_the_pictures_are_what_the_library_computes_now(tmp_path: Path) -> None:
    runpy.run_path(str(FOLDER / "pictures.py"))["draw"](tmp_path)
    drawn = {path.name for path in tmp_path.iterdir()}
    assert drawn == {path.name for path in (FOLDER / "pictures").iterdir()}
    texts = "".join(page.read_text() for page in PAGES)
    for name in drawn:
        assert f"(pictures/{name})" in texts, f"{name} is on no page"
        new, committed = (matplotlib.image.imread(folder / name) for folder in (tmp_path, FOLDER / "pictures"))
        assert new.shape == committed.shape, name
        assert np.abs(new - committed).mean() < 0.02, f"{name}: run `python docs/layer/pictures.py`"


def test_the_small_measurement_still_comes_out() -> None:
    """Its table took minutes; this is a corner of it, with room to spare."""
    script = runpy.run_path(str(FOLDER / "what_or_where.py"))
    text = (FOLDER / "where.md").read_text()
    assert f"| CoordConv | images | {' | '.join(script['QUESTIONS'])} |" in text
    assert all(f"| {place} | " in text for place in script["PLACES"])
    for question, place, low, high in (
        ("what, elsewhere", "nowhere", 0.95, 1.0),
        ("where", "nowhere", 0.4, 0.75),
        ("where", "first layer", 0.8, 1.0),
    ):
        found = script["accuracy"](script["QUESTIONS"][question], script["PLACES"][place], images=16, seed=0)
        assert low <= found <= high, (question, place)


def test_the_guards_bite() -> None:
    assert unnamed([Path("fold.md"), Path("where.md")], coordconv) == set(coordconv.__all__) - {"fold"}
    assert unnamed([*PAGES, Path("unfold.md")], coordconv) == {"unfold"} | unnamed(PAGES, coordconv)
    page = (FOLDER / "AddCoords.md").read_text()
    with pytest.raises(AssertionError, match="no signature"):
        shown_signature("AddCoords", page.replace("AddCoords(", "AddCoord("))
    assert shown_signature("AddCoords", page.replace("= False", "= True")) != real_signature("AddCoords")
    assert shown_signature("AddCoords", page.replace("radius: bool", "radius: int")) != real_signature("AddCoords")


@pytest.mark.parametrize(
    "text",
    [
        "```python\nprint(1)  # 2\n```\n",
        "```python\nprint(1)\n```\n",
        "```python\nprint(1)\n# 1\n# 2\n```\n",
        "```python\nprint(12)  # 12 and more\n```\n",
        "| call | error |\n| --- | --- |\n| `[].pop()` | `IndexError: pop from empty lists` |\n",
        "| call | error |\n| --- | --- |\n| `[1].pop()` | `IndexError: pop from empty list` |\n",
    ],
)
def test_the_guard_of_printing_bites(text: str) -> None:
    with pytest.raises(AssertionError):
        run_page(text)


def test_the_guard_of_printing_lets_pass() -> None:
    run_page(
        "```python\nx = 1  # one\nprint([x,\n       x])  # [1, 1]: twice\n\nfor _ in range(2):\n    print(x)\n"
        "# 1\n# 1\n```\n\n| call | error |\n| --- | --- |\n| `[].pop()` | `IndexError: pop from empty list` |\n"
    )
