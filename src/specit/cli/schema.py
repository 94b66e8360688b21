"""`specit schema`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .app import app


@app.command()
def schema(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here instead of printing.")] = None,
) -> None:
    """Print the language as a JSON Schema, so that an editor completes and checks specs.

    Example: specit schema -o specit.schema.json

    Then begin a spec with the line: # yaml-language-server: $schema=specit.schema.json
    """
    import json

    from specit.records.atomic import write_atomically
    from specit.spec.schema import json_schema

    text = json.dumps(json_schema(), indent=1, ensure_ascii=False)
    if output:
        write_atomically(output, (text + "\n").encode())
        typer.echo(str(output))
    else:
        typer.echo(text)
