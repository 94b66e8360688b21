"""Adversarial training: a generator against a discriminator, in turn on every batch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations

from specit.build import BuiltNetwork, build
from specit.data.pictures import Pictures
from specit.spec.lock import Lock
from specit.spec.training import Adversarial
from specit.spec.training.adversarial import DISCRIMINATOR, GENERATOR, FeatureMatching, Hinge, NonSaturating
from specit.spec.training.latent import Latents, Uniform

from .batches import drawing
from .generative import Generative
from .optimizers import optimizer_of


class AdversarialTraining(Generative):
    """A generator and a discriminator under training, in turn on every batch."""

    losses = {"discriminator_loss": DISCRIMINATOR, "generator_loss": GENERATOR}

    def __init__(self, lock: Lock, pictures: Pictures, seed: int, device: torch.device) -> None:
        assert isinstance(lock.train[1], Adversarial)
        self.stated = stated = lock.train[1]
        networks = {name: network.place(device) for name, network in build(lock, seed).items()}
        self.generator, self.discriminator = networks[GENERATOR], networks[DISCRIMINATOR]
        with drawing(seed, 0, device):  # the norm begins with a random vector
            for name, network in networks.items():
                if stated.spectral_norm and getattr(stated.spectral_norm, name):
                    _norm_spectrally(network)
        optimizers = {
            name: optimizer_of(*stated.optimizers[name], [{"params": list(network.parameters())}])
            for name, network in networks.items()
        }
        super().__init__(stated, networks, optimizers, pictures, seed, device)

    def draw(self, number: int, generator: torch.Generator) -> Tensor:
        return draw(self.stated.latent[1], number, generator)

    def make(self, vectors: Tensor) -> Tensor:
        made: Tensor = self.generator(vectors)
        return made

    def train_batch(self, real: Tensor, latent: torch.Generator) -> Tensor:
        """Take the stated steps of both networks with a batch of real pictures, (N, C, H, W).

        Returns the mean losses of the discriminator's and of the generator's steps, (2,). What the generator makes of a
        vector does not change while only the discriminator learns, so one draw that serves all steps is turned into
        pictures once for those and for the generator's first step.
        """
        once = self.stated.settings.latent_drawn == "each_batch"
        vectors = self._vectors(len(real), latent) if once else None
        with self.precision():
            made = self.generator(vectors) if once else None
        losses: tuple[list[Tensor], list[Tensor]] = [], []
        for _ in range(self.stated.steps.discriminator):
            if made is None:
                with torch.no_grad(), self.precision():
                    shown = self.generator(self._vectors(len(real), latent))
            else:
                shown = made.detach()
            losses[0].append(self._step_discriminator(real, shown))
        for _ in range(self.stated.steps.generator):
            if made is None:
                with self.precision():
                    made = self.generator(self._vectors(len(real), latent) if vectors is None else vectors)
            losses[1].append(self._step_generator(real, made))
            made = None
        return torch.stack([torch.stack(each).mean() for each in losses])

    def _step_discriminator(self, real: Tensor, made: Tensor) -> Tensor:
        optimizer = self.optimizers[DISCRIMINATOR]
        optimizer.zero_grad(set_to_none=True)
        with self.precision():
            if self.stated.settings.real_and_made == "together":
                of_real, of_made = self.discriminator(torch.cat([real, made])).split(len(real))
            else:
                of_real, of_made = self.discriminator(real), self.discriminator(made)
        loss = self._discriminator_loss(of_real.float(), of_made.float())
        loss.backward()
        optimizer.step()
        return loss.detach()

    def _step_generator(self, real: Tensor, made: Tensor) -> Tensor:
        optimizer = self.optimizers[GENERATOR]
        optimizer.zero_grad(set_to_none=True)
        with _frozen(self.discriminator), self.precision():
            of_made, named = self.discriminator.outputs(made)
            loss = self._generator_loss(of_made.float())
            if matching := self.stated.feature_matching:
                with torch.no_grad():
                    wanted = self.discriminator.outputs(real)[1][matching.at]
                loss = loss + _feature_loss(matching, wanted.float(), named[matching.at].float())
        loss.backward()
        optimizer.step()
        return loss.detach()

    def _discriminator_loss(self, of_real: Tensor, of_made: Tensor) -> Tensor:
        match self.stated.loss[1]:
            case NonSaturating(real=label):
                wanted = torch.full_like(of_real, label)
                return F.binary_cross_entropy_with_logits(of_real, wanted) + F.softplus(of_made).mean()
            case Hinge():
                return F.relu(1 - of_real).mean() + F.relu(1 + of_made).mean()

    def _generator_loss(self, of_made: Tensor) -> Tensor:
        match self.stated.loss[1]:
            case NonSaturating():
                return F.softplus(-of_made).mean()
            case Hinge():
                return -of_made.mean()

    def _vectors(self, number: int, generator: torch.Generator) -> Tensor:
        return self.draw(number, generator).to(self.device)


def draw(stated: Latents, number: int, generator: torch.Generator) -> Tensor:
    """Draw latent vectors, (N, size), on the CPU, so that they are the same on every device."""
    if isinstance(stated, Uniform):
        return torch.rand(number, stated.size, generator=generator) * (stated.high - stated.low) + stated.low
    return torch.randn(number, stated.size, generator=generator) * stated.std


def _feature_loss(stated: FeatureMatching, real: Tensor, made: Tensor) -> Tensor:
    if stated.of == "means":
        real, made = real.mean(0), made.mean(0)
    return stated.weight * (real - made).abs().mean()


def _norm_spectrally(network: BuiltNetwork) -> None:
    for layer in dict.fromkeys(network.layers):
        weight = getattr(layer, "weight", None)
        if isinstance(weight, nn.Parameter) and weight.dim() > 1:
            parametrizations.spectral_norm(layer)


@contextmanager
def _frozen(network: nn.Module) -> Iterator[None]:
    """Let gradients pass through a network without computing those of its parameters."""
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    for parameter in trained:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in trained:
            parameter.requires_grad_(True)
