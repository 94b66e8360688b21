"""A network beside its examples: what it answers, measured and kept. Every procedure evaluates this way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from specit.build import BuiltNetwork
from specit.data import Examples
from specit.spec.lock import Lock
from specit.spec.training import Supervised, Untrained

from .answers import ANSWERS, Answer
from .micro_batches import MicroBatches
from .share import Share


class Evaluation:
    """`measures("test")`, and the arrays that figures draw from; `batch` examples at once, without gradients."""

    def __init__(
        self,
        lock: Lock,
        network: BuiltNetwork,
        examples: Examples,
        inputs: Tensor,
        parts: MicroBatches,
        *,
        batch: int,
        probe: tuple[tuple[int, int], ...],
        share: Share | None = None,
    ) -> None:
        stated, training = lock.labelled, lock.train[1]
        assert isinstance(training, Supervised | Untrained)
        self.network, self.examples, self.inputs = network, examples, inputs
        self.parts, self.batch, self.probe = parts, batch, probe
        self.share = share or Share()
        targets = torch.from_numpy(examples.targets).to(inputs.device)
        self.answer: Answer = ANSWERS[stated.target](stated, training.loss[0], targets)

    def measures(self, name: str) -> dict[str, float]:
        """Return the measures over the `train` or `test` examples."""
        indices = self.examples.train if name == "train" else self.examples.test
        mine = indices[self.share.part(len(indices))]
        # Where there are fewer examples than processes, a process without any would not know what is measured.
        together = len(indices) >= self.share.of
        sums: dict[str, float] = {}
        for part, output in self.outputs(mine if together else indices):
            for measure, value in self.answer.sums(part, output).items():
                sums[measure] = sums.get(measure, 0.0) + value
        if together and self.share.of > 1:
            added = torch.tensor(list(sums.values()), dtype=torch.float64, device=self.inputs.device)
            self.share.add_up([added])
            sums = dict(zip(sums, added.tolist(), strict=True))
        return {f"{name}_{measure}": value / len(indices) for measure, value in sums.items()}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what figures need: every answer, and the whole output at the probes."""
        everything = np.arange(len(self.examples.centres))
        kept: dict[str, NDArray[Any]] = {
            "canvas": np.asarray(self.examples.canvas, dtype=np.int32),
            "centres": self.examples.centres,
            "in_test": self.examples.in_test,
            **self.answer.kept(self.outputs(everything)),
        }
        known = {(int(x), int(y)): i for i, (x, y) in enumerate(self.examples.centres)}
        probes = np.asarray([known[place] for place in self.probe if place in known], dtype=np.int64)
        if len(probes):
            whole = self.answer.probed(torch.cat([output for _, output in self.outputs(probes)]))
            kept |= {"probe": probes.astype(np.int32), **whole} if whole else {}
        return kept

    def outputs(self, indices: NDArray[np.intp]) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield (indices, outputs) over some examples, with the network in evaluation mode."""
        self.network.eval()
        parts = torch.from_numpy(indices).to(self.inputs.device).split(self.batch)
        yield from zip(parts, self.parts.infer(self.network, [self.inputs[part] for part in parts]), strict=True)
