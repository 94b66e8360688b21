"""Supervised training: minimise a loss over labelled examples, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from specit.build import BuiltNetwork, build
from specit.build.layers.locally_connected import LocallyConnected2d
from specit.data import Examples, targets_of
from specit.spec.lock import Lock
from specit.spec.measures import MEASURES
from specit.spec.training import Supervised
from specit.spec.training.learning_rate import Moment, learning_rate
from specit.spec.training.losses import IntermediateLoss, Loss

from .answers import ANSWERS, Answer
from .batches import Batches, drawing
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
        self.order = Batches(examples.train, self.settings, seed)
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
        self.diverged = ""

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
        with drawing(self.seed, self.epoch, self.device):
            for done, batch in enumerate(batches):
                self._set_rates()
                total += self.train_batch(batch) * len(batch)
                seen += len(batch)
                progress((done + 1) / len(batches))
        self.epoch += 1
        mean = total.item() / seen
        if not math.isfinite(mean):
            self.diverged = f"the loss was no number in epoch {self.epoch}"
            return {}
        return {"train_loss": mean}

    def batches(self) -> Iterator[Tensor]:
        """Yield the indices of every batch of this epoch."""
        return (batch.to(self.device) for batch in self.order.of(self.epoch))

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
        return self._rate(self.stated.optimizer[1].lr, epoch, epoch * len(self.order))

    def _set_rates(self) -> None:
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = self._rate(rate, self.epoch, self.step)

    def _rate(self, rate: float, epoch: int, step: int) -> float:
        moment = Moment(epoch, step, self.epochs, self.epochs * len(self.order))
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
        self.answer: Answer = ANSWERS[stated.settings.target](lock.labelled, stated.loss[0], targets.to(device))

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
