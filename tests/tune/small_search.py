"""The small spec with a search."""

from __future__ import annotations

from pathlib import Path

from specit.spec.document import Spec
from specit.spec.load import parse

SMALL = Path(__file__).parents[1] / "small.yaml"
TUNE = """
tune: !ours
  measure: test_accuracy
  hold_out:
    name: split
    each: {uniform: {fraction: {test: 0.25, seed: 1}}, quadrant: {quadrant: {x_over: 3, y_over: 3}}}
  overlay: {train: {supervised: {epochs: 2}}}
  space:
    train: {supervised: {optimizer: {Adam: {lr: {log_uniform: [1.0e-3, 1.0e-1]}}}, batch_size: {integer: [4, 12]}}}
  arms:
    coordconv: {network: {Conv2d: {bias: {one_of: [true, false]}}}}
"""


def with_search(*replacements: tuple[str, str]) -> str:
    """Return the text of the small spec with a search, each piece of it replaced once."""
    text = SMALL.read_text(encoding="utf-8") + TUNE
    for old, new in (
        ("out_channels: 1, kernel_size: 1}", "out_channels: 1, kernel_size: 1, bias: true}"),
        *replacements,
    ):
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def tuned(*replacements: tuple[str, str]) -> Spec:
    """Return the small spec with a search."""
    return Spec("small", parse(with_search(*replacements), "small.yaml"))
