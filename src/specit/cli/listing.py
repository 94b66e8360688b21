"""`specit list`."""

from __future__ import annotations

from .app import app
from .options import AsJson


@app.command("list")
def list_specs(as_json: AsJson = False) -> None:
    """List the studies and specs that come with SpecIt. Every command takes a study or one of its specs."""
    from rich.table import Table
    from rich.text import Text

    from specit.studies import find_study, studies

    from .output import console, print_json

    found = [study for name in studies() if (study := find_study(name))]
    if as_json:
        print_json(
            [
                {
                    "study": study.name,
                    "name": s.name,
                    "title": s.title,
                    "arms": list(s.arms),
                    "claims": len(s.claims),
                    "tiers": list(s.tiers),
                }
                for study in found
                for s in study.specs
            ]
        )
        return
    for study in found:
        console().print(Text.assemble((study.name, "bold"), f"  {study.title}\n"))
        table = Table("spec", "title", "arms", "claims", "tiers", box=None, pad_edge=False)
        table.columns[0].no_wrap = True
        for s in study.specs:
            table.add_row(s.name, s.title, str(len(s.arms)), str(len(s.claims)), ", ".join(s.tiers))
        console().print(table)
