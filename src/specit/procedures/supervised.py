"""Supervised training: minimise a loss over labelled examples, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from specit.build import BuiltNetwork, build
from specit.build.layers.locally_connected import LocallyConnected2d
from specit.data import Examples, targets_of
from specit.errors import SpecItError
from specit.spec.lock import Lock
from specit.spec.measures import MEASURES
from specit.spec.training import Supervised
from specit.spec.training.learning_rate import Moment, learning_rate
from specit.spec.training.losses import IntermediateLoss, Loss

from .answers import ANSWERS, Answer
from .evaluation import Evaluation
from .micro_batches import MicroBatches
from .optimizers import make_optimizer
from .share import Share

_CONVOLUTIONS = (nn.Conv2d, nn.ConvTranspose2d, LocallyConnected2d)

EVALUATION_BATCH = 256
"""How many examples are evaluated at once where the spec states no smaller micro-batch."""


class SupervisedTraining:
    """One arm under training. Everything that changes is in `state()`, so that a killed run can go on.

    All randomness of an epoch is drawn from (seed, epoch), so no generator needs to be saved. With a `share` of several
    processes, all of them take every step, and what they return is the same in each.
    """

    def __init__(
        self, lock: Lock, examples: Examples, seed: int, device: torch.device, share: Share | None = None
    ) -> None:
        assert isinstance(lock.train[1], Supervised)
        self.share = share or Share()
        self.share.check(lock)
        self.stated = lock.train[1]
        self.settings = self.stated.settings
        self.seed, self.device = seed, device
        self.examples = examples
        (network,) = build(lock, seed).values()
        self.network: BuiltNetwork = network.place(device)
        self.inputs = torch.from_numpy(examples.inputs).to(device)
        if self.settings.last_batch == "drop" and len(examples.train) < self.settings.batch_size:
            raise SpecItError(
                f"A batch of {self.settings.batch_size} is more than the {len(examples.train)} training examples, and "
                "last_batch: drop leaves out what fills no batch: nothing would be trained."
            )
        self.loss = _make_loss(*self.stated.loss)
        self.between = [_Between(loss, lock, device) for loss in self.stated.intermediate_losses]
        self.optimizer = make_optimizer(self.stated, self.network)
        self.rates = [float(group["lr"]) for group in self.optimizer.param_groups]
        self.kernels = [m.weight for m in dict.fromkeys(self.network.layers) if isinstance(m, _CONVOLUTIONS)]
        side_by_side = self.settings.micro_batch is not None and device.type == "cpu"
        self.parts = MicroBatches(torch.get_num_threads() if side_by_side else 1)
        self.evaluation = Evaluation(
            lock,
            self.network,
            examples,
            self.inputs,
            self.parts,
            batch=self.settings.micro_batch or EVALUATION_BATCH,
            probe=self.settings.probe,
            share=self.share,
        )
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
        self.network.train()
        batches = list(self.batches())
        total, seen = torch.zeros((), device=self.device), 0
        with self._drawing():
            for done, batch in enumerate(batches):
                self._set_rates()
                total += self.train_batch(batch) * len(batch)
                seen += len(batch)
                progress((done + 1) / len(batches))
        self.epoch += 1
        mean = total.item() / seen
        self.diverged = not math.isfinite(mean)
        return {} if self.diverged else {"train_loss": mean}

    @contextmanager
    def _drawing(self) -> Iterator[None]:
        """Let layers that draw by chance, such as dropout, draw from (seed, epoch), and leave no trace outside."""
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices):
            torch.manual_seed(int(np.random.SeedSequence((self.seed, self.epoch)).generate_state(1)[0]))
            yield

    def batches(self) -> Iterator[Tensor]:
        """Yield the indices of every batch of this epoch."""
        order = self.examples.train
        if self.settings.shuffle == "each_epoch":
            order = np.random.default_rng((self.seed, self.epoch)).permutation(order)
        size = self.settings.batch_size
        for start in range(0, self.batches_an_epoch * size, size):
            yield torch.from_numpy(order[start : start + size]).to(self.device)

    @property
    def batches_an_epoch(self) -> int:
        """Return how many batches an epoch has."""
        whole, rest = divmod(len(self.examples.train), self.settings.batch_size)
        return whole + (rest > 0 and self.settings.last_batch == "keep")

    def train_batch(self, batch: Tensor) -> Tensor:
        """Take one optimiser step on the examples `batch`; return its loss, L2 term included (a 0-d tensor)."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.add_gradients(batch)
        if self.stated.clip_norm is not None:
            trained = [parameter for group in self.optimizer.param_groups for parameter in group["params"]]
            nn.utils.clip_grad_norm_(trained, self.stated.clip_norm)
        self.optimizer.step()
        self.step += 1
        return loss

    def add_gradients(self, batch: Tensor) -> Tensor:
        """Add the gradient of the batch's loss to every parameter, one micro-batch after another."""

        def loss(part: Tensor) -> Tensor:
            output, named = self.network.outputs(self.inputs[part])
            value: Tensor = self.loss(output, self.evaluation.answer.target(part))
            for between in self.between:
                value = value + between(named, part)
            return value * (len(part) / len(batch))

        mine = batch[self.share.part(len(batch))]
        parts = mine.split(self.settings.micro_batch or len(batch)) if len(mine) else ()
        total = self.parts.add_gradients(self.network, loss, parts)
        if self.share.of > 1:
            self.share.add_up([*(p.grad for p in self.network.parameters() if p.grad is not None), total])
        if self.stated.l2 and self.stated.l2.coefficient and self.kernels:
            total = total + self._add_l2(self.stated.l2.coefficient)
        return total

    @torch.no_grad()
    def _add_l2(self, coefficient: float) -> Tensor:
        """Add the gradient of coefficient · Σ w², which is 2 · coefficient · w; return the term itself."""
        for weight in self.kernels:
            if weight.grad is not None:
                weight.grad.add_(weight, alpha=2 * coefficient)
        return coefficient * torch.stack([weight.square().sum() for weight in self.kernels]).sum()

    def learning_rate(self, epoch: int) -> float:
        """Return the learning rate with which an epoch begins, counted from 0; a group may have another one."""
        return self._rate(self.stated.optimizer[1].lr, epoch, epoch * self.batches_an_epoch)

    def _set_rates(self) -> None:
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = self._rate(rate, self.epoch, self.step)

    def _rate(self, rate: float, epoch: int, step: int) -> float:
        moment = Moment(epoch, step, self.epochs, self.epochs * self.batches_an_epoch)
        return learning_rate(self.stated.schedule[1], rate, moment)

    def evaluate_due(self) -> dict[str, float]:
        """Evaluate what is due after this epoch."""
        every, last = self.stated.evaluate, self.epoch >= self.epochs
        measures = self.evaluation.measures("test") if last or self.epoch % every.test == 0 else {}
        # Evaluating the training set may decide whether to stop, once everything else says so.
        stop = self.settings.stop or {}
        decides = bool(measures) and bool(stop) and self.reached(measures, only="test_")
        if last or self.epoch % every.train == 0 or decides:
            measures |= self.evaluation.measures("train")
        return measures

    def reached(self, measures: dict[str, float], only: str = "") -> bool:
        """Return whether the stated stop is reached, from the worse side of each measure."""
        stop = {name: value for name, value in (self.settings.stop or {}).items() if name.startswith(only)}
        if not self.settings.stop:
            return False
        return all(
            name in measures
            and (measures[name] >= value if MEASURES[name].better == "higher" else measures[name] <= value)
            for name, value in stop.items()
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what figures need of the final weights."""
        return self.evaluation.arrays()


class _Between:
    """A loss on what a layer in the middle makes."""

    def __init__(self, stated: IntermediateLoss, lock: Lock, device: torch.device) -> None:
        self.at, self.weight = stated.settings.at, stated.settings.weight
        self.loss = _make_loss(*stated.loss)
        targets = torch.from_numpy(targets_of(lock, stated.settings.target))
        self.answer: Answer = ANSWERS[stated.settings.target](lock.dataset[1], stated.loss[0], targets.to(device))

    def __call__(self, named: dict[str, Tensor], part: Tensor) -> Tensor:
        value: Tensor = self.loss(named[self.at], self.answer.target(part))
        return value * self.weight


def _make_loss(name: str, model: Loss) -> nn.Module:
    module: nn.Module = _LOSSES[name](**model.model_dump())
    return module


_LOSSES: dict[str, type[nn.Module]] = {
    "cross_entropy": nn.CrossEntropyLoss,
    "binary_cross_entropy_with_logits": nn.BCEWithLogitsLoss,
    "mse_loss": nn.MSELoss,
    "l1_loss": nn.L1Loss,
    "smooth_l1_loss": nn.SmoothL1Loss,
    "huber_loss": nn.HuberLoss,
}
