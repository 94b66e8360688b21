"""What the procedures that learn to make pictures have in common: batches of real ones, sampling, and going on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import torch
from numpy.typing import NDArray
from torch import Tensor

from specit.build import BuiltNetwork
from specit.data.pictures import Pictures
from specit.spec.training import Adversarial, Variational

from .batches import Batches, drawing, generator_of
from .sampling import Sampling

CHECKED_EVERY = 64
"""After how many batches losses are looked at: a GPU would have to be waited for each time."""


class Generative(ABC):
    """One arm under training. Everything that changes is in `state()`, so that a killed run can go on.

    All randomness of an epoch is drawn from (seed, epoch).
    """

    losses: ClassVar[Mapping[str, str]]
    """The measures that `train_batch` returns, each with whose loss it is."""

    def __init__(
        self,
        stated: Adversarial | Variational,
        networks: Mapping[str, BuiltNetwork],
        optimizers: Mapping[str, torch.optim.Optimizer],
        pictures: Pictures,
        seed: int,
        device: torch.device,
    ) -> None:
        self.seed, self.device, self.pictures = seed, device, pictures
        self.networks, self.optimizers = networks, optimizers
        self.epochs, self.every = stated.epochs, stated.samples.every
        self.reduced = stated.settings.precision == "bfloat16"
        self.bytes = torch.from_numpy(pictures.bytes).to(device)
        self.batches = Batches(pictures.train, stated.settings, seed)
        self.sampling = Sampling(stated.samples, self.draw, self._made, pictures, device)
        self.epoch = self.step = 0
        self.diverged = ""

    @abstractmethod
    def draw(self, number: int, generator: torch.Generator) -> Tensor:
        """Draw latent vectors, (N, size), on the CPU, so that they are the same on every device."""

    @abstractmethod
    def make(self, vectors: Tensor) -> Tensor:
        """Return the pictures that latent vectors stand for, (N, C, H, W), in the range that is stated."""

    @abstractmethod
    def train_batch(self, real: Tensor, generator: torch.Generator) -> Tensor:
        """Take the optimiser steps of a batch of real pictures, (N, C, H, W); return the losses, one of each kind."""

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the training depends on."""
        return {
            "networks": {name: network.state_dict() for name, network in self.networks.items()},
            "optimizers": {name: optimizer.state_dict() for name, optimizer in self.optimizers.items()},
            "epoch": self.epoch,
            "step": self.step,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state()`."""
        for name, network in self.networks.items():
            network.load_state_dict(state["networks"][name])
        for name, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
        self.epoch, self.step = int(state["epoch"]), int(state["step"])

    def run_epoch(self, progress: Callable[[float], None]) -> dict[str, float]:
        """Train for one epoch; `progress` hears the share that is done. Says in `diverged` which loss is no number."""
        for network in self.networks.values():
            network.train()
        losses = list[Tensor]()
        generator = generator_of(self.seed, self.epoch)
        with drawing(self.seed, self.epoch, self.device):
            for done, batch in enumerate(self.batches.of(self.epoch), start=1):
                losses.append(self.train_batch(self.real(batch), generator))
                self.step += 1
                progress(done / len(self.batches))
                if done % CHECKED_EVERY == 0 and self._has_diverged(losses[-CHECKED_EVERY:]):
                    return {}
        self.epoch += 1
        if self._has_diverged(losses):
            return {}
        return dict(zip(self.losses, torch.stack(losses).mean(0).tolist(), strict=True))

    def real(self, batch: Tensor) -> Tensor:
        """Return real pictures by their indices, in the range that is stated."""
        share = self.bytes[batch.to(self.device)].float() / 255
        real = share * (self.pictures.high - self.pictures.low) + self.pictures.low
        return real.contiguous(memory_format=torch.channels_last) if self.device.type == "cpu" else real

    def precision(self) -> torch.autocast:
        """Return what the networks compute in."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.reduced)

    def evaluate_due(self) -> dict[str, float]:
        """Draw and measure, if that is due after this epoch."""
        return self.evaluate() if self.epoch >= self.epochs or self.epoch % self.every == 0 else {}

    def evaluate(self) -> dict[str, float]:
        """Return what is measured of pictures that are made."""
        return self.sampling.measures()

    def reached(self, measures: dict[str, float]) -> bool:
        """Say that nothing ends early."""
        return False

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what figures need."""
        return self.sampling.arrays()

    def _made(self, vectors: Tensor) -> Tensor:
        for network in self.networks.values():
            network.eval()
        with self.precision():
            return self.make(vectors)

    def _has_diverged(self, losses: list[Tensor]) -> bool:
        """Look for the first loss that is no number, and say whose it was."""
        finite = torch.stack(losses).isfinite()
        if finite.all():
            return False
        first = int((~finite).any(1).nonzero()[0])
        whose = list(self.losses.values())[int((~finite[first]).nonzero()[0])]
        self.diverged = f"the loss of the {whose} was no number at batch {self.step - len(losses) + first + 1}"
        return True
