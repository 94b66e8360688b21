"""Every spec that comes along: it reads, every point locks, and its networks have the sizes that are known."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
import torch

from specit.build.network import BuiltNetwork
from specit.spec.claims import NoConfiguration, Ratio, Reaches
from specit.spec.document import Point, Spec
from specit.spec.measures import taken
from specit.spec.tree import Source
from specit.studies import find, names

STUDY = "coordconv"
SPECS = [name for name in names() if name.startswith(f"{STUDY}/")]


@cache
def spec(name: str) -> Spec:
    return find(name)


def arms(point_of: str, **options: str) -> dict[str, int]:
    """Return the number of parameters of every arm, with these options taken wherever an arm has the axis."""
    found: dict[str, set[int]] = {}
    for point in spec(f"{STUDY}/{point_of}").every_point:
        if all(point.selection.get(axis, option) == option for axis, option in options.items()):
            found.setdefault(point.arm, set()).add(point.lock.parameters)
    assert all(len(counts) == 1 for counts in found.values()), found
    return {arm: counts.pop() for arm, counts in found.items()}


def test_the_specs_are_those_of_the_study() -> None:
    first = ["classification", "rendering", "regression", "pipeline", "by_hand", "other_fixes"]
    assert SPECS[:6] == [f"{STUDY}/{name}" for name in first]


@pytest.mark.parametrize("name", SPECS)
def test_every_point_of_every_tier_locks(name: str) -> None:
    points = spec(name).every_point
    assert {point.tier for point in points} >= {"full"}
    assert {point.arm for point in points} == set(spec(name).arms)
    assert all(len(point.lock.id) == 64 for point in points)
    assert spec(name).sources()[Source.PAPER] > 0
    if "instant" in spec(name).tiers:
        assert spec(name).plan("instant")


def dense(*sizes: int, kernel: int = 1) -> int:
    """Return how many numbers a stack of convolutions with biases holds: sizes are channels."""
    return sum(a * b * kernel**2 + b for a, b in pairwise(sizes))


def painter(c: int, k: int) -> int:
    """DeconvPainter: six transposed convolutions, and two numbers a channel of batch norm after all but the last."""
    channels = [64 * c, 64 * c, 64 * c, 32 * c, 32 * c]
    return dense(2, *channels, 1, kernel=k) + 2 * sum(channels)


def test_sizes_of_classification() -> None:
    found = arms("classification", tile="channels")
    assert found["coordconv"] == dense(4, 32, 32, 64, 64, 1) == 7_553
    assert found["deconv_small"] == painter(1, 2) == 46_465
    assert found["deconv"] == painter(2, 3) == 409_921
    assert found["deconv_large"] == painter(3, 4) == 1_632_001
    assert arms("classification", tile="plane")["coordconv"] == dense(3, 32, 32, 64, 64, 1) == 7_521


def test_sizes_of_rendering() -> None:
    found = arms("rendering")
    assert found["coordconv"] == found["coordconv_mse"] == found["coordconv_grey"] == 8_074
    assert dense(4, 32, 32, 64, 64, 1) + dense(1, 8, 8, 16, 16, 1) == 8_074
    assert (found["deconv_small"], found["deconv"], found["deconv_large"]) == (46_465, 409_921, 1_632_001)
    assert found["coordconv_supplement"] == dense(4, 16, kernel=2) + dense(16, 16, 32, 32, 1, kernel=2)


def test_sizes_of_regression() -> None:
    found = arms("regression")
    assert found["coordconv"] == dense(3, 8, 8, 8) + dense(8, 8, 2, kernel=3) == 906
    assert found["conv_dense"] == dense(1, 16, 16, 16, 16, kernel=3) + dense(1024, 64, 2) == 72_850
    assert found["conv_mean"] == 12_914


def test_sizes_of_the_others() -> None:
    assert arms("by_hand") == {
        "classifier": 21,
        "classifier_as_printed": 21,
        "exercise": 21,
        "regressor": 2 * 3 + 2 * 2 + 2,
        "painter": 21 + 81,
    }
    fixes = arms("other_fixes")
    assert fixes["coordconv"] == fixes["coordinates_as_input"] == 7_553
    assert fixes["learned_positions"] == 7_553 + 2 * 64 * 64
    assert fixes["zero_padding"] == fixes["circular_padding"]
    stage = arms("pipeline", stage="place_to_point")
    assert (stage["coordconv"], stage["deconv"]) == (7_553, 46_465)


def parameters(point: Point) -> int:
    """Count what PyTorch makes of a point's networks, without memory for them."""
    with torch.device("meta"):
        built = [BuiltNetwork(network) for network in point.lock.networks.values()]
    return sum(parameter.numel() for network in built for parameter in network.parameters())


@pytest.mark.parametrize("name", SPECS)
def test_pytorch_counts_the_same(name: str) -> None:
    seen: dict[str, Point] = {}
    for point in spec(name).every_point:
        seen.setdefault(str([network.stated() for network in point.lock.networks.values()]), point)
    for point in seen.values():
        assert parameters(point) == point.lock.parameters, point.label


@pytest.mark.parametrize("name", SPECS)
def test_a_claim_speaks_of_what_is_measured(name: str) -> None:
    """A claim about a number that no run of its arms takes could never be judged."""
    for claim in spec(name).claims:
        match claim:
            case Reaches(arm=arm):
                of = [arm]
            case NoConfiguration(arms=several):
                of = list(several)
            case Ratio(arm=arm, to=to):
                of = [arm, to]
        part, _, base = claim.measure.partition("_")
        if part not in ("train", "test") or claim.measure == "train_loss":
            base = {"seconds_to_best": "accuracy", "seconds_to_best_iou": "iou"}.get(claim.measure, "")
        if not base:
            continue
        over = {axis: [o] if isinstance(o, str) else list(o) for axis, o in claim.over.items()}
        spoken = [
            point
            for point in spec(name).every_point
            if (point.tier, point.arm in of) == ("full", True)
            and all(point.selection.get(axis, options[0]) in options for axis, options in over.items())
        ]
        assert {point.arm for point in spoken} == set(of), claim.id
        for point in spoken:
            assert base in taken(point.lock.dataset[1].target, point.lock.train[1].loss[0]), (claim.id, point.label)


def test_the_guard_of_claims_bites() -> None:
    assert "iou" not in taken("one_hot", "cross_entropy")
    assert "cross_entropy" not in taken("square", "mse_loss")
