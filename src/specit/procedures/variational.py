"""Variational training: an encoder and a decoder that minimise the negative evidence lower bound."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from specit.build import build
from specit.data.pictures import Pictures
from specit.spec.lock import Lock
from specit.spec.training import Variational
from specit.spec.training.variational import DECODER, ENCODER, BernoulliLikelihood, GaussianLikelihood

from .generative import Generative
from .optimizers import optimizer_of
from .sampling import AT_ONCE


class VariationalTraining(Generative):
    """An encoder and a decoder under training."""

    losses = {"train_loss": "encoder and decoder"}

    def __init__(self, lock: Lock, pictures: Pictures, seed: int, device: torch.device) -> None:
        assert isinstance(lock.train[1], Variational)
        self.stated = lock.train[1]
        networks = {name: network.place(device) for name, network in build(lock, seed).items()}
        self.encoder, self.decoder = networks[ENCODER], networks[DECODER]
        trained = [*self.encoder.parameters(), *self.decoder.parameters()]
        optimizers = {"both": optimizer_of(*self.stated.optimizer, [{"params": trained}])}
        super().__init__(self.stated, networks, optimizers, pictures, seed, device)

    def draw(self, number: int, generator: torch.Generator) -> Tensor:
        return torch.randn(number, self.stated.settings.latent_size, generator=generator)

    def make(self, vectors: Tensor) -> Tensor:
        made: Tensor = self.decoder(vectors).float()
        if isinstance(self.stated.likelihood[1], BernoulliLikelihood):
            return made.sigmoid() * (self.pictures.high - self.pictures.low) + self.pictures.low
        return made

    def train_batch(self, real: Tensor, noise: torch.Generator) -> Tensor:
        """Take one optimiser step on a batch of pictures, (N, C, H, W); return its loss, (1,)."""
        (optimizer,) = self.optimizers.values()
        optimizer.zero_grad(set_to_none=True)
        reconstruction, divergence = self.terms(real, noise)
        loss = (reconstruction + self.stated.settings.beta * divergence).mean()
        loss.backward()
        optimizer.step()
        return loss.detach()[None]

    def terms(self, real: Tensor, noise: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return -log p(x | z), for one z drawn from q(z | x), and KL(q(z | x) || N(0, 1)): both (N,), in nats."""
        with self.precision():
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

    def evaluate(self) -> dict[str, float]:
        return super().evaluate() | self._bound()

    def _bound(self) -> dict[str, float]:
        """Return the bound on the test pictures and its two terms, with noise that is always the same."""
        noise = torch.Generator().manual_seed(self.stated.samples.seed)
        sums = torch.zeros(2)
        for network in self.networks.values():
            network.eval()
        with torch.inference_mode():
            for part in torch.from_numpy(self.pictures.test).split(AT_ONCE):
                sums += torch.stack([term.sum().cpu() for term in self.terms(self.real(part), noise)])
        reconstruction, divergence = (sums / len(self.pictures.test)).tolist()
        return {
            "test_reconstruction": reconstruction,
            "test_divergence": divergence,
            "test_elbo": -reconstruction - divergence,
        }
