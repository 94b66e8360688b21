"""Variational training: an encoder and a decoder that minimise the negative evidence lower bound."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from specit.build import build
from specit.data.pictures import Pictures
from specit.spec.lock import Lock
from specit.spec.training import Variational
from specit.spec.training.variational import DECODER, ENCODER, BernoulliLikelihood, GaussianLikelihood

from .batches import Batches, drawing, generator_of
from .optimizers import optimizer_of
from .sampling import AT_ONCE, Sampling

CHECKED_EVERY = 64
"""After how many batches the loss is looked at: a GPU would have to be waited for each time."""


class VariationalTraining:
    """One arm under training. Everything that changes is in `state()`, so that a killed run can go on.

    All randomness of an epoch, the noise of the codes included, is drawn from (seed, epoch).
    """

    def __init__(self, lock: Lock, pictures: Pictures, seed: int, device: torch.device) -> None:
        assert isinstance(lock.train[1], Variational)
        self.stated = lock.train[1]
        self.seed, self.device, self.pictures = seed, device, pictures
        networks = build(lock, seed)
        self.encoder, self.decoder = networks[ENCODER].place(device), networks[DECODER].place(device)
        self.networks = {ENCODER: self.encoder, DECODER: self.decoder}
        trained = [*self.encoder.parameters(), *self.decoder.parameters()]
        self.optimizer = optimizer_of(*self.stated.optimizer, [{"params": trained}])
        self.bytes = torch.from_numpy(pictures.bytes).to(device)
        self.batches = Batches(pictures.train, self.stated.settings, seed)
        size = self.stated.settings.latent_size
        self.sampling = Sampling(
            self.stated.samples, lambda n, by: torch.randn(n, size, generator=by), self._make, pictures, device
        )
        self.epoch = self.step = 0
        self.diverged = ""

    @property
    def epochs(self) -> int:
        """Return how many epochs are stated."""
        return self.stated.epochs

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the training depends on."""
        return {
            "networks": {name: network.state_dict() for name, network in self.networks.items()},
            "optimizer": self.optimizer.state_dict(),
            "epoch": self.epoch,
            "step": self.step,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state()`."""
        for name, network in self.networks.items():
            network.load_state_dict(state["networks"][name])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch, self.step = int(state["epoch"]), int(state["step"])

    def run_epoch(self, progress: Callable[[float], None]) -> dict[str, float]:
        """Train for one epoch; `progress` hears the share that is done. Sets `diverged` where the loss is no number."""
        for network in self.networks.values():
            network.train()
        losses = list[Tensor]()
        noise = generator_of(self.seed, self.epoch)
        with drawing(self.seed, self.epoch, self.device):
            for done, batch in enumerate(self.batches.of(self.epoch), start=1):
                losses.append(self.train_batch(self._real(batch), noise))
                progress(done / len(self.batches))
                if done % CHECKED_EVERY == 0 and self._has_diverged(losses[-CHECKED_EVERY:]):
                    return {}
        self.epoch += 1
        return {} if self._has_diverged(losses) else {"train_loss": torch.stack(losses).mean().item()}

    def train_batch(self, real: Tensor, noise: torch.Generator) -> Tensor:
        """Take one optimiser step on a batch of pictures, (N, C, H, W); return its loss."""
        self.step += 1
        self.optimizer.zero_grad(set_to_none=True)
        reconstruction, divergence = self.terms(real, noise)
        loss = (reconstruction + self.stated.settings.beta * divergence).mean()
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def terms(self, real: Tensor, noise: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return -log p(x | z), for one z drawn from q(z | x), and KL(q(z | x) || N(0, 1)): both (N,), in nats."""
        with self._precision():
            mean, log_variance = self.encoder(real).float().chunk(2, dim=1)
            drawn = torch.randn(mean.shape, generator=noise).to(self.device)
            made = self.decoder(mean + drawn * (log_variance / 2).exp())
        divergence = (mean.square() + log_variance.exp() - 1 - log_variance).sum(1) / 2
        return self._reconstruction(made.float(), real).flatten(1).sum(1), divergence

    def _reconstruction(self, made: Tensor, real: Tensor) -> Tensor:
        """Return -log p of every number of the pictures."""
        match self.stated.likelihood[1]:
            case BernoulliLikelihood():
                low, high = self.pictures.low, self.pictures.high
                return F.binary_cross_entropy_with_logits(made, (real - low) / (high - low), reduction="none")
            case GaussianLikelihood(std=std):
                return (made - real).square() / (2 * std**2) + math.log(std) + math.log(2 * math.pi) / 2

    def _real(self, batch: Tensor) -> Tensor:
        """Return a batch of real pictures in the range that is stated."""
        share = self.bytes[batch.to(self.device)].float() / 255
        real = share * (self.pictures.high - self.pictures.low) + self.pictures.low
        return real.contiguous(memory_format=torch.channels_last) if self.device.type == "cpu" else real

    def _precision(self) -> torch.autocast:
        reduced = self.stated.settings.precision == "bfloat16"
        return torch.autocast(self.device.type, torch.bfloat16, enabled=reduced)

    def _has_diverged(self, losses: list[Tensor]) -> bool:
        finite = torch.stack(losses).isfinite()
        if finite.all():
            return False
        step = self.step - len(losses) + int((~finite).nonzero()[0]) + 1
        self.diverged = f"the loss of the encoder and decoder was no number at batch {step}"
        return True

    def evaluate_due(self) -> dict[str, float]:
        """Draw and measure, if that is due after this epoch."""
        due = self.epoch >= self.epochs or self.epoch % self.stated.samples.every == 0
        return self.sampling.measures() | self._bound() if due else {}

    def _bound(self) -> dict[str, float]:
        """Return the bound on the test pictures and its two terms, with noise that is always the same."""
        noise = torch.Generator().manual_seed(self.stated.samples.seed)
        sums = torch.zeros(2)
        for network in self.networks.values():
            network.eval()
        with torch.inference_mode():
            for part in torch.from_numpy(self.pictures.test).split(AT_ONCE):
                sums += torch.stack([term.sum().cpu() for term in self.terms(self._real(part), noise)])
        reconstruction, divergence = (sums / len(self.pictures.test)).tolist()
        return {
            "test_reconstruction": reconstruction,
            "test_divergence": divergence,
            "test_elbo": -reconstruction - divergence,
        }

    def reached(self, measures: dict[str, float]) -> bool:
        """Say that nothing ends early."""
        return False

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what figures need."""
        return self.sampling.arrays()

    def _make(self, vectors: Tensor) -> Tensor:
        """Return the mean picture of some codes."""
        self.decoder.eval()
        with self._precision():
            made: Tensor = self.decoder(vectors).float()
        if isinstance(self.stated.likelihood[1], BernoulliLikelihood):
            return made.sigmoid() * (self.pictures.high - self.pictures.low) + self.pictures.low
        return made
