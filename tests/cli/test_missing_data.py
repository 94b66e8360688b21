"""Specs whose data nobody put into the data folder: what can run does, and the rest says what to put where."""

from __future__ import annotations

from pathlib import Path

import pytest

SMALL = (Path(__file__).parents[1] / "small.yaml").read_text()
BEDROOMS = """
specit: 1
title: Bedrooms
data:
  lsun: {category: bedroom, part: val, size: [16, 16], resize: box, colours: rgb, range: [-1.0, 1.0]}
  split: everything
initialise:
  Linear: {weight: {he_normal: {truncated: true}}, bias: zeros}
train:
  adversarial:
    latent: {uniform: {size: 4, low: -1.0, high: 1.0}}
    latent_drawn: each_batch
    loss: {non_saturating: {real: 1.0}}
    feature_matching: null
    steps: {discriminator: 1, generator: 1}
    real_and_made: apart
    optimizers:
      discriminator: {SGD: {lr: 0.001}}
      generator: {SGD: {lr: 0.002}}
    spectral_norm: null
    batch_size: 8
    last_batch: drop
    shuffle: each_epoch
    epochs: 1
    precision: float32
    weights: final
    samples: {every: 1, number: 8, paths: 2, steps: 3, seed: 0}
arms:
  flat:
    networks:
      generator:
        - Input: {shape: [4]}
        - Linear: {in_features: 4, out_features: 768}
        - Unflatten: {dim: 1, unflattened_size: [3, 16, 16]}
      discriminator:
        - Input: {shape: [3, 16, 16]}
        - Flatten
        - Linear: {in_features: 768, out_features: 1}
tiers:
  quick: {about: all of it}
claims:
  - id: near
    says: "Bedrooms come near the real ones"
    where: section 5
    kind: at_most
    arm: flat
    measure: mmd2
    expect: 0.1
    tolerance: {absolute: 0.01, because: for this test}
"""
SENTENCE = "There is no {folder}/bedroom_val_lmdb: put LSUN's bedroom_val_lmdb (the unpacked folder with data.mdb"


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setenv("SPECIT_DATA", str(tmp_path / "pictures"))
    folder = tmp_path / "tasks"
    folder.mkdir()
    (folder / "small.yaml").write_text(SMALL)
    (folder / "bedrooms.yaml").write_text(BEDROOMS)
    return folder


@pytest.mark.parametrize("command", ["run", "plan"])
def test_a_spec_by_itself_says_what_to_put_where(specit, study, tmp_path, command):
    said = specit(command, study / "bedrooms.yaml", "--store", tmp_path / "store")
    assert said.code == 2
    assert SENTENCE.format(folder=tmp_path / "pictures") in said.err
    assert "or name another data folder with SPECIT_DATA." in said.err
    assert not (tmp_path / "store").exists()


def test_a_study_runs_without_it_and_the_claim_is_not_run(specit, study, tmp_path):
    store = tmp_path / "store"
    said = specit("run", study, "--seeds", 1, "--where", "split=uniform", "--store", store)
    assert said.code == 0, said.err
    said = specit("run", study, "--seeds", 1, "--store", store)
    assert said.code == 0, said.err
    sentence = SENTENCE.format(folder=tmp_path / "pictures")
    assert f"Passed over: tasks/bedrooms (t{sentence[1:]}" in said.out
    judged = specit("judge", study / "bedrooms.yaml", "--store", store)
    assert "NOT RUN" in judged.out
    words = " ".join(judged.out.split())
    assert "It needs LSUN's bedroom_val_lmdb (the unpacked folder with data.mdb, from the download script of" in words
    assert "as bedroom_val_lmdb in the data folder." in words
    assert str(tmp_path) not in judged.out  # a verdict says the same on every machine


def test_fingerprints_of_the_others_are_printed(specit, study, tmp_path):
    said = specit("check", "--fingerprints", study)
    assert said.code == 0
    assert said.out.count("sha256:") == said.out.count("tasks/small") > 0
    assert f"tasks/bedrooms: {SENTENCE.format(folder=tmp_path / 'pictures')}" in said.err
