"""What does not fit together is refused in one sentence, where it stands."""

from __future__ import annotations

import pytest
from tests.procedures.generative import ADVERSARIAL, VARIATIONAL, point

from specit.errors import SpecItError

WRONG = {
    "a generator of other pictures": (
        ADVERSARIAL,
        ("in_channels: 8, out_channels: 3, kernel_size: 3", "in_channels: 8, out_channels: 1, kernel_size: 3"),
        "The generator ends in 1 × 16 × 16, and must end in 3 × 16 × 16: a picture like the data's.",
    ),
    "a discriminator of two numbers": (
        ADVERSARIAL,
        ("in_features: 32, out_features: 1", "in_features: 32, out_features: 2"),
        "The discriminator ends in 2, and must end in 1: one logit, for real against made.",
    ),
    "another latent vector": (
        ADVERSARIAL,
        ("Input: {shape: [4]}", "Input: {shape: [5]}"),
        "Input (layer 0) states an input of 5, but the data give 4.",
    ),
    "a name that no procedure asks for": (
        ADVERSARIAL,
        ("      generator:\n        - Input", "      generatr:\n        - Input"),
        "The procedure adversarial asks for no network 'generatr'; did you mean 'generator'?",
    ),
    "a layer that is not there": (
        ADVERSARIAL,
        ("feature_matching: null", "feature_matching: {at: feature, weight: 1.0, of: pairs}"),
        "No layer of the discriminator is called 'feature'; did you mean 'features'?",
    ),
    "data without pictures": (
        ADVERSARIAL,
        (
            ADVERSARIAL[ADVERSARIAL.index("  sort_of_clevr") : ADVERSARIAL.index("  split")],
            "  not_so_clevr: {canvas: [16, 16], square: 3, input: one_hot, target: coordinates, coordinates: unit}\n",
        ),
        "The procedure adversarial learns from pictures, and these data (not_so_clevr) do not give any; write input: "
        "square.",
    ),
    "pictures without targets": (
        ADVERSARIAL,
        (
            ADVERSARIAL[ADVERSARIAL.index("train:") : ADVERSARIAL.index("arms:")],
            "train: {untrained: {loss: mse_loss, precision: float32, batch_size: 4}}\n",
        ),
        "The data sort_of_clevr are pictures without targets, so no network can answer for them; the procedures "
        "adversarial and variational learn from pictures.",
    ),
    "one optimizer for two": (
        ADVERSARIAL,
        ("      generator: {Adam: {lr: 0.002, betas: [0.9, 0.99]}}\n", ""),
        "optimizers needs one for the generator, which is missing.",
    ),
    "an encoder to as many numbers": (
        VARIATIONAL,
        ("in_features: 96, out_features: 6", "in_features: 96, out_features: 3"),
        "The encoder ends in 3, and must end in 6: 3 means and 3 log-variances.",
    ),
    "no test pictures": (
        VARIATIONAL,
        ("split: {fraction: {test: 0.2, seed: 0}}", "split: everything"),
        "The procedure variational measures its bound on test pictures, and the split leaves none.",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_it_is_refused_in_one_sentence(what: str) -> None:
    text, change, says = WRONG[what]
    with pytest.raises(SpecItError) as wrong:
        _ = point(text, change).lock
    assert wrong.value.message == says
    assert wrong.value.at


def test_squares_are_pictures_too() -> None:
    text = ADVERSARIAL.replace(
        ADVERSARIAL[ADVERSARIAL.index("  sort_of_clevr") : ADVERSARIAL.index("  split")],
        "  not_so_clevr: {canvas: [16, 16], square: 3, input: square, target: square, brightness: 1.0}\n",
    )
    text = text.replace("out_channels: 3, kernel_size: 3", "out_channels: 1, kernel_size: 3")
    text = text.replace("shape: [3, 16, 16]", "shape: [1, 16, 16]").replace("in_channels: 5", "in_channels: 3")
    lock = point(text).lock
    assert lock.networks["generator"].output == lock.networks["discriminator"].inputs[0].shape == (1, 16, 16)
