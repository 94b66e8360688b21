"""Variational training: its two terms by torch.distributions, resuming, and what it measures."""

from __future__ import annotations

import pytest
import torch
from tests.procedures.generative import VARIATIONAL, point
from torch.distributions import Bernoulli, Normal, kl_divergence

from specit.data import make_data
from specit.procedures import VariationalTraining, make_procedure

CPU = torch.device("cpu")
GAUSSIAN = ("likelihood: bernoulli", "likelihood: {gaussian: {std: 0.3}}")
pytestmark = pytest.mark.usefixtures("one_thread")


def training(*changes: tuple[str, str]) -> VariationalTraining:
    lock = point(VARIATIONAL, *changes).lock
    made = make_procedure(lock, make_data(lock), 0, CPU)
    assert isinstance(made, VariationalTraining)
    return made


@pytest.mark.parametrize("changes", [(), (GAUSSIAN,)])
def test_its_terms_are_those_of_the_distributions(changes: tuple[tuple[str, str], ...]) -> None:
    ours = training(*changes)
    real = ours.real(torch.arange(6))
    found, divergence = ours.terms(real, torch.Generator().manual_seed(5))
    mean, log_variance = ours.encoder(real).chunk(2, dim=1)
    code = Normal(mean, (log_variance / 2).exp())
    z = mean + code.stddev * torch.randn(mean.shape, generator=torch.Generator().manual_seed(5))
    made = ours.decoder(z)
    likelihood = Normal(made, 0.3) if changes else Bernoulli(logits=made)
    seen = real if changes else (real + 1) / 2
    torch.testing.assert_close(found, -likelihood.log_prob(seen).sum((1, 2, 3)), rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(divergence, kl_divergence(code, Normal(0.0, 1.0)).sum(1), rtol=1e-4, atol=1e-4)


def test_a_step_goes_down_the_gradient_of_the_bound() -> None:
    ours, other = training(), training()
    batch = ours.real(torch.arange(8))
    loss = ours.train_batch(batch, torch.Generator().manual_seed(1))
    reconstruction, divergence = other.terms(batch, torch.Generator().manual_seed(1))
    wanted = (reconstruction + 0.5 * divergence).mean()
    assert loss.item() == pytest.approx(wanted.item())
    wanted.backward()
    adam = torch.optim.Adam([*other.encoder.parameters(), *other.decoder.parameters()], lr=0.002)
    adam.step()
    for name, network in ours.networks.items():
        for parameter, expected in zip(network.parameters(), other.networks[name].parameters(), strict=True):
            torch.testing.assert_close(parameter, expected)


def test_it_goes_on_bit_for_bit_and_measures_the_bound_of_the_test_pictures() -> None:
    whole, first = training(), training()
    wanted = [whole.run_epoch(lambda _: None) | whole.evaluate_due() for _ in range(3)]
    found = [first.run_epoch(lambda _: None) | first.evaluate_due()]
    again = training()
    again.restore(first.state())
    found += [again.run_epoch(lambda _: None) | again.evaluate_due() for _ in range(2)]
    assert found == wanted
    last = found[-1]
    assert last["test_elbo"] == pytest.approx(-last["test_reconstruction"] - last["test_divergence"])
    assert last["train_loss"] < found[0]["train_loss"]


def test_what_it_draws_is_a_probability() -> None:
    ours = training()
    drawn = ours.sampling.drawn()
    assert drawn.pictures.shape == (8, 3, 16, 16)
    assert drawn.paths.shape == (2, 3, 3, 16, 16)
    codes = ours.sampling.vectors
    expected = ours.decoder(codes).sigmoid().detach().numpy()
    assert abs(drawn.pictures - expected).max() < 1e-6


def test_a_loss_that_is_no_number_is_named() -> None:
    ours = training(("lr: 0.002", "lr: 1.0e+30"))
    while not ours.diverged and ours.epoch < 3:
        ours.run_epoch(lambda _: None)
    assert ours.diverged.startswith("the loss of the encoder and decoder was no number at batch ")
