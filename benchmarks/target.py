"""Time until CoordConv points at every test pixel of the uniform split: the best reading, at the stated settings.

python -m benchmarks.target

The peer is the straightforward port of `benchmarks.port` under the same training, seed by seed in the same run.
"""

from __future__ import annotations

import argparse
import statistics
import time

import torch

from benchmarks.port import StraightforwardPort
from benchmarks.step import copy_weights, painter
from specit.procedures import SupervisedTraining


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds (default 3)")
    parser.add_argument("--port", action="store_true", help="time the straightforward port too (minutes)")
    arguments = parser.parse_args()
    times: dict[str, list[float]] = {"specit": [], "port": []}
    for seed in range(arguments.seeds):
        for name in ("specit", "port") if arguments.port else ("specit",):
            seconds, epochs = _until_perfect(seed, as_port=name == "port")
            times[name].append(seconds)
            print(
                f"seed {seed}  {name:6}  100 % of the test pixels after {seconds:5.1f} s, {epochs} epochs", flush=True
            )
    for name, seen in times.items():
        if seen:
            print(f"{name:6}  median {statistics.median(seen):.1f} s over {len(seen)} seeds")


def _until_perfect(seed: int, *, as_port: bool) -> tuple[float, int]:
    training = painter(seed)
    if as_port:
        _as_port(training)
    begun = time.perf_counter()
    while training.evaluate("test")["test_accuracy"] < 1 and training.epoch < training.epochs:
        training.run_epoch(lambda share: None)
    return time.perf_counter() - begun, training.epoch


def _as_port(training: SupervisedTraining) -> None:
    """Put the port, with the same starting weights, in place of the built network."""
    port = StraightforwardPort()
    copy_weights(training, port)
    training.network = port  # type: ignore[assignment]
    training.settings = training.settings.model_copy(update={"micro_batch": None})
    training.kernels = [p for p in port.parameters() if p.dim() > 2]
    training.optimizer = torch.optim.Adam(port.parameters(), **training.stated.optimizer[1].model_dump())


if __name__ == "__main__":
    main()
