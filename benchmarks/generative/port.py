"""Adversarial training as one would write it first.

The networks run layer by layer in NCHW, with the coordinates concatenated. A step of the discriminator makes pictures
anew and detaches them, and the discriminator is run twice, on these and on real ones. A step of the generator makes
them once more, and computes the discriminator's gradients too, which nobody uses.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.study.port import StraightforwardPort
from specit.procedures import AdversarialTraining
from specit.procedures.adversarial import draw
from specit.spec.training.adversarial import DISCRIMINATOR, GENERATOR
from specit.spec.training.optimizers import Adam


class StraightforwardGan:
    """The same training, with the same weights, as `of` has now: the non-saturating loss, one draw a batch, Adam."""

    def __init__(self, of: AdversarialTraining) -> None:
        self.stated = of.stated
        self.networks = {name: StraightforwardPort(network.stated) for name, network in of.networks.items()}
        for name, port in self.networks.items():
            port.load_state_dict(of.networks[name].state_dict())
            for parameter in port.parameters():
                parameter.data = parameter.data.contiguous()
        self.optimizers = {name: _adam(port, of.stated.optimizers[name][1]) for name, port in self.networks.items()}

    def train_batch(self, real: Tensor, latent: torch.Generator) -> Tensor:
        """Take the steps of a batch; return the mean losses of the discriminator's and of the generator's, (2,)."""
        real = real.contiguous()
        generator, discriminator = self.networks[GENERATOR], self.networks[DISCRIMINATOR]
        vectors = draw(self.stated.latent[1], len(real), latent)
        losses: tuple[list[Tensor], list[Tensor]] = [], []
        for _ in range(self.stated.steps.discriminator):
            of_real, of_made = discriminator(real), discriminator(generator(vectors).detach())
            loss = _cross_entropy(of_real, 1.0) + _cross_entropy(of_made, 0.0)
            losses[0].append(self._step(DISCRIMINATOR, loss))
        for _ in range(self.stated.steps.generator):
            losses[1].append(self._step(GENERATOR, _cross_entropy(discriminator(generator(vectors)), 1.0)))
        return torch.stack([torch.stack(each).mean() for each in losses])

    def _step(self, name: str, loss: Tensor) -> Tensor:
        for optimizer in self.optimizers.values():
            optimizer.zero_grad()
        loss.backward()
        self.optimizers[name].step()
        return loss.detach()


def _adam(network: nn.Module, stated: object) -> torch.optim.Adam:
    assert isinstance(stated, Adam)
    return torch.optim.Adam(network.parameters(), **stated.model_dump())


def _cross_entropy(logits: Tensor, label: float) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))
