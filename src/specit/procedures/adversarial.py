"""Adversarial training: a generator against a discriminator, in turn on every batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations

from specit.build import BuiltNetwork, build
from specit.data.pictures import Pictures
from specit.spec.lock import Lock
from specit.spec.training import Adversarial
from specit.spec.training.adversarial import DISCRIMINATOR, GENERATOR, FeatureMatching, Hinge, NonSaturating
from specit.spec.training.latent import Latents, Uniform

from .batches import Batches, drawing, generator_of
from .optimizers import optimizer_of
from .sampling import Sampling

CHECKED_EVERY = 64
"""After how many batches losses are looked at: a GPU would have to be waited for each time."""


class AdversarialTraining:
    """One arm under training. Everything that changes is in `state()`, so that a killed run can go on.

    All randomness of an epoch, its latent vectors included, is drawn from (seed, epoch).
    """

    def __init__(self, lock: Lock, pictures: Pictures, seed: int, device: torch.device) -> None:
        assert isinstance(lock.train[1], Adversarial)
        self.stated = stated = lock.train[1]
        self.seed, self.device, self.pictures = seed, device, pictures
        networks = build(lock, seed)
        self.generator = networks[GENERATOR].place(device)
        self.discriminator = networks[DISCRIMINATOR].place(device)
        self.networks = {GENERATOR: self.generator, DISCRIMINATOR: self.discriminator}
        with drawing(seed, 0, device):  # the norm begins with a random vector
            for name, network in self.networks.items():
                if stated.spectral_norm and getattr(stated.spectral_norm, name):
                    _norm_spectrally(network)
        self.optimizers = {
            name: optimizer_of(*stated.optimizers[name], [{"params": list(network.parameters())}])
            for name, network in self.networks.items()
        }
        self.bytes = torch.from_numpy(pictures.bytes).to(device)
        self.batches = Batches(pictures.train, stated.settings, seed)
        self.sampling = Sampling(
            stated.samples, lambda n, by: draw(stated.latent[1], n, by), self._make, pictures, device
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
            "optimizers": {name: optimizer.state_dict() for name, optimizer in self.optimizers.items()},
            "epoch": self.epoch,
            "step": self.step,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state()`."""
        for name, network in self.networks.items():
            network.load_state_dict(state["networks"][name])
            self.optimizers[name].load_state_dict(state["optimizers"][name])
        self.epoch, self.step = int(state["epoch"]), int(state["step"])

    def run_epoch(self, progress: Callable[[float], None]) -> dict[str, float]:
        """Train for one epoch; `progress` hears the share that is done. Sets `diverged` where a loss is no number."""
        for network in self.networks.values():
            network.train()
        losses = list[Tensor]()
        latent = generator_of(self.seed, self.epoch)
        with drawing(self.seed, self.epoch, self.device):
            for done, batch in enumerate(self.batches.of(self.epoch), start=1):
                losses.append(self.train_batch(self._real(batch), latent))
                progress(done / len(self.batches))
                if done % CHECKED_EVERY == 0 and self._has_diverged(losses[-CHECKED_EVERY:]):
                    return {}
        self.epoch += 1
        if self._has_diverged(losses):
            return {}
        of_discriminator, of_generator = torch.stack(losses).mean(0).tolist()
        return {"discriminator_loss": of_discriminator, "generator_loss": of_generator}

    def train_batch(self, real: Tensor, latent: torch.Generator) -> Tensor:
        """Take the stated steps of both networks with a batch of real pictures, (N, C, H, W).

        Returns the mean losses of the discriminator's and of the generator's steps, (2,). What the generator makes of a
        vector does not change while only the discriminator learns, so one draw that serves all steps is turned into
        pictures once for those and for the generator's first step.
        """
        self.step += 1
        once = self.stated.settings.latent_drawn == "each_batch"
        vectors = self._vectors(len(real), latent) if once else None
        with self._precision():
            made = self.generator(vectors) if once else None
        losses: tuple[list[Tensor], list[Tensor]] = [], []
        for _ in range(self.stated.steps.discriminator):
            if made is None:
                with torch.no_grad(), self._precision():
                    shown = self.generator(self._vectors(len(real), latent))
            else:
                shown = made.detach()
            losses[0].append(self._step_discriminator(real, shown))
        for _ in range(self.stated.steps.generator):
            if made is None:
                with self._precision():
                    made = self.generator(self._vectors(len(real), latent) if vectors is None else vectors)
            losses[1].append(self._step_generator(real, made))
            made = None
        return torch.stack([torch.stack(each).mean() for each in losses])

    def _step_discriminator(self, real: Tensor, made: Tensor) -> Tensor:
        optimizer = self.optimizers[DISCRIMINATOR]
        optimizer.zero_grad(set_to_none=True)
        with self._precision():
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
        with _frozen(self.discriminator), self._precision():
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

    def _real(self, batch: Tensor) -> Tensor:
        """Return a batch of real pictures in the range that is stated."""
        share = self.bytes[batch.to(self.device)].float() / 255
        real = share * (self.pictures.high - self.pictures.low) + self.pictures.low
        return real.contiguous(memory_format=torch.channels_last) if self.device.type == "cpu" else real

    def _vectors(self, number: int, latent: torch.Generator) -> Tensor:
        return draw(self.stated.latent[1], number, latent).to(self.device)

    def _precision(self) -> torch.autocast:
        reduced = self.stated.settings.precision == "bfloat16"
        return torch.autocast(self.device.type, torch.bfloat16, enabled=reduced)

    def _has_diverged(self, losses: list[Tensor]) -> bool:
        """Look for the first loss that is no number, and say whose it was."""
        finite = torch.stack(losses).isfinite()
        if finite.all():
            return False
        first = int((~finite).any(1).nonzero()[0])
        network = DISCRIMINATOR if not finite[first, 0] else GENERATOR
        step = self.step - len(losses) + first + 1
        self.diverged = f"the loss of the {network} was no number at batch {step}"
        return True

    def evaluate_due(self) -> dict[str, float]:
        """Draw and measure, if that is due after this epoch."""
        due = self.epoch >= self.epochs or self.epoch % self.stated.samples.every == 0
        return self.sampling.measures() if due else {}

    def reached(self, measures: dict[str, float]) -> bool:
        """Say that nothing ends early."""
        return False

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what figures need."""
        return self.sampling.arrays()

    def _make(self, vectors: Tensor) -> Tensor:
        self.generator.eval()
        with self._precision():
            made: Tensor = self.generator(vectors)
        return made


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
