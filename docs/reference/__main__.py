"""Write docs/reference from the code.

python -m docs.reference            # list the pages that are not what the code says
python -m docs.reference --write    # write them
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .pages import pages

FOLDER = Path(__file__).parent


def stale(folder: Path = FOLDER) -> list[str]:
    """Return the pages that are missing, other than the code says, or no page of it any more."""
    made = pages()
    found = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.md")}
    return sorted(name for name in made.keys() | found.keys() if made.get(name) != found.get(name))


def write(folder: Path = FOLDER) -> None:
    """Write every page, and delete what is no page any more."""
    made = pages()
    for path in folder.rglob("*.md"):
        if path.relative_to(folder).as_posix() not in made:
            path.unlink()
    for name, text in made.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text, encoding="utf-8")


def main() -> int:
    """Do what the command line says; the exit code is 1 if a page is stale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the pages instead of comparing them")
    if parser.parse_args().write:
        write()
    print(*stale(), sep="\n", end="")
    return int(bool(stale()))


if __name__ == "__main__":
    sys.exit(main())
