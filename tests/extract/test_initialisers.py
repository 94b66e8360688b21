"""An initialiser is stated where the numbers agree, and never where they contradict it."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from specit.extract import extract
from specit.extract.initialisers import fitting

pytestmark = pytest.mark.usefixtures("one_thread")


def names(module: nn.Module, parameter: str = "weight") -> list[str]:
    return [name for name, _ in fitting(module, getattr(module, parameter), module)]


LAYERS: list[Callable[[], nn.Module]] = [
    lambda: nn.Linear(3, 2),
    lambda: nn.Linear(300, 200),
    lambda: nn.Conv2d(3, 8, 3),
    lambda: nn.Conv2d(32, 32, 3, groups=4),
    lambda: nn.ConvTranspose2d(8, 4, 4),
]


@pytest.mark.parametrize("make", LAYERS)
def test_pytorchs_own_reset_is_recognised_and_confirmed(make: Callable[[], nn.Module]) -> None:
    for seed in range(20):
        torch.manual_seed(seed)
        module = make()
        assert names(module) == names(module, "bias") == ["pytorch_default"]


@pytest.mark.parametrize("change", [lambda w: w * 1.2, lambda w: w * 0.8, lambda w: w + 0.3 * w.std(), torch.abs])
def test_what_the_numbers_contradict_is_not_stated(change: Callable[[Tensor], Tensor]) -> None:
    for seed in range(10):
        torch.manual_seed(seed)
        module = nn.Linear(64, 64)
        module.weight.data = change(module.weight.data)
        assert "pytorch_default" not in names(module)


@pytest.mark.parametrize(
    ("draw", "expected"),
    [
        (nn.init.zeros_, "zeros"),
        (nn.init.ones_, "ones"),
        (lambda w: nn.init.constant_(w, 0.3), "constant"),
        (nn.init.kaiming_normal_, "he_normal"),
        (lambda w: nn.init.kaiming_normal_(w, mode="fan_out"), "he_normal_fan_out"),
        (lambda w: nn.init.normal_(w, 0, 0.02), "normal"),
        (lambda w: nn.init.normal_(w, 0, 0.01), "normal"),
        (lambda w: nn.init.kaiming_uniform_(w, nonlinearity="relu"), "he_uniform"),
        (lambda w: nn.init.kaiming_uniform_(w, mode="fan_out", nonlinearity="relu"), "he_uniform"),
        (nn.init.xavier_uniform_, "xavier_uniform"),
        (lambda w: nn.init.xavier_uniform_(w, 5 / 3), "xavier_uniform"),
        (lambda w: nn.init.xavier_normal_(w, nn.init.calculate_gain("relu")), "xavier_normal"),
        (lambda w: nn.init.kaiming_uniform_(w, nonlinearity="linear"), "lecun_uniform"),
        (lambda w: nn.init.kaiming_normal_(w, nonlinearity="linear"), "lecun_normal"),
        (lambda w: nn.init.trunc_normal_(w, 0, 0.02, -0.04, 0.04), "truncated_normal"),
        (lambda w: nn.init.uniform_(w, -0.1, 0.1), "uniform"),
        (nn.init.orthogonal_, "orthogonal"),
    ],
)
def test_usual_ones_are_recognised_by_their_numbers(draw: Callable[[Tensor], Tensor], expected: str) -> None:
    torch.manual_seed(0)
    module = nn.Conv2d(48, 16, 5)
    draw(module.weight)
    assert names(module)[0] == expected


def test_a_truncated_normal_is_told_from_a_plain_one() -> None:
    torch.manual_seed(0)
    module = nn.Linear(100, 200)
    std = math.sqrt(2 / 100) / 0.87962566103423978
    nn.init.trunc_normal_(module.weight, 0, std, -2 * std, 2 * std)
    (found,) = fitting(module, module.weight, module)
    assert found[1].model_dump() == {"truncated": True}


@pytest.mark.parametrize(
    "draw",
    [
        lambda w: nn.init.xavier_uniform_(w, 1.2),
        lambda w: nn.init.uniform_(w, -0.3, 0.2),
        lambda w: nn.init.normal_(w, 0, 0.37),
        lambda w: w.data.exponential_(4),
    ],
)
def test_others_are_not_recognised(draw: Callable[[Tensor], Tensor]) -> None:
    torch.manual_seed(0)
    module = nn.Linear(60, 40)
    draw(module.weight)
    assert names(module) == []


@pytest.mark.parametrize("make", [lambda: nn.Linear(60, 40), lambda: nn.Linear(40, 60), lambda: nn.Conv2d(3, 16, 3)])
@pytest.mark.parametrize("gain", [1.0, math.sqrt(2), 0.01])
def test_an_orthogonal_matrix_is_recognised_by_being_one(make: Callable[[], nn.Module], gain: float) -> None:
    torch.manual_seed(0)
    module = make()
    nn.init.orthogonal_(module.weight, gain)
    (found,) = fitting(module, module.weight, module)
    assert found[0] == "orthogonal"
    assert found[1].model_dump()["gain"] == pytest.approx(gain, rel=1e-4)


def test_what_is_hardly_orthogonal_is_not() -> None:
    torch.manual_seed(0)
    few, scaled, bent = nn.Linear(60, 4), nn.Linear(60, 40), nn.Linear(60, 40)
    for module in (few, scaled, bent):
        nn.init.orthogonal_(module.weight)
    scaled.weight.data[-1] *= 1.01  # the last row, longer than the others
    bent.weight.data[-1] = bent.weight.data[0]
    identity = nn.Linear(40, 40)
    nn.init.eye_(identity.weight)
    assert not any("orthogonal" in names(module) for module in (few, scaled, bent, identity))


def test_a_subclass_that_resets_otherwise_is_not_taken_for_its_parent() -> None:
    class Other(nn.Linear):
        def reset_parameters(self) -> None:
            nn.init.uniform_(self.weight, -0.125, 0.125)  # as PyTorch's default, by chance
            nn.init.zeros_(self.bias)

    torch.manual_seed(0)
    assert names(Other(64, 64)) == []


def test_few_numbers_are_not_guessed_at() -> None:
    torch.manual_seed(0)
    module = nn.Linear(10, 5)
    nn.init.normal_(module.weight, 0, 0.02)
    (one,) = extract(module, (10,)).unrecognised
    assert (one.place, one.parameter) == (1, "weight")
    assert str(one).startswith("weight: 50 numbers of mean ")


def test_few_numbers_go_with_their_kind() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(100, 100), nn.Linear(100, 2))
    for module in model:
        nn.init.normal_(module.weight, 0, 0.02)
    extracted = extract(model, (100,))
    assert extracted.unrecognised == ()
    assert extracted.initialisers["Linear"]["weight"][0] == "normal"


def test_the_spec_says_what_is_not_recognised() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(4, 8, 3), nn.Conv2d(8, 8, 3))
    nn.init.normal_(model[1].weight, 0, 0.37)
    text = extract(model, (4, 9, 9)).yaml("Of one's own")
    assert text.count("!unstated") == 1
    assert "# weight: initialiser not recognised, 576 numbers of mean" in text
    assert "        initialise: {weight: !unstated pytorch_default}" in text
    assert "  Conv2d: {weight: pytorch_default, bias: pytorch_default}" in text


def test_prelu_and_norms() -> None:
    for module in (nn.BatchNorm2d(3), nn.LayerNorm(3), nn.GroupNorm(1, 3)):
        assert (names(module), names(module, "bias")) == (["ones"], ["zeros"])
    assert names(nn.PReLU(1)) == names(nn.PReLU(4, init=0.1)) == ["pytorch_default"]
    trained = nn.PReLU(1)
    trained.weight.data.fill_(0.21)
    assert names(trained) == []
