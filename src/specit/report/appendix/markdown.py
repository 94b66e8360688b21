"""An appendix as Markdown with GitHub's tables."""

from __future__ import annotations

from .content import Appendix, Cell, Row, Section, Table


def to_markdown(appendix: Appendix) -> str:
    """Return the appendix; every text is shown as written."""
    parts = [f"# {escape(appendix.title)}", *(escape(text) for text in (appendix.cite, appendix.about) if text)]
    if appendix.legend:
        marks = "; ".join(f"<sup>{letter}</sup> {escape(says)} ({count})" for letter, says, count in appendix.legend)
        parts.append(f"Where the values come from: {marks}.")
    return "\n\n".join([*parts, *map(_section, appendix.sections)]) + "\n"


def escape(text: str) -> str:
    r"""Return text that stays inside its cell and is shown as written.

    >>> escape("a_b | <c>")
    'a\\_b \\| &lt;c&gt;'
    """
    for character in "\\`*_[]|~#!$":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").split())


def _section(section: Section) -> str:
    parts = [f"## {escape(section.title)}", *([escape(section.text)] if section.text else [])]
    for table in section.tables:
        if table.rows:
            parts += [*([f"**{escape(table.caption)}**"] if table.caption else []), _table(table)]
    return "\n\n".join(parts)


def _table(table: Table) -> str:
    lines = [list(table.head), ["---"] * len(table.head)]
    lines += [_row(row, len(table.head)) for row in table.rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _row(row: Row, columns: int) -> list[str]:
    if row.over:
        return ["", f"**{_cell(row.cells[0])}**", *[""] * (columns - 2)]
    return list(map(_cell, row.cells))


def _cell(cell: Cell) -> str:
    return ", ".join(escape(one.text) + (f"<sup>{one.mark}</sup>" if one.mark else "") for one in cell)
