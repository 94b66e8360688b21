"""The LaTeX of an appendix: balanced whatever a spec holds, and compiled where there is a LaTeX."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specit.report.appendix import Appendix, compose_appendix, to_latex
from specit.report.appendix.content import Row, Section, Table, Text, cell
from specit.report.appendix.latex import escape
from specit.studies import find, names

COMPILERS = {"pdflatex": ["-interaction=nonstopmode", "-halt-on-error"], "tectonic": []}
HOSTILE = r"""\end{document} \input{/etc/passwd} $x_1^2$ & # % { } ~ ^ _ \\ -- ``q'' "r" <a|b> ]{[ × ε ½ é 漢 👍 ² ₁ """


def hostile() -> Appendix:
    rows = [Row((cell("2 × " + HOSTILE),), over=1), Row((cell(HOSTILE, "c"), (Text(HOSTILE), Text("[x]", "p"))))]
    return Appendix(
        HOSTILE,
        HOSTILE,
        HOSTILE,
        [("c", HOSTILE, 1)],
        [Section(HOSTILE, [Table(HOSTILE, ("[a]", "b_c"), rows, (1, 2))], HOSTILE)],
    )


def problems(text: str) -> list[str]:
    """Return what is wrong with a LaTeX text: braces, environments, mathematics, columns, characters out of place."""
    found = []
    plain = re.sub(r"(?m)^%.*$", "", text)
    plain = re.sub(r"\\[^A-Za-z]", "", plain)  # \{ and the like, and \\
    depth = 0
    for letter in plain:
        depth += (letter == "{") - (letter == "}")
        if depth < 0:
            found.append("a brace closes too early")
    found += ["a brace stays open"] if depth else []
    stack = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", plain):
        if kind == "begin":
            stack.append(name)
        elif not stack or stack.pop() != name:
            found.append(f"{name} ends where it does not stand")
    found += [f"{name} does not end" for name in stack]
    found += ["mathematics stays open"] if plain.count("$") % 2 else []
    found += [
        f"'{letter}' stands unescaped"
        for letter in "#%^~"
        if letter in plain.replace("~", "" if letter == "~" else "~")
    ]
    found += ["_ stands unescaped"] if re.search(r"(?<!\$)_(?!\{)", plain) else []
    return found


@pytest.mark.parametrize("name", names())
def test_it_is_balanced(name: str) -> None:
    appendix = compose_appendix(find(name))
    text, alone = to_latex(appendix), to_latex(appendix, standalone=True)
    assert problems(text) == problems(alone) == []
    assert "\\begin{document}" in alone
    assert "\\begin{document}" not in text
    assert text.splitlines()[0].startswith("% Needs: \\usepackage")
    for table in re.findall(r"\\begin\{longtable\}(.*?)\\end\{longtable\}", text, re.DOTALL):
        columns = table.splitlines()[0].count(r"\raggedright")
        for line in table.splitlines()[1:]:
            if line.endswith(r"\\") and "multicolumn" not in line:
                assert len(re.findall(r"(?<!\\)&", line)) == columns - 1, line


def test_hostile_texts_are_printed_and_not_obeyed() -> None:
    text = to_latex(hostile(), standalone=True)
    assert problems(text) == []
    assert text.count("\\end{document}") == 1
    assert "\\input{" not in text
    assert r"\texttt{U+6F22}" in text  # what no Latin font has is named by its number


@given(st.text())
def test_any_text_is_balanced(text: str) -> None:
    assert problems(escape(text)) == []
    assert "\n" not in escape(text)
    assert escape(text).isascii()


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("é", r"\'{e}"),
        ("Ł", r"\L{}"),
        ("x²", r"x\textsuperscript{2}"),
        ("x₁", "x$_{1}$"),
        ("a  b", "a b"),
        ("ε", r"$\varepsilon$"),
    ],
)
def test_letters_beyond_ascii(text: str, latex: str) -> None:
    assert escape(text) == latex


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "a brace stays open"),
        ("}{", "a brace closes too early"),
        (r"\begin{a}", "a does not end"),
        (r"\begin{a}\end{b}", "b ends where it does not stand"),
        ("$", "mathematics stays open"),
        ("50 # b", "'#' stands unescaped"),
        ("a_b", "_ stands unescaped"),
    ],
)
def test_the_check_bites(text: str, problem: str) -> None:
    assert problem in problems(text)


@pytest.mark.parametrize("name", ["coordconv/classification", "hostile"])
def test_a_real_latex_compiles_it(name: str, tmp_path: Path) -> None:
    compiler = next((one for one in COMPILERS if shutil.which(one)), None)
    if compiler is None:
        pytest.skip(f"no LaTeX is installed ({' or '.join(COMPILERS)})")
    appendix = hostile() if name == "hostile" else compose_appendix(find(name))
    (tmp_path / "appendix.tex").write_text(to_latex(appendix, standalone=True), encoding="utf-8")
    command = [compiler, *COMPILERS[compiler], "appendix.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "appendix.pdf").stat().st_size > 1000
