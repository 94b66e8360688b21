"""How long a store of 100,000 records takes to list and to judge.

python -m benchmarks.store
python -m benchmarks.store --records 10000

Makes a spec with a large sweep, and in a temporary folder a store with a record of every seed of every point of it (two
to three minutes and a gigabyte; `--folder` keeps it for the next time). The first listing reads every file and builds
the index; later ones compare what the file system says of every file. Judging reads every record from its file, finds
those of every point and judges four claims, of which two have a condition for each setting of the sweep. What is paid
for the points themselves, which depends on the spec alone, stands apart. Medians of some rounds, by the clock and by
the processor's time, which a busy machine stretches less.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

from rich.console import Console
from rich.table import Table

from benchmarks.store.made import SEEDS, fill, make_spec
from specit.claims.gather import Kept, gather, judge_spec
from specit.records import Store
from specit.records.index import FOLDER
from specit.records.uncollected import uncollected
from specit.spec.document import Spec

T = TypeVar("T")


class Spent(NamedTuple):
    """Seconds by the clock and of the processor."""

    wall: float
    processor: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000, help="about how many (default 100,000)")
    parser.add_argument("--rounds", type=int, default=5, help="of all but the first listing (default 5)")
    parser.add_argument("--folder", type=Path, help="where the store is made, or was made by an earlier call")
    parser.add_argument("--json", action="store_true", help="print the figures for programs")
    arguments = parser.parse_args()
    with TemporaryDirectory() as temporary:
        measure(arguments.folder or Path(temporary), arguments.records, arguments.rounds, as_json=arguments.json)


def measure(folder: Path, records: int, rounds: int, *, as_json: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    spec = make_spec(folder / "sweep.yaml", records // SEEDS)
    store, spent = Store(folder / "store"), dict[str, list[Spent]]()
    timed(spent, "the points of the spec and their identities", lambda: [point.lock.id for point in spec.every_point])
    if not store.root.exists():
        print("Making the store ...", file=sys.stderr, flush=True)
        fill(store.root, spec)
    shutil.rmtree(store.root / FOLDER, ignore_errors=True)
    listed = timed(spent, "first listing, which builds the index", lambda: list_all(store))
    for _ in range(rounds):
        timed(spent, "listing", lambda: list_all(store))
    for _ in range(rounds):
        judge(spent, spec, store)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    if as_json:
        seconds = {name: {"wall": wall(found), "processor": processor(found)} for name, found in spent.items()}
        print(json.dumps({"records": listed, "points": len(spec.every_point), "seconds": seconds, "gigabytes": peak}))
        return
    show(f"{listed:,} records of {len(spec.every_point):,} points", spent)
    print(f"Memory at most: {peak:.1f} GB.")


def list_all(store: Store) -> int:
    """Do what `specit runs` does before it prints."""
    with uncollected():
        return len(list(store.summaries()))


def judge(spent: dict[str, list[Spent]], spec: Spec, store: Store) -> None:
    """Do what `judge_specs` does, part by part."""
    with uncollected():
        kept = timed(spent, "judging: reading", lambda: Kept.of(store))
        gathered = timed(spent, "judging: finding each point's", lambda: gather(spec, kept))
        timed(spent, "judging: four claims", lambda: judge_spec(spec, gathered))
    parts = [found[-1] for name, found in spent.items() if name.startswith("judging: ")]
    whole = Spent(sum(part.wall for part in parts), sum(part.processor for part in parts))
    spent.setdefault("judging, together", []).append(whole)


def timed(spent: dict[str, list[Spent]], name: str, work: Callable[[], T]) -> T:
    began = time.perf_counter(), time.process_time()
    done = work()
    found = Spent(time.perf_counter() - began[0], time.process_time() - began[1])
    spent.setdefault(name, []).append(found)
    print(f"{name}: {found.wall:.2f} s", file=sys.stderr, flush=True)
    return done


def wall(found: list[Spent]) -> float:
    return statistics.median(one.wall for one in found)


def processor(found: list[Spent]) -> float:
    return statistics.median(one.processor for one in found)


def show(title: str, spent: dict[str, list[Spent]]) -> None:
    table = Table("", "rounds", "seconds", "of the processor", title=title)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, found in spent.items():
        table.add_row(name, str(len(found)), f"{wall(found):.2f}", f"{processor(found):.2f}")
    Console(width=None if sys.stdout.isatty() else 120).print(table)


if __name__ == "__main__":
    main()
