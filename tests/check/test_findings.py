"""What each check says of the small spec, in words, and what it keeps silent about."""

from __future__ import annotations

import pytest

from specit.check import CHECKS, findings
from specit.check.codes import CODES, pick
from specit.errors import SpecItError
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.studies import find, names

RATIO = """  - id: quicker
    says: It is quicker
    where: nowhere
    kind: ratio
    arm: dense
    to: coordconv
    over: {tile: channels}
    measure: seconds
    expect: [1.0, 2.0]
    tolerance: {because: a test}
    seeds: 3
figures:"""
NONE = """  - id: none
    says: Nothing does
    where: nowhere
    kind: no_configuration
    arms: [dense]
    measure: test_accuracy
    exceeds: 0.5
    tolerance: {because: a test}
    seeds: 3
figures:"""


def test_unstated_details_and_what_the_code_takes(found):
    (one,) = found("S101")
    assert (
        one.message
        == "Nobody states 'tile': channels or plane (the authors' code takes channels). That makes 2 readings."
    )
    assert (one.mark.line, one.where) == (25, {"axis": "tile"})


def test_defaults_are_told_once_a_place(found):
    lines = [(one.mark.line, one.message) for one in found("S102")]
    assert len(lines) == len(set(lines)) == 14
    assert (29, "ReLU leaves to a default: inplace = False.") in lines
    assert (23, "initialise.Conv2d leaves to a default: weight = pytorch_default, bias = pytorch_default.") in lines
    optimizer = "train.supervised.optimizer leaves to a default: betas = (0.9, 0.999), eps = 1e-08, "
    assert any(line == 10 and message.startswith(optimizer) for line, message in lines)


def test_an_impossible_reading_is_named_with_the_line_of_its_layer(found):
    (one,) = found("S201")
    assert one.message == (
        "The arm 'coordconv' with tile=plane cannot do its task, whatever its weights: output pixel (x 4, y 4) sees x "
        "and not y, and places that look alike to it have different answers (36 of 64 numbers of the output are so); "
        "after this Tile, nothing brings more of the input together."
    )
    assert (one.mark.line, one.where) == (25, {"arm": "coordconv", "tile": "plane"})


@pytest.mark.parametrize(
    "change",
    [
        ("kernel_size: 1}\n      - ReLU", "kernel_size: 3, padding: 1}\n      - ReLU"),  # reaches the pixel beside it
        ("each: [channels, plane]", "each: [channels]"),
    ],
)
def test_what_is_possible_is_left_alone(found, change):
    changes = [change] if "kernel" in change[0] else [change, ("{channels: 2, plane: 1}", "{channels: 2}")]
    assert found("S201", *changes) == []


def only_way_back(*layers):
    text = """specit: 1
title: The way back
data:
  not_so_clevr: {canvas: [8, 8], square: 3, input: one_hot, coordinates: raw, target: coordinates}
  split: {fraction: {test: 0.25, seed: 0}}
arms:
  way_back:
    network:
      - Input: {shape: [1, 8, 8]}
""" + "".join(f"      - {layer}\n" for layer in layers)
    return [finding for finding in findings(Spec("back", parse(text, "back.yaml"))) if finding.code == "S201"]


def test_a_convolution_that_is_cropped_to_a_corner_does_not_see_the_rest():
    layers = [
        "Conv2d: {in_channels: 1, out_channels: 2, kernel_size: 3, padding: 1}",
        "Crop2d: {left: 3, right: 4, top: 3, bottom: 4}",
        "Flatten",
    ]
    (one,) = only_way_back(*layers)
    assert "the output's x sees 9 of the 64 input pixels" in one.message
    assert "(2 of 2 numbers of the output are so); after this Crop2d, nothing" in one.message
    assert one.mark.line == 11
    pooled = [layers[0], "AdaptiveMaxPool2d: {output_size: 1}", "Flatten"]
    assert only_way_back(*pooled) == []


def test_a_square_needs_the_point_it_is_painted_around():
    def text(kernel: int, padding: int) -> str:
        return f"""specit: 1
title: Squares
data:
  not_so_clevr: {{canvas: [8, 8], square: 3, input: one_hot, target: square, brightness: 1.0}}
  split: {{fraction: {{test: 0.25, seed: 0}}}}
arms:
  fill:
    network:
      - Input: {{shape: [1, 8, 8]}}
      - Conv2d: {{in_channels: 1, out_channels: 1, kernel_size: {kernel}, padding: {padding}}}
"""

    one, three = (findings(Spec("s", parse(text(*size), "s.yaml"))) for size in ((1, 0), (3, 1)))
    assert [f.code for f in three if f.code == "S201"] == []
    (finding,) = [f for f in one if f.code == "S201"]
    assert "sees 1 of the 64 input pixels" in finding.message


def test_stated_counts_hold_or_not(found):
    says = (
        "  coordconv:\n",
        "  coordconv:\n    parameters: {name: tile, each: {channels: 97, plane: 81}, code: channels}\n",
    )
    assert found("S203", says) == []
    (one,) = found("S203", (says[0], says[1].replace("plane: 81", "plane: 1_081")))
    assert "is said to have 1,081 parameters, but its network as stated has 81 (for tile=plane)." in (one.message)
    assert (one.mark.line, one.where) == (23, {"arm": "coordconv", "tile": "plane"})


