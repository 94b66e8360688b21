"""A whole spec around an example, so that reading the example is reading a spec."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from specit.spec.datasets import DATASETS, NotSoClevr
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.network import Network
from specit.spec.overlay import overlay
from specit.spec.tree import Node
from specit.spec.variant import variant

from .examples import ADVERSARIAL, SUPERVISED
from .examples import DATASETS as DATASETS_SAID

GENERATIVE = {"adversarial": ("generator", 256, "discriminator", 1), "variational": ("decoder", 8, "encoder", 16)}
"""Procedure → what makes pictures and of how many numbers, what looks at them and in how many it ends."""

BASE = f"""
specit: 1
title: An example
{SUPERVISED}
arms:
  one: {{network: [{{Input: {{shape: [2]}}}}, {{Linear: {{in_features: 2, out_features: 4}}}}]}}
  other: {{network: [{{Input: {{shape: [2]}}}}, {{Linear: {{in_features: 2, out_features: 40}}}}]}}
"""


def whole(example: str) -> Spec:
    """Read an example: sections of a spec, put over others that it needs; or the entries of a network."""
    node = parse(example, "example")
    if isinstance(node.value, list):
        text = "\n".join(f"      {line}" for line in ["- Input: {shape: [2]}", *example.strip().splitlines()])
        return _read(parse(f"specit: 1\ntitle: An example\narms:\n  one:\n    network:\n{text}", "example"))
    base, stated = parse(BASE, "base"), node.mapping("example")
    if "data" in stated or "blocks" in stated:  # they come with networks of their own
        left = {"arms", *({"train"} - stated.keys())}
        base = replace(base, value={k: v for k, v in base.mapping("base").items() if k not in left})
    if "data" in stated:
        base = overlay(base, parse(_arm_for(stated["data"])))
    for procedure in GENERATIVE.keys() & (stated["train"].mapping("train") if "train" in stated else {}):
        base = replace(base, value={k: v for k, v in base.mapping("base").items() if k not in ("train", "arms")})
        pictures = parse(DATASETS_SAID["sort_of_clevr"].replace("everything", "{fraction: {test: 0.1, seed: 0}}"))
        base = overlay(overlay(base, pictures), parse(_generative(procedure, (3, 64, 64))))
    return _read(overlay(base, node))


def network(shapes: Sequence[tuple[int, ...]], entry: str) -> Network:
    """Read an entry of a network, behind inputs of these shapes, called a, b, ..."""
    inputs = [f"- {{Input: {{shape: {list(shape)}}}, as: {name}}}" for shape, name in zip(shapes, "abcd", strict=False)]
    lines = [f"      {line}" for line in ([] if entry.startswith("Input") else inputs) + [f"- {entry}"]]
    text = "\n".join(lines)
    (point,) = _read(parse(f"specit: 1\ntitle: T\narms:\n  one:\n    network:\n{text}", "example")).plan()
    return point.lock.networks["network"]


def _read(tree: Node) -> Spec:
    spec = Spec("example", tree)
    _ = spec.sections, spec.paper, spec.blocks, spec.arms, spec.tiers, spec.claims, spec.figures, spec.every_point
    _ = spec.tune
    return spec


def _generative(procedure: str, picture: tuple[int, ...]) -> str:
    """Return an arm whose two networks are one linear layer each, for the example of a procedure."""
    (maker, latent, judge, ends_in), pixels = GENERATIVE[procedure], math.prod(picture)
    return (
        f"arms: {{one: {{networks: {{{maker}: [{{Input: {{shape: [{latent}]}}}}, "
        f"{{Linear: {{in_features: {latent}, out_features: {pixels}}}}}, "
        f"{{Unflatten: {{dim: 1, unflattened_size: {list(picture)}}}}}], "
        f"{judge}: [{{Input: {{shape: {list(picture)}}}}}, {{Flatten: {{}}}}, "
        f"{{Linear: {{in_features: {pixels}, out_features: {ends_in}}}}}]}}}}}}"
    )


def _arm_for(data: Node) -> str:
    """Return an arm that fits a data set: one linear layer from all inputs to all outputs."""
    (name,) = [key for key in data.mapping("data") if key not in ("split", "fingerprint")]
    if name not in DATASETS:
        return "arms: {one: {network: [{Input: {shape: [2]}}, ReLU]}}"
    stated = variant(Node({name: data.mapping("data")[name]}, data.mark), DATASETS, "data set")[1]
    if not isinstance(stated, NotSoClevr):
        return ADVERSARIAL + _generative("adversarial", stated.picture_shape)
    into, out = stated.input_shape, stated.output_shape
    numbers = math.prod(into), math.prod(out)
    return (
        f"arms: {{one: {{network: [{{Input: {{shape: {list(into)}}}}}, {{Flatten: {{}}}}, "
        f"{{Linear: {{in_features: {numbers[0]}, out_features: {numbers[1]}}}}}, "
        f"{{Unflatten: {{dim: 1, unflattened_size: {list(out)}}}}}]}}}}"
    )
