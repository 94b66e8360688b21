"""`specit diff paper.yaml mypackage.model:build`: what the paper leaves out, and where the code does otherwise."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import sys
from pathlib import Path

import pytest

PAPER = """specit: 1
title: A paper
initialise:
  Conv2d: {weight: pytorch_default, bias: pytorch_default}
  BatchNorm2d: {weight: ones, bias: zeros}
train:
  supervised:
    loss: {cross_entropy: {reduction: mean, label_smoothing: 0.0}}
    optimizer: {SGD: {lr: 0.1, momentum: 0.9, dampening: 0.0, weight_decay: 0.0, nesterov: false, maximize: false}}
    schedule: constant
    batch_size: 32
    last_batch: keep
    shuffle: each_epoch
    epochs: 90
    precision: float32
    weights: final
    evaluate: {test: 1, train: 1}
data: {elsewhere: {about: ImageNet, input: [3, 8, 8]}}
arms:
  model:
    network:
      - Input: {shape: [3, 8, 8], dtype: float32}
      - Conv2d: {in_channels: 3, out_channels: 4, kernel_size: 3, padding: 1}
      - BatchNorm2d: {num_features: 4}
      - ReLU: {inplace: false}
"""
BARE = """specit: 1
title: Exported
arms:
  model:
    network:
      - Input: {shape: [3, 8, 8], dtype: float32}
      - Conv2d: {in_channels: 3, out_channels: 4, kernel_size: 3, padding: 1, bias: false}
      - ReLU: {inplace: false}
"""
CODE = """
import torch
from torch import nn


def build():
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4, eps=1e-3), nn.ReLU())


def setup():
    model = build()
    return {"model": model, "optimizer": torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.95), "epochs": 90}
"""


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "codeofpaper", raising=False)
    Path("codeofpaper.py").write_text(CODE)
    Path("paper.yaml").write_text(PAPER)
    return Path("paper.yaml")


def test_the_author_s_question(specit, paper):
    said = specit("diff", paper, "codeofpaper:build")
    assert said.code == 1
    runs, _, unstated = said.out.partition("What one side leaves unstated")
    code = "(only in the authors' code)."
    assert f"convolution bias: A does not say: PyTorch's default true, B states false {code}" in runs
    assert f"batch norm ε: A does not say: PyTorch's default 1e-05, B states 0.001 {code}" in runs
    assert f"batch norm momentum: A does not say: PyTorch's default 0.1, B states 0.1 {code}" in unstated
    assert "training: A states it, B says nothing." in unstated


def test_with_what_trains_it(specit, paper):
    said = specit("diff", paper, "codeofpaper:build", "--training", "codeofpaper:setup")
    assert "SGD momentum: A states 0.9 (stated by the paper), B states 0.95 (only in the authors' code)." in said.out
    assert "epochs" not in said.out.partition("What one side")[0]


def test_code_beside_what_was_extracted_from_it(specit, paper):
    inputs = ("--input", "float32[1,3,8,8]")
    assert specit("extract", "codeofpaper:build", *inputs, "-o", "code.yaml").code == 0
    said = specit("diff", "codeofpaper:build", "code.yaml")
    assert (said.code, said.out.splitlines()[-1]) == (0, "They run the same.")
    assert specit("diff", "codeofpaper:build", "codeofpaper:build", *inputs).code == 0


def test_an_onnx_file_says_what_goes_into_the_code(specit, paper):
    Path("bare.yaml").write_text(BARE)
    assert specit("export", "bare.yaml", "--to", "onnx", "-o", "bare.onnx").code == 0
    said = specit("diff", "bare.onnx", "codeofpaper:build")
    assert said.code == 1
    assert "After the convolution, B has a layer BatchNorm2d (num_features 4, eps 0.001" in said.out
    assert said.out.endswith("1 difference in what runs.\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["paper.yaml", "paper.yaml", "--input", "float32[1,3]"], "--input is about a model, and neither side is one"),
        (["paper.yaml", "paper.yaml", "--training", "a:b"], "--training is about a model, and neither side is one"),
        (["codeofpaper:build", "codeofpaper:build"], "A model does not say what goes into it: give its inputs"),
        (["codeofpaper:build", "codeofpaper:build", "--training", "codeofpaper:setup"], "does not say which of the two"),
        (["paper.yaml", "codeofpaper:buid"], "'codeofpaper' has no 'buid'; did you mean 'build'?"),
        (["paper.yaml", "codeofpaper:build", "--input", "float32[1,1,8,8]"], "The model does not take 3 examples of 1 × 8 × 8"),
        (["paper.yaml", "nothing.onnx"], "nothing.onnx"),
    ],
)  # fmt: skip
def test_mistakes(specit, paper, arguments, words):
    said = specit("diff", *arguments)
    assert said.code == 2
    assert words in said.err
    assert "Traceback" not in said.err
