"""Supervised training: minimise a loss over labelled examples, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from specit.build import BuiltNetwork, build
from specit.data import Examples
from specit.errors import SpecItError
from specit.spec.lock import Lock
from specit.spec.training import Constant, Cosine, Step

from .micro_batches import MicroBatches

EVALUATION_BATCH = 256
"""How many examples are evaluated at once where the spec states no smaller micro-batch."""


class SupervisedTraining:
    """One arm under training. Everything that changes is in `state()`, so that a killed run can go on.

    All randomness of an epoch is drawn from (seed, epoch), so no generator needs to be saved.
    """

    def __init__(self, lock: Lock, examples: Examples, seed: int, device: torch.device) -> None:
        self.stated = lock.train[1]
        self.settings = self.stated.settings
        self.seed, self.device = seed, device
        self.examples = examples
        (network,) = build(lock, seed).values()
        self.network: BuiltNetwork = network.to(device)
        self.inputs = torch.from_numpy(examples.inputs).to(device)
        self.targets = torch.from_numpy(examples.targets).to(device)
        if self.settings.last_batch == "drop" and len(examples.train) < self.settings.batch_size:
            raise SpecItError(
                f"A batch of {self.settings.batch_size} is more than the {len(examples.train)} training examples, and "
                "last_batch: drop leaves out what fills no batch: nothing would be trained."
            )
        self.loss = nn.CrossEntropyLoss(**self.stated.loss[1].model_dump())
        adam = self.stated.optimizer[1]
        self.optimizer = torch.optim.Adam(self.network.parameters(), **adam.model_dump())
        self.kernels = [p for p in self.network.parameters() if p.dim() > 2]
        side_by_side = self.settings.micro_batch is not None and device.type == "cpu"
        self.parts = MicroBatches(torch.get_num_threads() if side_by_side else 1)
        self.epoch = self.step = 0
        self.diverged = False

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the training depends on."""
        return {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "epoch": self.epoch,
            "step": self.step,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state()`."""
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch, self.step = int(state["epoch"]), int(state["step"])

    @property
    def epochs(self) -> int:
        """Return how many epochs are stated."""
        return self.settings.epochs

    def run_epoch(self, progress: Callable[[float], None]) -> dict[str, float]:
        """Train for one epoch; `progress` hears the share that is done. Sets `diverged` where the loss is no number."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate(self.epoch)
        self.network.train()
        batches = list(self.batches())
        total, seen = torch.zeros((), device=self.device), 0
        for done, batch in enumerate(batches):
            total += self.train_batch(batch) * len(batch)
            seen += len(batch)
            progress((done + 1) / len(batches))
        self.epoch += 1
        mean = total.item() / seen
        self.diverged = not math.isfinite(mean)
        return {} if self.diverged else {"train_loss": mean}

    def batches(self) -> Iterator[Tensor]:
        """Yield the indices of every batch of this epoch."""
        order = self.examples.train
        if self.settings.shuffle == "each_epoch":
            order = np.random.default_rng((self.seed, self.epoch)).permutation(order)
        size = self.settings.batch_size
        stop = len(order) if self.settings.last_batch == "keep" else len(order) // size * size
        for start in range(0, stop, size):
            yield torch.from_numpy(order[start : start + size]).to(self.device)

    def train_batch(self, batch: Tensor) -> Tensor:
        """Take one optimiser step on the examples `batch`; return its loss, L2 term included (a 0-d tensor)."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.add_gradients(batch)
        self.optimizer.step()
        self.step += 1
        return loss

    def add_gradients(self, batch: Tensor) -> Tensor:
        """Add the gradient of the batch's loss to every parameter, one micro-batch after another."""

        def loss(part: Tensor) -> Tensor:
            value: Tensor = self.loss(self.network(self.inputs[part]), self.targets[part])
            return value * (len(part) / len(batch))

        parts = batch.split(self.settings.micro_batch or len(batch))
        total = self.parts.add_gradients(self.network, loss, parts)
        if self.stated.l2 and self.stated.l2.coefficient:
            penalty = self.stated.l2.coefficient * torch.stack([w.square().sum() for w in self.kernels]).sum()
            penalty.backward()
            total = total + penalty.detach()
        return total

    def learning_rate(self, epoch: int) -> float:
        """Return the learning rate of an epoch, counted from 0."""
        rate = self.stated.optimizer[1].lr
        match self.stated.schedule[1]:
            case Constant():
                return rate
            case Step(factor=factor, every=every, at_most=at_most):
                return rate * float(factor ** min(epoch // every, at_most))
            case Cosine():
                return rate * (1 + math.cos(math.pi * epoch / self.epochs)) / 2

    def evaluate_due(self) -> dict[str, float]:
        """Evaluate what is due after this epoch."""
        every, last = self.stated.evaluate, self.epoch >= self.epochs
        measures = self.evaluate("test") if last or self.epoch % every.test == 0 else {}
        # Evaluating the training set may decide whether to stop, once everything else says so.
        stop = self.settings.stop or {}
        decides = bool(measures) and bool(stop) and self.reached(measures, only="test_")
        if last or self.epoch % every.train == 0 or decides:
            measures |= self.evaluate("train")
        return measures

    def reached(self, measures: dict[str, float], only: str = "") -> bool:
        """Return whether the stated stop is reached: accuracies from below, everything else from above."""
        stop = {name: value for name, value in (self.settings.stop or {}).items() if name.startswith(only)}
        if not self.settings.stop:
            return False
        return all(
            name in measures and (measures[name] >= value if "accuracy" in name else measures[name] <= value)
            for name, value in stop.items()
        )

    def logits(self, indices: NDArray[np.intp]) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield (indices, logits) over some examples, with the network in evaluation mode."""
        self.network.eval()
        parts = torch.from_numpy(indices).to(self.device).split(self.settings.micro_batch or EVALUATION_BATCH)
        yield from zip(parts, self.parts.infer(self.network, [self.inputs[part] for part in parts]), strict=True)

    def evaluate(self, name: str) -> dict[str, float]:
        """Return the measures over the `train` or `test` examples."""
        indices = self.examples.train if name == "train" else self.examples.test
        width = self.examples.canvas[1]
        right = euclidean = manhattan = entropy = 0.0
        for part, logits in self.logits(indices):
            target = self.targets[part]
            guess = logits.argmax(1)
            rows, columns = guess // width - target // width, guess % width - target % width
            right += (guess == target).sum().item()
            euclidean += (rows.square() + columns.square()).double().sqrt().sum().item()
            manhattan += (rows.abs() + columns.abs()).sum().item()
            entropy += nn.functional.cross_entropy(logits.double(), target, reduction="sum").item()
        n = len(indices)
        return {
            f"{name}_accuracy": right / n,
            f"{name}_euclidean": euclidean / n,
            f"{name}_manhattan": manhattan / n,
            f"{name}_cross_entropy": entropy / n,
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what figures need of the final weights: every guess, and the whole output at the probes."""
        everything = np.arange(len(self.examples.targets))
        guesses = torch.cat([logits.argmax(1).cpu() for _, logits in self.logits(everything)])
        kept: dict[str, NDArray[Any]] = {
            "canvas": np.asarray(self.examples.canvas, dtype=np.int32),
            "centres": self.examples.centres,
            "in_test": self.examples.in_test,
            "predicted": guesses.numpy().astype(np.int32),
            "target": self.examples.targets.astype(np.int32),
        }
        known = {(int(x), int(y)): i for i, (x, y) in enumerate(self.examples.centres)}
        probes = np.asarray([known[place] for place in self.settings.probe if place in known], dtype=np.int64)
        if len(probes):
            outputs = torch.cat([logits.cpu() for _, logits in self.logits(probes)])
            kept["probe"] = probes.astype(np.int32)
            kept["probe_logits"] = outputs.view(-1, *self.examples.canvas).numpy().astype(np.float32)
        return kept
