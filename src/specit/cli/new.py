"""`specit new`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from specit.errors import SpecItError, nearest

from .app import app

QUESTIONS = {
    "task": "What is the network asked (classify: a pixel; paint: a picture; locate: coordinates)",
    "title": "A title",
    "cite": "The paper (authors, year, title, where)",
    "section": "The section of the experiment",
    "claim": "The claim, in the paper's words",
}
FIRST = {
    "task": "classify",
    "title": "My experiment",
    "cite": "nobody yet",
    "section": "1",
    "claim": "The proposed network learns the task",
}
"""What stands there where nobody answers."""


@app.command()
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The spec to write, such as my-experiment.yaml.")],
    task: Annotated[str | None, typer.Option(help="classify, paint or locate.", metavar="TASK")] = None,
    title: Annotated[str | None, typer.Option(help="The spec's title.", metavar="TEXT")] = None,
    cite: Annotated[str | None, typer.Option(help="The paper that is replicated.", metavar="TEXT")] = None,
    section: Annotated[str | None, typer.Option(help="Its section.", metavar="TEXT")] = None,
    claim: Annotated[str | None, typer.Option(help="The sentence to be judged.", metavar="TEXT")] = None,
) -> None:
    """Write a spec to start from. In a terminal it asks for what is not given; everything else is a first choice.

    It can be checked and run as it is: two networks, a claim, and an instant tier.

    Examples: specit new my-experiment.yaml

    specit new squares.yaml --task paint --title "Squares" --claim "It paints every square"
    """
    from specit.records.atomic import write_atomically
    from specit.spec.start import TASKS, starting_spec

    if file.exists():
        raise SpecItError(f"'{file}' exists already; name another file.")
    if not file.parent.is_dir():
        raise SpecItError(f"There is no folder '{file.parent}' to write '{file.name}' into.")
    given = {"task": task, "title": title, "cite": cite, "section": section, "claim": claim}
    answers = {name: _answer(name) if answer is None else answer for name, answer in given.items()}
    if answers["task"] not in TASKS:
        raise SpecItError(f"There is no task '{answers['task']}'; {nearest(answers['task'], TASKS)}")
    text = starting_spec(answers.pop("task"), file=str(file), **answers)
    write_atomically(file, text.encode())
    typer.echo(f"{file}\nNext: specit check {file}")


def _answer(name: str) -> str:
    if not sys.stdin.isatty():
        return FIRST[name]
    return str(typer.prompt(QUESTIONS[name], default=FIRST[name]))
