"""An appendix in LaTeX: booktabs and longtable, nothing else."""

from __future__ import annotations

import unicodedata

from .content import Appendix, Cell, Row, Section, Table

PACKAGES = r"""\usepackage[T1]{fontenc}
\usepackage{array,booktabs,longtable,textcomp}"""

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_\allowbreak{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    "-": "-{}",  # no ligature: two hyphens stay two
    "[": "{[}",  # after a line's end, a bracket would be its argument
    "]": "{]}",
    "*": "{*}",
}
_BEYOND = {
    "×": r"$\times$",
    "·": r"$\cdot$",
    "±": r"$\pm$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "≈": r"$\approx$",
    "∞": r"$\infty$",
    "∈": r"$\in$",
    "√": r"$\surd$",
    "→": r"$\rightarrow$",
    "←": r"$\leftarrow$",
    "−": r"$-$",
    "Σ": r"$\Sigma$",
    "α": r"$\alpha$",
    "β": r"$\beta$",
    "γ": r"$\gamma$",
    "ε": r"$\varepsilon$",
    "λ": r"$\lambda$",
    "μ": r"$\mu$",
    "π": r"$\pi$",
    "σ": r"$\sigma$",
    "°": r"\textdegree{}",
    "½": r"\textonehalf{}",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "…": r"\ldots{}",
    "ß": r"\ss{}",
    "æ": r"\ae{}",
    "Æ": r"\AE{}",
    "œ": r"\oe{}",
    "Œ": r"\OE{}",
    "ø": r"\o{}",
    "Ø": r"\O{}",
    "ł": r"\l{}",
    "Ł": r"\L{}",
    "\N{NO-BREAK SPACE}": "~",
}
_ACCENTS = {
    "\N{COMBINING ACUTE ACCENT}": r"\'",
    "\N{COMBINING GRAVE ACCENT}": r"\`",
    "\N{COMBINING CIRCUMFLEX ACCENT}": r"\^",
    "\N{COMBINING DIAERESIS}": r"\"",
    "\N{COMBINING TILDE}": r"\~",
    "\N{COMBINING MACRON}": r"\=",
    "\N{COMBINING DOT ABOVE}": r"\.",
    "\N{COMBINING BREVE}": r"\u",
    "\N{COMBINING CARON}": r"\v",
    "\N{COMBINING DOUBLE ACUTE ACCENT}": r"\H",
    "\N{COMBINING RING ABOVE}": r"\r",
    "\N{COMBINING CEDILLA}": r"\c",
    "\N{COMBINING OGONEK}": r"\k",
}


def to_latex(appendix: Appendix, *, standalone: bool = False) -> str:
    r"""Return the body, to be taken into a paper with \input, or a small document around it.

    The body is what a paper needs, which has a class and fonts of its own; a comment in it names the packages. A
    document by itself is for looking at it.
    """
    body = "\n\n".join([_opening(appendix), *(_section(section) for section in appendix.sections)])
    if not standalone:
        return "% Needs: " + PACKAGES.replace("\n", " ") + f"\n{body}\n"
    head = "\\documentclass[a4paper,10pt]{article}\n" + PACKAGES + "\n\\usepackage[margin=2cm]{geometry}"
    return f"{head}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


def escape(text: str) -> str:
    r"""Return text that LaTeX prints as it is, whatever it holds: always ASCII, so that no encoding matters.

    >>> escape("50 % of #1_a")
    '50 \\% of \\#1\\_\\allowbreak{}a'
    >>> escape("64 × 64")
    '64 $\\times$ 64'
    """
    return "".join(map(_letter, " ".join(text.split())))


def _letter(letter: str) -> str:
    if letter in _SPECIAL:
        return _SPECIAL[letter]
    if letter in _BEYOND:
        return _BEYOND[letter]
    if letter.isascii():
        return letter if letter.isprintable() else ""
    base, accent = (*unicodedata.normalize("NFD", letter), "", "")[:2]
    if base.isascii() and base.isalpha() and accent in _ACCENTS:
        return f"{_ACCENTS[accent]}{{{base}}}"
    plain = unicodedata.normalize("NFKD", letter)
    script = {"<super>": r"\textsuperscript", "<sub>": r"$_{%s}$"}.get(unicodedata.decomposition(letter).split(" ")[0])
    if plain.isascii() and plain.isprintable():
        inside = "".join(_SPECIAL.get(one, one) for one in plain)
        return inside if script is None else script % inside if "%" in script else f"{script}{{{inside}}}"
    return rf"\texttt{{U+{ord(letter):04X}}}"


def _opening(appendix: Appendix) -> str:
    parts = [rf"\section*{{{escape(appendix.title)}}}"]
    parts += [escape(text) for text in (appendix.cite, appendix.about) if text]
    marks = "; ".join(
        rf"\textsuperscript{{{letter}}} {escape(says)} ({count})" for letter, says, count in appendix.legend
    )
    return "\n\n".join([*parts, f"Where the values come from: {marks}."] if marks else parts)


def _section(section: Section) -> str:
    parts = [rf"\subsection*{{{escape(section.title)}}}", *([escape(section.text)] if section.text else [])]
    return "\n\n".join([*parts, *(_table(table) for table in section.tables if table.rows)])


def _table(table: Table) -> str:
    columns = len(table.head)
    # Of the line's width, what the space between columns leaves.
    share = [0.96 * width / sum(table.widths) for width in table.widths]
    kinds = "".join(
        rf">{{\raggedright\arraybackslash}}p{{\dimexpr {part:.4f}\linewidth-2\tabcolsep\relax}}" for part in share
    )
    head = " & ".join(rf"\textbf{{{escape(title)}}}" for title in table.head)
    lines = [
        *([rf"\paragraph{{{escape(table.caption)}}}", ""] if table.caption else []),
        r"{\footnotesize",
        rf"\begin{{longtable}}{{@{{}}{kinds}@{{}}}}",
        rf"\toprule {head} \\ \midrule \endhead",
        r"\bottomrule \endfoot",
        *(_row(row, columns) for row in table.rows),
        r"\end{longtable}}",
    ]
    return "\n".join(lines)


def _row(row: Row, columns: int) -> str:
    if row.over:
        return rf"\midrule \multicolumn{{{columns}}}{{@{{}}l}}{{\emph{{{_cell(row.cells[0])}}}}} \\"
    return " & ".join(map(_cell, row.cells)) + r" \\"


def _cell(cell: Cell) -> str:
    marked = (escape(one.text) + (rf"\textsuperscript{{{one.mark}}}" if one.mark else "") for one in cell)
    return ", ".join(marked)
