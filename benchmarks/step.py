"""One training step of the CoordConv painter: SpecIt's against a straightforward port, same weights and data.

python -m benchmarks.step

Both do the same: forward, softmax cross-entropy, L2 on the kernels, backward, Adam. The steps are interleaved, so
that whatever else the machine does falls on both; figures are medians. First it checks that the gradients agree.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from benchmarks.port import StraightforwardPort
from specit.data import make_examples
from specit.procedures import SupervisedTraining
from specit.studies import find


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=32, help="examples a step (default 32)")
    parser.add_argument("--rounds", type=int, default=40, help="timed steps of each (default 40)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="threads of each")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    ours, port = painter(), StraightforwardPort()
    copy_weights(ours, port)
    batch = torch.arange(arguments.batch)
    print(f"relative difference of the gradients: {_gradient_difference(ours, port, batch):.1e}")

    port_step = _port_step(ours, port, batch)
    times: dict[str, list[float]] = {"port": [], "ours": []}
    for round_ in range(arguments.rounds + 3):
        for name, step in (("port", port_step), ("ours", lambda: ours.train_batch(batch))):
            begun = time.perf_counter()
            step()
            if round_ >= 3:  # the first ones warm up
                times[name].append(time.perf_counter() - begun)
    port_time, our_time = statistics.median(times["port"]), statistics.median(times["ours"])
    print(f"straightforward port  {port_time * 1e3:7.1f} ms a step of {arguments.batch}")
    print(f"specit                {our_time * 1e3:7.1f} ms, in micro-batches of {ours.settings.micro_batch}")
    ratio = statistics.median(p / o for p, o in zip(times["port"], times["ours"], strict=True))
    print(f"ratio                 {ratio:7.2f} times faster (median of pairs, {torch.get_num_threads()} threads)")


def painter(seed: int = 0) -> SupervisedTraining:
    """Return the CoordConv painter under training, in its best reading."""
    point = find("coordconv/classification").plan(arms=["coordconv"], choose={"scale": ["centred"]})[0]
    return SupervisedTraining(point.lock, make_examples(point.lock), seed=seed, device=torch.device("cpu"))


def copy_weights(ours: SupervisedTraining, port: StraightforwardPort) -> None:
    own = [p.detach().clone() for p in ours.network.parameters()]
    for mine, theirs in zip(own, port.parameters(), strict=True):
        theirs.data.copy_(mine)


def _loss(ours: SupervisedTraining, port: StraightforwardPort, batch: Tensor) -> Tensor:
    data = nn.functional.cross_entropy(port(ours.inputs[batch]), ours.targets[batch])
    penalty = torch.stack([p.square().sum() for p in port.parameters() if p.dim() > 1]).sum()
    assert ours.stated.l2
    return data + ours.stated.l2.coefficient * penalty


def _gradient_difference(ours: SupervisedTraining, port: StraightforwardPort, batch: Tensor) -> float:
    ours.add_gradients(batch)
    _loss(ours, port, batch).backward()
    mine = torch.cat([p.grad.flatten() for p in ours.network.parameters() if p.grad is not None])
    theirs = torch.cat([p.grad.flatten() for p in port.parameters() if p.grad is not None])
    difference: float = ((mine - theirs).norm() / theirs.norm()).item()
    return difference


def _port_step(ours: SupervisedTraining, port: StraightforwardPort, batch: Tensor) -> Callable[[], None]:
    optimizer = torch.optim.Adam(port.parameters(), **ours.stated.optimizer[1].model_dump())

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        _loss(ours, port, batch).backward()
        optimizer.step()

    return step


if __name__ == "__main__":
    main()
