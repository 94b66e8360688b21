"""One training step of each arm, and the time to its target: SpecIt's against a straightforward port.

python -m benchmarks.study
python -m benchmarks.study coordconv/classification:coordconv:16 --target

An arm is SPEC:ARM or SPEC:ARM:BATCH. The port is made from the same lock, layer by layer in plain torch.nn, and
takes whole batches; both have the same weights, data, loss and optimiser. Steps take turns, so that whatever else
the machine does falls on both. GFLOP/s are useful ones, by the time of the whole step, and beside them stands their
share of a plain matrix product's rate in the same run: of the faster of a square and a skinny one; then the share that
PyTorch reaches with the linear layers by themselves, with nothing between them.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

import torch
from rich.console import Console
from rich.table import Table

from benchmarks.study import matmul, target
from benchmarks.study.arms import ARMS, Arm, read
from benchmarks.study.step import Step, compare


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("arms", nargs="*", type=read, metavar="SPEC:ARM[:BATCH]", help="default: the painters")
    parser.add_argument("--rounds", type=int, default=20, help="timed steps of each (default 20)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="threads of each")
    parser.add_argument(
        "--target",
        action="store_true",
        help="time to a perfect test accuracy, too; of the first arm where none is named (minutes)",
    )
    parser.add_argument("--compile", action="store_true", help="time the port under torch.compile, too")
    parser.add_argument("--seeds", type=int, default=3, help="seeds for --target (default 3)")
    parser.add_argument("--json", action="store_true", help="print the figures for programs")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arms: list[Arm] = arguments.arms or list(ARMS)

    rates = matmul.measure()
    steps = []
    for arm in arms:
        print(f"{arm} ...", file=sys.stderr, flush=True)
        steps.append(compare(arm, arguments.rounds, compiled=arguments.compile))
    # The machine may have been busier before than after.
    rates = {shape: max(rate, rates[shape]) for shape, rate in matmul.measure().items()}
    reached = _targets(arms if arguments.arms else list(ARMS[:1]), arguments.seeds) if arguments.target else []

    if arguments.json:
        found = {
            "threads": arguments.threads,
            "matmul_gflops": rates,
            "steps": [
                {
                    **asdict(step),
                    "gflops": step.rate,
                    "share": step.rate / max(rates.values()),
                    "alone_share": step.alone / max(rates.values()),
                }
                for step in steps
            ],
            "targets": [asdict(each) for each in reached],
        }
        print(json.dumps(found, indent=1))
    else:
        _show(steps, rates, arguments.threads)


def _targets(arms: list[Arm], seeds: int) -> list[target.Reached]:
    every = []
    for arm in arms:
        found = []
        for each in target.measure(arm, seeds):
            found.append(each)
            outcome = "every test pixel" if each.reached else "not reached"
            line = (
                f"{arm}  seed {each.seed}  {each.name:6}  {outcome} after {each.seconds:5.1f} s, {each.epochs} epochs"
            )
            print(line, file=sys.stderr, flush=True)
        print(f"{arm}  {target.ratio(found):.2f} times faster (median of seeds)", file=sys.stderr)
        every += found
    return every


def _show(steps: list[Step], rates: dict[str, float], threads: int) -> None:
    yardstick = max(rates.values())
    table = Table(title=f"A training step on {threads} threads")
    columns = ["arm", "batch", "micro", "specit", "port", "faster", "GFLOP/s", "share", "alone", "difference"]
    if any(step.compiled_ms for step in steps):
        columns += ["compiled port", "compiling"]
    for column in columns:
        table.add_column(column, justify="left" if column == "arm" else "right", no_wrap=True)
    for step in steps:
        compiled = [f"{step.compiled_ms:.1f} ms", f"{step.compile_seconds:.0f} s"] if step.compiled_ms else []
        table.add_row(
            step.arm,
            str(step.batch),
            str(step.micro_batch or "–"),
            f"{step.ours_ms:.1f} ms",
            f"{step.port_ms:.1f} ms",
            f"{step.ratio:.2f} ×",
            f"{step.rate:.0f}",
            f"{step.rate / yardstick:.0%}",
            f"{step.alone / yardstick:.0%}",
            f"{step.gradient_difference:.0e}",
            *compiled,
        )
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    console.print(
        "share: of a matrix product's rate; alone: the share of the linear layers by themselves; difference: of our "
        "gradients from the port's in double precision, relative"
    )
    for shape, rate in rates.items():
        console.print(f"matrix product {shape}: {rate:.0f} GFLOP/s{' (the yardstick)' if rate == yardstick else ''}")


if __name__ == "__main__":
    main()
