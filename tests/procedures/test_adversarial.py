"""Adversarial training against a straightforward port, and what it does when killed or when a loss is no number."""

from __future__ import annotations

import pytest
import torch
from tests.procedures.generative import ADVERSARIAL, point
from torch import Tensor, nn
from torch.nn import functional as F

from specit.build import BuiltNetwork, build
from specit.data import Pictures, make_data
from specit.data.sort_of_clevr import scaled
from specit.procedures import AdversarialTraining, make_procedure
from specit.procedures.adversarial import draw
from specit.procedures.batches import generator_of
from specit.spec.training.latent import Normal, Uniform

CPU = torch.device("cpu")
pytestmark = pytest.mark.usefixtures("one_thread")


def training(*changes: tuple[str, str], seed: int = 0) -> AdversarialTraining:
    lock = point(ADVERSARIAL, *changes).lock
    made = make_procedure(lock, make_data(lock), seed, CPU)
    assert isinstance(made, AdversarialTraining)
    return made


class Port:
    """The same training as one writes it at once: every picture made anew, layer by layer, nothing frozen."""

    def __init__(self, of: AdversarialTraining, lock_text: tuple[tuple[str, str], ...]) -> None:
        lock = point(ADVERSARIAL, *lock_text).lock
        self.of, self.stated = of, of.stated
        self.networks = {name: BuiltNetwork(network, plain=True) for name, network in lock.networks.items()}
        for name, network in build(lock, 0).items():
            self.networks[name].load_state_dict(network.state_dict())
        if self.stated.spectral_norm:
            for layer in self.networks["discriminator"].layers:
                if isinstance(layer, nn.Conv2d | nn.Linear):
                    nn.utils.parametrizations.spectral_norm(layer)
            self.networks["discriminator"].load_state_dict(of.networks["discriminator"].state_dict())
        self.optimizers = {
            name: torch.optim.Adam(network.parameters(), lr=lr, betas=(0.9, 0.99))
            for (name, network), lr in zip(sorted(self.networks.items()), (0.001, 0.002), strict=True)
        }

    def train_batch(self, real: Tensor, latent: torch.Generator) -> list[float]:
        generator, discriminator = self.networks["generator"], self.networks["discriminator"]
        once = draw(self.stated.latent[1], len(real), latent) if self.once else None
        losses = []
        for _ in range(self.stated.steps.discriminator):
            made = generator(once if once is not None else draw(self.stated.latent[1], len(real), latent)).detach()
            if self.stated.settings.real_and_made == "apart":
                of_real, of_made = discriminator(real), discriminator(made)
            else:
                of_real, of_made = discriminator(torch.cat([real, made])).chunk(2)
            if "hinge" in self.stated.loss:
                loss = F.relu(1 - of_real).mean() + F.relu(1 + of_made).mean()
            else:
                loss = F.binary_cross_entropy_with_logits(
                    of_real, torch.full_like(of_real, self.stated.loss[1].real)
                ) + F.binary_cross_entropy_with_logits(of_made, torch.zeros_like(of_made))
            self.step("discriminator", loss)
        losses.append(loss.item())
        steps = []
        for _ in range(self.stated.steps.generator):
            made = generator(once if once is not None else draw(self.stated.latent[1], len(real), latent))
            of_made, named = discriminator.outputs(made)
            if "hinge" in self.stated.loss:
                loss = -of_made.mean()
            else:
                loss = F.binary_cross_entropy_with_logits(of_made, torch.ones_like(of_made))
            if matching := self.stated.feature_matching:
                wanted, found = discriminator.outputs(real)[1][matching.at], named[matching.at]
                if matching.of == "means":
                    wanted, found = wanted.mean(0), found.mean(0)
                loss = loss + matching.weight * F.l1_loss(found, wanted.detach())
            self.step("generator", loss)
            steps.append(loss.item())
        return [losses[0], sum(steps) / len(steps)]

    @property
    def once(self) -> bool:
        return self.stated.settings.latent_drawn == "each_batch"

    def step(self, name: str, loss: Tensor) -> None:
        for optimizer in self.optimizers.values():
            optimizer.zero_grad()
        loss.backward()
        self.optimizers[name].step()


