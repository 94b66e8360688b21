"""CoordConv layers against plain convolutions, the concatenating way and any other implementation.

python -m benchmarks.layer
python -m benchmarks.layer --peer benchmarks/peers.py:Mkocabas

For each of the shapes people use, in both memory formats, training (forward and backward) and inference. The
contestants take turns within each round, so that whatever else the machine does falls on all; a ratio is the median
over the rounds. Memory is the peak of what PyTorch's allocator holds, weights and input included.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

import torch
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import Progress, TimeRemainingColumn

from benchmarks.layer.contestants import Concatenating, Contestant, ours, peer, plain
from benchmarks.layer.page import write
from benchmarks.layer.results import Row, measure
from benchmarks.layer.shapes import SHAPES, Shape


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", action="append", default=[], metavar="FILE:CLASS", help="another layer to compare")
    parser.add_argument("--only", default="", metavar="WORDS", help="only shapes with these words in the name")
    parser.add_argument("--rounds", type=int, default=15, help="timed rounds of each (default 15)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="threads of each")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write a page of Markdown")
    parser.add_argument("--json", action="store_true", help="print the figures for programs")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)

    contestants: dict[str, Contestant] = {"plain": plain, "ours": ours, "concatenating": Concatenating}
    contestants |= {address.rpartition(":")[2]: peer(address) for address in arguments.peer}
    shapes = [shape for shape in SHAPES if arguments.only in shape.name]
    if not shapes:
        sys.exit(f"--only: no shape has {arguments.only!r} in its name; there are {', '.join(s.name for s in SHAPES)}.")
    rows = measure_all(shapes, contestants, arguments.rounds)
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False))
    page = write(rows, arguments.rounds)
    if arguments.write:
        arguments.write.write_text(page)
        print(f"wrote {arguments.write}", file=sys.stderr)
    elif not arguments.json:
        Console().print(Markdown(page))


def measure_all(shapes: list[Shape], contestants: dict[str, Contestant], rounds: int) -> list[Row]:
    cases = [
        (shape, channels_last, training)
        for training in (True, False)
        for shape in shapes
        for channels_last in ((False, True) if shape.rank > 1 else (False,))
    ]
    columns = (*Progress.get_default_columns()[:-1], TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(cases))
        rows = []
        for shape, channels_last, training in cases:
            progress.update(task, description=f"{'training' if training else 'inference'}, {shape.name}")
            rows.append(measure(shape, contestants, channels_last, training, rounds))
            progress.advance(task)
    return rows


if __name__ == "__main__":
    main()
