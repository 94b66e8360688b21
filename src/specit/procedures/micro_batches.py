"""Micro-batches side by side: parts of a batch that fit the processor's caches, one thread each.

A batch's gradient is the sum of its parts' gradients. Parts small enough to stay in the caches go through the
network faster than the whole, and since they do not depend on each other, each thread can take its share of
them and work by itself, which costs less than sharing every single operation between threads. Shares and the
order of addition are fixed, so the same machine gives the same bits each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch
from torch import Tensor, nn

Part = TypeVar("Part")
Result = TypeVar("Result")


class MicroBatches:
    """Runs the parts of a batch on `threads` threads; with 1, in this one."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.pool: ThreadPoolExecutor | None = None
        if threads > 1:
            self.pool = ThreadPoolExecutor(threads, initializer=_work_alone)

    def add_gradients(self, network: nn.Module, loss: Callable[[Tensor], Tensor], parts: Sequence[Tensor]) -> Tensor:
        """Add the gradients of the summed losses of all parts to the parameters; return that sum (0 without any)."""
        parameters = [p for p in network.parameters() if p.requires_grad]
        if not parts:
            for parameter in parameters:
                parameter.grad = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
            return parameters[0].new_zeros(())

        def work(share: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
            total, sums = None, list[Tensor]()
            for part in share:
                value = loss(part)
                gradients = torch.autograd.grad(value, parameters)
                value = value.detach()  # lets go of the graph, whose memory the next part can have
                total = value if total is None else total + value
                sums = [s.add_(g) for s, g in zip(sums, gradients, strict=True)] if sums else list(gradients)
            assert total is not None
            return total, sums

        totals = []
        for total, sums in self._each(work, list(_shares(parts, self.threads))):
            totals.append(total)
            for parameter, gradient in zip(parameters, sums, strict=True):
                parameter.grad = gradient if parameter.grad is None else parameter.grad.add_(gradient)
        return torch.stack(totals).sum()

    def infer(self, network: nn.Module, parts: Sequence[Tensor]) -> Iterator[Tensor]:
        """Yield the network's output for each part, in order, without gradients."""

        def work(part: Tensor) -> Tensor:
            with torch.inference_mode():
                output: Tensor = network(part)
                return output

        yield from self._each(work, parts)

    def _each(self, work: Callable[[Part], Result], parts: Sequence[Part]) -> Iterator[Result]:
        return self.pool.map(work, parts) if self.pool else map(work, parts)


def _shares(parts: Sequence[Tensor], threads: int) -> Iterator[Sequence[Tensor]]:
    """Divide the parts into at most `threads` runs of neighbours, as even as can be."""
    size = -(-len(parts) // threads)
    for start in range(0, len(parts), size):
        yield parts[start : start + size]


def _work_alone() -> None:
    """Let the operations of this thread run in this thread alone. PyTorch keeps the number for each thread."""
    torch.set_num_threads(1)
