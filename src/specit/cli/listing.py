"""`specit list`."""

from __future__ import annotations

from .app import app
from .options import AsJson


@app.command("list")
def list_specs(as_json: AsJson = False) -> None:
    """List the specs that come with SpecIt."""
    from rich.table import Table

    from specit.studies import find, names

    from .output import console, print_json

    specs = [find(name) for name in names()]
    if as_json:
        print_json(
            [
                {
                    "name": s.name,
                    "title": s.title,
                    "arms": list(s.arms),
                    "claims": len(s.claims),
                    "tiers": list(s.tiers),
                }
                for s in specs
            ]
        )
        return
    table = Table("spec", "title", "arms", "claims", "tiers", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for s in specs:
        table.add_row(s.name, s.title, str(len(s.arms)), str(len(s.claims)), ", ".join(s.tiers))
    console().print(table)
