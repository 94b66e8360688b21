"""One iteration of adversarial training of the released networks: SpecIt's against a straightforward port's.

python -m benchmarks.generative
python -m benchmarks.generative coordconv conv:small --bfloat16 --compile

An arm is NAME or NAME:SIZE. An iteration is one step of the discriminator and two of the generator with a batch of 16,
as released. The port is made from the same lock, layer by layer in plain torch.nn, NCHW, with coordinates concatenated,
and runs the discriminator twice on detached pictures; benchmarks/generative/port.py says what else. Both begin with the
same weights, and nothing is timed before the losses of both were found to be the same. Iterations take turns, so that
whatever else the machine does falls on both; in both freed memory stays with the process, as in a run. To reach is 1.5.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

import torch
from rich.console import Console
from rich.table import Table

from benchmarks.generative.arms import EVERY, NETWORKS, SIZES, Arm, read
from benchmarks.generative.iteration import Iteration, compare
from specit.run.memory import keep_freed_memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = f"of {', '.join(NETWORKS)}, and {' or '.join(SIZES)}; default: every one"
    parser.add_argument("arms", nargs="*", type=read, metavar="NAME[:SIZE]", help=known)
    parser.add_argument("--rounds", type=int, default=10, help="timed iterations of each (default 10)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="threads of each")
    parser.add_argument("--bfloat16", action="store_true", help="time ours in mixed precision, too")
    parser.add_argument("--compile", action="store_true", help="time the port under torch.compile, too")
    parser.add_argument("--json", action="store_true", help="print the figures for programs")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    keep_freed_memory()
    arms: list[Arm] = arguments.arms or list(EVERY)

    found = []
    for arm in arms:
        print(f"{arm} ...", file=sys.stderr, flush=True)
        found.append(compare(arm, arguments.rounds, bfloat16=arguments.bfloat16, compiled=arguments.compile))
    if arguments.json:
        print(json.dumps({"threads": arguments.threads, "iterations": [asdict(each) for each in found]}, indent=1))
    else:
        show(found, arguments.threads)


def show(found: list[Iteration], threads: int) -> None:
    table = Table(title=f"An iteration on {threads} threads" if threads > 1 else "An iteration on one thread")
    columns = ["arm", "batch", "specit", "port", "faster", "by processor time", "losses differ"]
    columns += ["specit in bfloat16"] if any(each.bfloat16_ms for each in found) else []
    columns += ["compiled port", "compiling"] if any(each.compiled_ms for each in found) else []
    for column in columns:
        table.add_column(column, justify="left" if column == "arm" else "right", no_wrap=True)
    for each in found:
        optional = [f"{each.bfloat16_ms:.1f} ms"] if each.bfloat16_ms else []
        optional += [f"{each.compiled_ms:.1f} ms", f"{each.compile_seconds:.0f} s"] if each.compiled_ms else []
        table.add_row(
            each.arm,
            str(each.batch),
            f"{each.ours_ms:.1f} ms",
            f"{each.port_ms:.1f} ms",
            f"{each.ratio:.2f} ×",
            f"{each.cpu_ratio:.2f} ×",
            f"{each.loss_difference:.0e}",
            *optional,
        )
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    console.print("times are medians; the ratios are medians over the rounds; losses: of the first iteration, relative")


if __name__ == "__main__":
    main()
