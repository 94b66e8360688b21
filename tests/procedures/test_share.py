"""The shares of a batch add up to the batch."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from specit.errors import SpecItError
from specit.procedures import Share, SupervisedTraining

pytestmark = pytest.mark.usefixtures("one_thread")


@given(st.integers(0, 100), st.integers(1, 12))
def test_every_example_has_one_process_and_they_have_as_many_as_each_other(count: int, of: int) -> None:
    parts = [list(range(count))[Share(rank, of).part(count)] for rank in range(of)]
    assert [one for part in parts for one in part] == list(range(count))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


class Silent(Share):
    """A share of a process that is alone: nobody adds up."""

    def add_up(self, tensors):
        pass


@pytest.mark.parametrize("size", [8, 5, 1])
@pytest.mark.parametrize("micro_batch", ["", "micro_batch: 2\n    "])
def test_gradients_and_losses_add_up_to_those_of_one_process(train, size, micro_batch):
    """Also where a process has nothing to do."""
    change = (("last_batch: keep", f"{micro_batch}last_batch: keep"),)
    batch = torch.arange(size)

    def gradients(share: Share) -> tuple[torch.Tensor, list[torch.Tensor]]:
        training: SupervisedTraining = train(*change)
        training.share = share
        training.network.train()
        loss = training.add_gradients(batch)
        return loss, [p.grad for p in training.network.parameters() if p.grad is not None]

    loss, whole = gradients(Share())
    shares = [gradients(Silent(rank, 3)) for rank in range(3)]
    torch.testing.assert_close(sum(each for each, _ in shares), loss)
    for one, *parts in zip(whole, *(each for _, each in shares), strict=True):
        torch.testing.assert_close(sum(parts), one, rtol=1e-5, atol=1e-7)


def test_evaluations_add_up(train):
    training: SupervisedTraining = train()
    whole = training.evaluation.measures("test")
    evaluation = training.evaluation
    found = []
    for rank in range(4):
        evaluation.share = Silent(rank, 4)
        found.append(evaluation.measures("test"))
    for name, value in whole.items():
        assert sum(each[name] for each in found) == pytest.approx(value, rel=1e-6)
    evaluation.share = Silent(1, 1000)  # more processes than examples: each evaluates them all
    assert evaluation.measures("test") == whole


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        ("BatchNorm2d: {num_features: 4}", "The statistics of BatchNorm2d are those of the whole batch, and each of"),
        ("InstanceNorm2d: {num_features: 4, track_running_stats: true}", "The statistics of InstanceNorm2d are those"),
        ("Dropout: {p: 0.5}", "What Dropout draws depends on what goes side by side, and each of the 2 processes sees"),
    ],
)
def test_what_would_be_another_training_is_refused(train, layer, says):
    training: SupervisedTraining = train(("      - Flatten\n", f"      - {layer}\n      - Flatten\n"))  # in one process
    with pytest.raises(SpecItError) as error:
        Share(0, 2).check(SimpleNamespace(networks={"network": training.network.stated}))
    assert str(error.value).startswith(says)
    assert str(error.value).endswith("run this experiment in one process, without torchrun.")
    Share().check(SimpleNamespace(networks={"network": training.network.stated}))


def test_in_one_process_nothing_is_added():
    tensor = torch.ones(2)
    Share().add_up([tensor])
    assert tensor.tolist() == [1, 1]
