"""The released generators and discriminators, by their counts of parameters (facts of the released code)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.procedures.generative import ADVERSARIAL

import specit.studies
from specit.spec.document import Spec
from specit.spec.load import parse

FILE = Path(specit.studies.__file__).parent / "coordconv" / "generators.yaml"
TEXT = (
    ADVERSARIAL[: ADVERSARIAL.index("arms:")]
    .replace("canvas: [16, 16], size: 2", "canvas: [64, 64], size: 10")
    .replace("least_distance: 4, margin: 2", "least_distance: 20, margin: 10")
    .replace("size: 4, low", "size: 256, low")
    .replace("initialise:", "  \ninitialise:\n  ConvTranspose2d: {weight: zeros, bias: zeros}")
)
GENERATORS = {"deconv": ("deconv_generator", 6_413_315), "coordconv": ("coordconv_generator", 444_931)}
DISCRIMINATORS = {"plain": ("", 3, 4_316_545), "with coordinates": ("        - AddCoords\n", 5, 4_319_745)}


@pytest.mark.parametrize("discriminator", DISCRIMINATORS)
@pytest.mark.parametrize("generator", GENERATORS)
def test_they_have_the_released_numbers_of_parameters(generator: str, discriminator: str, tmp_path: Path) -> None:
    name, parameters = GENERATORS[generator]
    coordinates, channels, others = DISCRIMINATORS[discriminator]
    (tmp_path / "generators.yaml").write_text(FILE.read_text())
    arm = f"""
blocks: {{from: generators.yaml}}
arms:
  only:
    networks:
      generator:
        - Input: {{shape: [256]}}
        - {name}: {{z: 256, w: 64, start: 4}}
      discriminator:
        - Input: {{shape: [3, 64, 64]}}
{coordinates}        - discriminator: {{c: {channels}, w: 64, start: 4}}
"""
    path = tmp_path / "spec.yaml"
    text = TEXT if generator == "deconv" else TEXT.replace("  ConvTranspose2d: {weight: zeros, bias: zeros}\n", "")
    text = (
        text
        if generator == "coordconv"
        else text.replace("  CoordConv2d: {weight: {he_normal: {truncated: true}}, bias: zeros}\n", "")
    )
    path.write_text(text + arm)
    networks = Spec("only", parse(path.read_text(), str(path))).plan()[0].lock.networks
    assert networks["generator"].parameters == parameters
    assert networks["discriminator"].parameters == others
