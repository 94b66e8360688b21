"""Compare CoordConv layers: what they do with the same inputs, and what they should do.

python -m benchmarks.conformance            # print the page
python -m benchmarks.conformance --write    # write docs/layer/conformance.md
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.conformance.page import page, table

PAGE = Path(__file__).parents[2] / "docs" / "layer" / "conformance.md"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name} instead of printing it")
    text = page(table())
    if parser.parse_args().write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
