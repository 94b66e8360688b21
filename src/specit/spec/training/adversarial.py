"""The adversarial procedure as data: a generator learns to make what a discriminator takes for real."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from specit.errors import SpecItError

from ..layers.layer import Positive
from ..model import Model, known_keys, read
from ..tree import Node
from ..variant import completed, stated, variant
from .generative import GenerativeSettings
from .latent import LATENTS, Latents
from .numbers import Rate
from .optimizers import OPTIMIZERS, Optimizer
from .samples import Samples

M = TypeVar("M", bound=Model)

DISCRIMINATOR, GENERATOR = "discriminator", "generator"


class NonSaturating(Model):
    """Binary cross-entropy of the discriminator's logits; the generator is told that its pictures are real.

    The discriminator minimises mean(softplus(-D(x))) + mean(softplus(D(G(z)))), the generator mean(softplus(-D(G(z))))
    (Goodfellow et al. 2014, section 3).
    """

    real: Rate = 1.0
    """What the discriminator should say of a real picture: below 1, its label is smoothed (one-sided)."""


class Hinge(Model):
    """The discriminator minimises mean(max(0, 1 - D(x))) + mean(max(0, 1 + D(G(z)))), the generator -mean(D(G(z)))."""


AdversarialLoss = NonSaturating | Hinge
ADVERSARIAL_LOSSES: dict[str, type[AdversarialLoss]] = {"non_saturating": NonSaturating, "hinge": Hinge}


class FeatureMatching(Model):
    """A term of the generator's loss: what a layer of the discriminator makes of real and of made pictures, compared.

    It is `weight` · mean |f(x) - f(G(z))|: of each made picture and the real one at its place in the batch (`pairs`),
    or of the means over the batch (`means`; Salimans et al. 2016, with their square for the absolute value).
    """

    at: str
    """The name that a layer of the discriminator carries (`as:`)."""
    weight: Rate
    """What the term is multiplied by."""
    of: Literal["pairs", "means"]
    """Whether pictures are compared one by one, or in the mean of the batch."""


class Steps(Model):
    """How many optimiser steps each network takes with a batch, the discriminator first."""

    discriminator: Positive
    """Of the discriminator."""
    generator: Positive
    """Of the generator."""


class SpectralNorm(Model):
    """Whose weights are divided by their largest singular value (`torch.nn.utils.parametrizations.spectral_norm`)."""

    discriminator: bool
    """All convolutions and linear layers of the discriminator."""
    generator: bool
    """And of the generator."""


class AdversarialSettings(GenerativeSettings):
    """The plain arguments of `adversarial`; those with parts of their own are read beside them."""

    latent_drawn: Literal["each_batch", "each_step"]
    """Whether one draw of latent vectors serves all steps that are taken with a batch."""
    real_and_made: Literal["apart", "together"]
    """Whether real and made pictures go through the discriminator one batch after the other, or as one batch: the same
    but for layers whose statistics are those of the batch."""


@dataclass(frozen=True)
class Adversarial:
    """A generator and a discriminator, trained in turn on every batch of real pictures."""

    settings: AdversarialSettings
    latent: tuple[str, Latents]
    """What the generator makes its pictures from."""
    loss: tuple[str, AdversarialLoss]
    """What both networks minimise."""
    feature_matching: FeatureMatching | None
    steps: Steps
    optimizers: dict[str, tuple[str, Optimizer]]
    """What changes the parameters of each network."""
    spectral_norm: SpectralNorm | None
    samples: Samples

    @property
    def epochs(self) -> int:
        """Return how many epochs are stated."""
        return self.settings.epochs

    def stated(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            **self.settings.model_dump(mode="json"),
            "latent": stated(*self.latent),
            "loss": stated(*self.loss),
            "feature_matching": self.feature_matching and self.feature_matching.model_dump(mode="json"),
            "steps": self.steps.model_dump(mode="json"),
            "optimizers": {name: stated(*optimizer) for name, optimizer in self.optimizers.items()},
            "spectral_norm": self.spectral_norm and self.spectral_norm.model_dump(mode="json"),
            "samples": self.samples.model_dump(mode="json"),
        }

    def completed(self) -> Iterator[str]:
        """Yield what the spec left to a default."""
        yield from completed(self.latent[1], "train.adversarial.latent")
        yield from completed(self.loss[1], "train.adversarial.loss")
        for name, (_, optimizer) in self.optimizers.items():
            yield from completed(optimizer, f"train.adversarial.optimizers.{name}")


def read_adversarial(node: Node) -> Adversarial:
    """Read the arguments of the adversarial procedure."""
    entries = dict(node.mapping("adversarial"))
    needed = ("latent", "loss", "steps", "optimizers", "samples")
    parts = {name: entries.pop(name, None) for name in (*needed, "feature_matching", "spectral_norm")}
    known_keys(node, [*parts, *AdversarialSettings.model_fields], "adversarial")
    for name in needed:
        if parts[name] is None:
            raise SpecItError(f"adversarial needs the argument '{name}', which is missing.", at=node.mark)
    latent, loss, steps, optimizers, samples, matching, spectral = parts.values()
    assert latent and loss and steps and optimizers and samples
    return Adversarial(
        settings=read(AdversarialSettings, Node(dict(entries), node.mark, node.source), "adversarial"),
        latent=variant(latent, LATENTS, "latent"),
        loss=variant(loss, ADVERSARIAL_LOSSES, "loss"),
        feature_matching=_if_stated(FeatureMatching, matching, "feature_matching"),
        steps=read(Steps, steps, "steps"),
        optimizers=_read_optimizers(optimizers),
        spectral_norm=_if_stated(SpectralNorm, spectral, "spectral_norm"),
        samples=read(Samples, samples, "samples"),
    )


def _if_stated(kind: type[M], node: Node | None, what: str) -> M | None:
    return read(kind, node, what) if node is not None and node.value is not None else None


def _read_optimizers(node: Node) -> dict[str, tuple[str, Optimizer]]:
    entries = node.mapping("optimizers")
    known_keys(node, (DISCRIMINATOR, GENERATOR), "optimizers")
    for name in (DISCRIMINATOR, GENERATOR):
        if name not in entries:
            raise SpecItError(f"optimizers needs one for the {name}, which is missing.", at=node.mark)
    return {name: variant(entries[name], OPTIMIZERS, "optimizer") for name in (DISCRIMINATOR, GENERATOR)}
