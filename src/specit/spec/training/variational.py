"""The variational procedure as data: an autoencoder whose code is kept close to a normal distribution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from specit.errors import SpecItError

from ..layers.layer import Positive
from ..model import Model, known_keys, read
from ..tree import Node
from ..variant import completed, stated, variant
from .generative import GenerativeSettings
from .numbers import NotNegative, Rate
from .optimizers import OPTIMIZERS, Optimizer
from .samples import Samples

ENCODER, DECODER = "encoder", "decoder"


class BernoulliLikelihood(Model):
    """The decoder ends in logits; every number of a picture, brought to [0, 1], is a probability of its own."""


class GaussianLikelihood(Model):
    """The decoder ends in the mean of a normal distribution around every number of the picture."""

    std: Rate
    """Its standard deviation, in the pictures' own units."""


Likelihood = BernoulliLikelihood | GaussianLikelihood
LIKELIHOODS: dict[str, type[Likelihood]] = {"bernoulli": BernoulliLikelihood, "gaussian": GaussianLikelihood}


class VariationalSettings(GenerativeSettings):
    """The plain arguments of `variational`; those with parts of their own are read beside them."""

    latent_size: Positive
    """How many numbers the code has. The encoder ends in twice as many: their means, then their log-variances."""
    beta: NotNegative
    """What the divergence from the standard normal distribution is multiplied by: 1 in Kingma and Welling 2014."""


@dataclass(frozen=True)
class Variational:
    """An encoder and a decoder that minimise -log p(x | z) + beta · KL(q(z | x) || N(0, 1)), in the batch's mean.

    Both terms are sums over the numbers of a picture and of its code, in nats; z is drawn once for every picture.
    """

    settings: VariationalSettings
    likelihood: tuple[str, Likelihood]
    """What the decoder's output says of a picture."""
    optimizer: tuple[str, Optimizer]
    """What changes the parameters of both networks."""
    samples: Samples

    @property
    def epochs(self) -> int:
        """Return how many epochs are stated."""
        return self.settings.epochs

    def stated(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            **self.settings.model_dump(mode="json"),
            "likelihood": stated(*self.likelihood),
            "optimizer": stated(*self.optimizer),
            "samples": self.samples.model_dump(mode="json"),
        }

    def completed(self) -> Iterator[str]:
        """Yield what the spec left to a default."""
        yield from completed(self.optimizer[1], "train.variational.optimizer")


def read_variational(node: Node) -> Variational:
    """Read the arguments of the variational procedure."""
    entries = dict(node.mapping("variational"))
    parts = {name: entries.pop(name, None) for name in ("likelihood", "optimizer", "samples")}
    known_keys(node, [*parts, *VariationalSettings.model_fields], "variational")
    for name, part in parts.items():
        if part is None:
            raise SpecItError(f"variational needs the argument '{name}', which is missing.", at=node.mark)
    likelihood, optimizer, samples = parts.values()
    assert likelihood and optimizer and samples
    return Variational(
        settings=read(VariationalSettings, Node(dict(entries), node.mark, node.source), "variational"),
        likelihood=variant(likelihood, LIKELIHOODS, "likelihood"),
        optimizer=variant(optimizer, OPTIMIZERS, "optimizer"),
        samples=read(Samples, samples, "samples"),
    )