SPECTRAL = ("spectral_norm: null", "spectral_norm: {discriminator: true, generator: false}")
CASES = {
    "as released": (),
    "hinge, together": (("{non_saturating: {real: 1.0}}", "hinge"), ("apart", "together")),
    "smoothed, anew each step": (("real: 1.0", "real: 0.9"), ("each_batch", "each_step")),
    "features of pairs": (("feature_matching: null", "feature_matching: {at: early, weight: 0.5, of: pairs}"),),
    "features in the mean": (("feature_matching: null", "feature_matching: {at: features, weight: 2.0, of: means}"),),
    "two steps of each, normal": (
        ("discriminator: 1", "discriminator: 2"),
        ("{uniform: {size: 4, low: -1.0, high: 1.0}}", "{normal: {size: 4}}"),
    ),
    "spectral": (SPECTRAL,),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_what_a_straightforward_port_does(case: str) -> None:
    changes = CASES[case]
    ours = training(*changes)
    port = Port(ours, changes)
    for network in (*ours.networks.values(), *port.networks.values()):
        network.train()
    real = torch.from_numpy(scaled(ours.pictures.bytes[:24], (-1.0, 1.0))).split(8)
    a, b = generator_of(0, 0), generator_of(0, 0)
    for batch in real:
        found, wanted = ours.train_batch(batch, a), port.train_batch(batch, b)
        if ours.stated.steps.discriminator == 1:
            assert found.tolist() == pytest.approx(wanted, rel=1e-4)
    for name, network in ours.networks.items():
        for parameter, other in zip(network.parameters(), port.networks[name].parameters(), strict=True):
            torch.testing.assert_close(parameter, other, rtol=1e-3, atol=2e-4)


def test_real_pictures_come_in_the_stated_range() -> None:
    ours = training()
    batch = torch.arange(5)
    torch.testing.assert_close(ours.real(batch), torch.from_numpy(scaled(ours.pictures.bytes[:5], (-1.0, 1.0))))


@pytest.mark.parametrize("changes", [(), (SPECTRAL,)])
def test_it_goes_on_bit_for_bit(changes: tuple[tuple[str, str], ...]) -> None:
    whole = training(*changes)
    first = training(*changes)
    wanted = [whole.run_epoch(lambda _: None) | whole.evaluate_due() for _ in range(3)]
    found = [first.run_epoch(lambda _: None) | first.evaluate_due()]
    again = training(*changes)
    again.restore(first.state())
    found += [again.run_epoch(lambda _: None) | again.evaluate_due() for _ in range(2)]
    assert found == wanted
    assert "precision" not in found[0]
    assert "precision" in found[1]
    assert "precision" in found[2]  # the last one
    arrays, others = whole.arrays(), again.arrays()
    assert arrays.keys() == others.keys() >= {"samples", "paths", "places", "real_places", "average"}
    assert all((arrays[name] == others[name]).all() or name == "places" for name in arrays)


def test_another_seed_is_another_training_and_networks_start_apart() -> None:
    one, other = training(), training(seed=1)
    assert one.run_epoch(lambda _: None) != other.run_epoch(lambda _: None)
    lock = point(ADVERSARIAL).lock
    built = build(lock, 0)
    assert not torch.equal(
        built["generator"].layers[4].weight.flatten()[:8], built["discriminator"].layers[2].weight.flatten()[:8]
    )


@pytest.mark.parametrize("network", ["discriminator", "generator"])
def test_a_loss_that_is_no_number_is_named(network: str) -> None:
    ours = training()
    step = ours.train_batch

    def spoil(real: Tensor, latent: torch.Generator) -> Tensor:
        losses = step(real, latent)
        if ours.step == 2:  # batches before this one
            losses[("discriminator", "generator").index(network)] = float("nan")
        return losses

    ours.train_batch = spoil  # type: ignore[method-assign]
    assert ours.run_epoch(lambda _: None) == {}
    assert ours.diverged == f"the loss of the {network} was no number at batch 3"


def test_latent_vectors_are_drawn_as_stated() -> None:
    drawn = draw(Uniform(size=3, low=2.0, high=4.0), 20_000, torch.Generator().manual_seed(0))
    assert 2 <= drawn.min() < 2.001
    assert 3.999 < drawn.max() < 4
    drawn = draw(Normal(size=3, std=2.0), 20_000, torch.Generator().manual_seed(0))
    assert drawn.std() == pytest.approx(2, rel=0.02)


def test_pictures_are_kept_in_bytes() -> None:
    made = make_data(point(ADVERSARIAL).lock)
    assert isinstance(made, Pictures)
    assert made.bytes.dtype == "uint8"
    assert len(made.train) == 40
    assert not len(made.test)
