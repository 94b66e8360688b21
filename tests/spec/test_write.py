"""What is written is read back as the same lock, fits the page, and says what it should the way people would."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.lock import Lock
from specit.spec.network import Network
from specit.spec.write import WIDTH, Remarks, needs_name, write

FEW = settings(derandomize=True, deadline=None, max_examples=60)


def read(text: str) -> Lock:
    (point,) = Spec("model", parse(text, "model.yaml")).plan()
    return point.lock


def lock_of(network: str, more: str = "") -> Lock:
    lines = "".join(f"      {line}\n" for line in network.strip().splitlines())
    return read(f"specit: 1\ntitle: x\n{more}\narms:\n  model:\n    network:\n{lines}")


def named(network: Network) -> Network:
    """The network with a name for every layer that needs one and has none."""
    needed = set(needs_name(network))
    layers = (
        replace(placed, called=placed.called or (f"n{place}" if place in needed else None))
        for place, placed in enumerate(network.layers)
    )
    return replace(network, layers=tuple(layers))


def written(lock: Lock) -> str:
    (network,) = lock.networks.values()
    return write("A model", network, lock.initialisers)


@st.composite
def layers(draw: st.DrawFn, depth: int = 2, used: tuple[int, ...] = (0,)) -> list[str]:
    """Lines of entries on images of 2 × 5 × 5, as people may write them."""
    entries: list[str] = []
    leaf = st.sampled_from(
        [
            "ReLU",
            "Tanh: {}",
            "Conv2d: {in_channels: 2, out_channels: 2, kernel_size: 3, padding: 1}",
            "Conv2d: {in_channels: 2, out_channels: 2, kernel_size: [1, 3], padding: [0, 1], bias: false}",
            "LeakyReLU: {negative_slope: 1.0e-7}",
            "GroupNorm: {num_groups: 1, num_channels: 2, eps: 0.25}",
        ]
    )
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["leaf", "residual", "shortcut", "parallel", "repeat"])) if depth else "leaf"
        if kind == "leaf":
            entries.append(f"- {draw(leaf)}")
            continue
        inner = draw(layers(depth=depth - 1))
        if kind == "residual":
            entries += ["- residual:", *indented(inner)]
        elif kind == "shortcut":
            other = draw(layers(depth=depth - 1))
            entries += ["- residual:", "    layers:", *indented(inner, 6), "    shortcut:", *indented(other, 6)]
        elif kind == "parallel":
            other = draw(layers(depth=depth - 1))
            join = draw(st.sampled_from(["Add", "Multiply"]))
            entries += ["- parallel:", f"    join: {join}", "    branches:", "      -", *indented(inner, 8)]
            entries += ["      -", *indented(other, 8), "      - []"]
        else:
            entries += ["- repeat:", "    times: 2", "    layers:", *indented(inner, 6)]
    return entries


def indented(lines: list[str], by: int = 4) -> list[str]:
    return [" " * by + line for line in lines]


@FEW
@given(layers())
def test_a_graph_comes_back(entries: list[str]) -> None:
    lock = lock_of("\n".join(["- Input: {shape: [2, 5, 5]}", *entries]))
    network = named(lock.networks["network"])
    text = write("A model", network, lock.initialisers)
    again = read(text)
    assert again.networks["network"].stated() == network.stated()
    assert again.initialisers == lock.initialisers
    assert again.completed == ()
    assert [placed.takes for placed in again.networks["network"].layers] == [placed.takes for placed in network.layers]
    assert max(map(len, text.splitlines())) <= WIDTH
    assert write("A model", again.networks["network"], again.initialisers) == text


@FEW
@given(layers())
def test_without_names_it_is_the_same_but_for_those_it_is_given(entries: list[str]) -> None:
    lock = lock_of("\n".join(["- Input: {shape: [2, 5, 5]}", *entries]))
    again = read(written(lock)).networks["network"]
    first = lock.networks["network"].layers
    assert [(p.name, p.layer, p.takes) for p in again.layers] == [(p.name, p.layer, p.takes) for p in first]


@pytest.mark.parametrize(
    "network",
    [
        "- {Input: {shape: [3]}, as: given}\n- residual: [Tanh]\n"
        "- {Linear: {in_features: 3, out_features: 3}, as: step}\n"
        "- {Linear: {in_features: 3, out_features: 3}, share: step, as: 'null'}\n"
        "- {Add: {}, from: [step, 'null', given]}",
        "layers:\n  - {Input: {shape: [3]}, as: a}\n  - {Input: {shape: [3]}, as: b}\n"
        "  - {Add: {}, from: [b, a], as: c}\n"
        "  - {Tanh: {}, from: a, as: d}\noutputs: [d, c]",
        "- {Input: {shape: [3]}, as: one}\n- {Input: {shape: [3]}, as: two}\n- {Tanh: {}, as: unused}\n"
        "- {Multiply: {}, from: [one, two]}",
        "- Input: {shape: [2]}\n- Linear: {in_features: 2, out_features: 2}\n"
        "  initialise: {weight: [[1, 0.5], [-2, 1.0e-9]], bias: 0.25}",
    ],
)
def test_names_shares_inputs_outputs_and_numbers_come_back(network: str) -> None:
    lock = lock_of(network)
    assert read(written(lock)).id == lock.id


def test_initialisers_come_back() -> None:
    more = "initialise: {Linear: {weight: {he_normal: {truncated: true}}, bias: {normal: {mean: 0.5, std: 1.0e-3}}}}"
    lock = lock_of("- Input: {shape: [2]}\n- Linear: {in_features: 2, out_features: 2}", more)
    assert read(written(lock)).id == lock.id


def test_how_it_looks() -> None:
    lock = lock_of(
        """
- Input: {shape: [2, 5, 5]}
- {Conv2d: {in_channels: 2, out_channels: 2, kernel_size: 1}, as: skip}
- residual: {layers: [ReLU, Tanh], shortcut: [Sigmoid]}
- residual: [ReLU]
- {Add: {}, from: [skip, skip]}
""".replace("- residual: [ReLU]", "- {residual: [ReLU], as: end}")
    )
    (network,) = lock.networks.values()
    remarks = Remarks({1: ["features.0"], 2: ["one", "two"]})
    text = write("Mine: a model", network, lock.initialisers, tag="!code", about="Made up.", remarks=remarks)
    assert (
        text
        == """specit: 1
title: "Mine: a model"
about: Made up.

initialise: !code
  Conv2d: {weight: pytorch_default, bias: pytorch_default}

arms:
  model:
    network: !code
      - Input: {shape: [2, 5, 5], dtype: float32}
      # features.0
      - Conv2d: {in_channels: 2, out_channels: 2, kernel_size: 1, stride: 1, padding: 0, dilation: 1, groups: 1,
                 bias: true, padding_mode: zeros}
        as: skip
      - residual:
          layers:
            # one
            # two
            - ReLU: {inplace: false}
            - Tanh: {}
          shortcut:
            - Sigmoid: {}
      - residual:
          - ReLU: {inplace: false}
        as: end
      - {Add: {}, from: [skip, skip]}
"""
    )
    assert read(text).id == lock.id


def test_residuals_without_bound_are_written_by_name() -> None:
    text = "ReLU"
    for _ in range(12):
        text = f"{{residual: [{text}]}}"
    lock = lock_of(f"- Input: {{shape: [2]}}\n- {text}")
    network = named(lock.networks["network"])
    again = read(write("Deep", network, {}))
    assert again.networks["network"].stated() == network.stated()
