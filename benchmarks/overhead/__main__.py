"""What SpecIt costs beside the training: a run against a bare loop that takes the same steps.

python -m benchmarks.overhead
python -m benchmarks.overhead coordconv/classification:deconv --epochs 20

Epochs take turns, ours and the bare loop's. An epoch of ours ends with a checkpoint and a provisional record on the
disk, and begins by telling a listener; what bare means stands in benchmarks/overhead/bare.py. A run also begins and
ends: ours fingerprints the data, and answers once more to every example for the figures. The last column counts that
for runs of as many epochs as the full tier states. To reach is a ratio below 1.03.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from benchmarks.overhead.measure import Found, compare

ARMS = (
    "coordconv/classification:coordconv",
    "coordconv/classification:deconv_small",
    "coordconv/classification:deconv",
    "coordconv/classification:deconv_large",
)
"""Of the deconvolutions the smallest has the shortest epoch, which overhead shows in most."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("arms", nargs="*", metavar="SPEC:ARM", help="default: those of classification")
    parser.add_argument("--epochs", type=int, default=6, help="timed epochs of each, with one to warm up (default 6)")
    parser.add_argument("--json", action="store_true", help="print the figures for programs")
    arguments = parser.parse_args()
    found = []
    for arm in arguments.arms or ARMS:
        print(f"{arm} ...", file=sys.stderr, flush=True)
        spec, _, name = arm.partition(":")
        found.append(compare(spec, name, arguments.epochs))
    if arguments.json:
        print(json.dumps([asdict(each) | {"whole": each.whole} for each in found], indent=1))
    else:
        _show(found)


def _show(found: list[Found]) -> None:
    table = Table(title="A run on one thread, against a bare loop")
    columns = (
        "arm",
        "epoch",
        "bare",
        "ratio",
        "of CPU time",
        "last epoch",
        "begin and end",
        "bare",
        "epochs stated",
        "whole runs",
    )
    for column in columns:
        table.add_column(column, justify="left" if column == "arm" else "right", no_wrap=True)
    for each in found:
        table.add_row(
            each.arm,
            f"{each.ours * 1e3:.0f} ms",
            f"{each.bare * 1e3:.0f} ms",
            f"{each.ratio:.3f}",
            f"{each.cpu_ratio:.3f}",
            f"+ {each.growth * 1e3:.0f} ms",
            f"{each.ours_rest:.2f} s",
            f"{each.bare_rest:.2f} s",
            str(each.stated),
            f"{each.whole:.3f}",
        )
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    console.print("times are medians; the ratio is the median over the epochs, and of whole runs it is computed")


if __name__ == "__main__":
    main()
