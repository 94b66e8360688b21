"""The JSON Schema takes every spec of the study, and marks the slips an editor should mark."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from specit.spec.layers import LAYERS
from specit.spec.load import parse
from specit.spec.schema import json_schema
from specit.spec.tree import plain
from specit.studies import find_study

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

STUDY = find_study("coordconv")
assert STUDY

SPEC = """
specit: 1
title: A small task
data:
  not_so_clevr: {canvas: [8, 8], square: 3, input: coordinates, coordinates: centred, target: one_hot}
  split: {fraction: {test: 0.25, seed: 0}}
blocks:
  widen: {with: [to], layers: [{Linear: {in_features: 2, out_features: $to}}]}
train: {untrained: {loss: cross_entropy, precision: float32, batch_size: 64}}
arms:
  one:
    network:
      - Input: {shape: [2]}
      - residual: [{Linear: {in_features: 2, out_features: 2}}, ReLU]
      - {widen: {to: 64}, as: wide}
"""


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("spec", STUDY.specs, ids=lambda spec: spec.name)
def test_it_takes_every_spec_of_the_study(spec: Any) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(plain(spec.tree))] == []


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("title:", "tilte:"),
        ("specit: 1", "specit: 2"),
        ("canvas: [8, 8]", "canvas: wide"),
        ("canvas: [8, 8]", "canvass: [8, 8]"),
        ("target: one_hot", "target: onehot"),
        ("fraction:", "fractoin:"),
        ("loss: cross_entropy", "loss: cross_entrpy"),
        ("out_features: 2", "out_feature: 2"),
        ("out_features: 2", "out_features: two"),
        ("out_features: $to", "out_features: to"),
        ("residual: [", "residual: {layer: ["),
        ("with: [to]", "wiht: [to]"),
        ("precision: float32", "precision: float31"),
        ("as: wide", "as: 5"),
        ("    network:", "    netwrok:"),
    ],
)
def test_slips_are_marked(good: str, bad: str) -> None:
    assert VALIDATOR.is_valid(plain(parse(SPEC)))
    text = SPEC.replace(good, bad, 1)
    if "{layer: [" in bad:
        text = text.replace("ReLU]", "ReLU]}")
    assert not VALIDATOR.is_valid(plain(parse(text)))


def test_choices_and_single_numbers_are_no_slips() -> None:
    for written in (
        "canvas: 8",
        "canvas: {each: [[8, 8], [16, 8]]}",
        "canvas: !unstated {name: size, each: {small: [8, 8]}, code: small}",
    ):
        assert VALIDATOR.is_valid(plain(parse(SPEC.replace("canvas: [8, 8]", written))))


def test_every_layer_is_described() -> None:
    named = SCHEMA["$defs"]["entry"]["anyOf"][1]["properties"]
    assert set(LAYERS) <= set(named)
    for name in LAYERS:
        definition = SCHEMA["$defs"][named[name]["anyOf"][0]["$ref"].rpartition("/")[2]]
        assert definition["description"]
        assert set(definition["properties"]) == set(LAYERS[name].model_fields)