def test_a_count_changes_no_lock(small):
    says = ("  coordconv:\n", "  coordconv:\n    parameters: 97\n")
    assert [p.lock.id for p in small().every_point] == [p.lock.id for p in small(says).every_point]


@pytest.mark.parametrize("count", ["many", "1.5", "-3", "true", "7_5", "[97]"])
def test_a_count_is_a_whole_number(small, count):
    spec = small(("  coordconv:\n", f"  coordconv:\n    parameters: {count}\n"))
    with pytest.raises(SpecItError, match=r"small.yaml:23: parameters: a whole number, how many"):
        findings(spec)


def test_seeds_that_a_claim_takes(found):
    (one,) = found("S301")
    assert one.message == (
        "The claim 'learns' takes 5 seeds, but coordconv is run with 1: as it stands, it can only be INCONCLUSIVE."
    )
    assert found("S302") == found("S301", ("\narms:", "\nseeds: 5\narms:")) == []


MEAN = [("kind: reaches", "kind: at_least"), ("\narms:", "\nseeds: 2\narms:")]


def test_two_runs_make_no_mean(found):
    (few,) = found("S302", *MEAN)
    assert few.message.startswith("The claim 'learns' would be decided by 2 runs of an arm in each condition: luck")
    assert found("S301", *MEAN) == []
    assert found("S302", *MEAN, ("    seeds: 2", "    seeds: 3")) == []


def test_settings_that_a_claim_speaks_of_are_runs_too(found):
    sweep = ("lr: 0.02", "lr: {sweep: [0.01, 0.02]}")
    assert found("S302", *MEAN, sweep) == []


def test_a_count_of_parameters_needs_no_seeds(found):
    """The claim 'smaller' states no seeds and needs none."""
    assert {one.where["claim"] for code in ("S301", "S302", "S304") for one in found(code)} == {"learns"}
    assert {one.where["claim"] for one in found("S302", *MEAN)} == {"learns"}


def test_few_attempts_are_a_note(found):
    three = ("figures:", NONE)
    assert found("S303", three) == []  # two splits, three seeds
    (one,) = found("S303", ("figures:", NONE.replace("seeds: 3", "seeds: 1")))
    assert "would be held to be true after 2 runs" in one.message


def test_arms_in_a_ratio_are_tuned_alike(found):
    assert found("S401", ("figures:", RATIO)) == []
    train = (
        "  dense:\n",
        "    train: {supervised: {optimizer: {Adam: {lr: {sweep: [0.1, 0.01]}}}}}\n    seeds: 2\n  dense:\n",
    )
    (one,) = found("S401", ("figures:", RATIO), train)
    assert "compares dense, tried in 1 setting, with coordconv, tried in 2 settings; give both" in one.message
    (seeds,) = found("S402", ("figures:", RATIO), train)
    assert seeds.message == "The claim 'quicker' compares dense, run with 1 seed, with coordconv, run with 2 seeds."
    chosen = ("figures:", RATIO.replace("tile: channels", 'tile: channels, lr: "0.1"'))
    assert found("S401", chosen, train) == []


def test_what_is_said_to_fail_was_tried_as_much_as_what_is_said_to_succeed(found):
    rival = ("figures:", NONE)
    assert found("S401", rival) == []
    tuned = ("  dense:\n", "    train: {supervised: {optimizer: {Adam: {lr: {sweep: [0.1, 0.01]}}}}}\n  dense:\n")
    (one,) = found("S401", rival, tuned)
    assert "says that dense fails after 1 setting, while coordconv, which 'learns' says succeeds, is tuned over 2" in (
        one.message
    )
    fairly = ("lr: 0.02", "lr: {sweep: [0.1, 0.01]}")
    assert found("S401", rival, fairly) == []
    assert found("S401", rival, tuned, ("measure: test_accuracy", "measure: test_euclidean")) == []


def test_findings_stand_in_the_order_of_the_file(small):
    lines = [finding.mark.line for finding in findings(small())]
    assert lines == sorted(lines)


def test_codes_are_picked_by_their_beginnings():
    assert pick([], []) == frozenset(CODES)
    assert pick(["S3"], ["S302", "S303"]) == {"S301", "S304", "S305"}
    with pytest.raises(SpecItError, match="No code of a finding begins with 'S9'; known: S001"):
        pick(["S9"], [])


def test_our_own_study_has_nothing_above_a_note():
    """It is checked as any other; and the reading that cannot work is known to be one."""
    assert len(CHECKS) == 8
    found = {name: findings(find(name)) for name in names()}
    assert [f for of_one in found.values() for f in of_one if f.level != "note"] == []
    (plane,) = [f for f in found["coordconv/classification"] if f.code == "S202"]
    assert plane.message.endswith("The claim 'plane-cannot-work' says so.")
    assert plane.where == {"arm": "coordconv", "tile": "plane"}
