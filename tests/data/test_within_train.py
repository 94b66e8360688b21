"""A split within the training examples of another: its parts and the test examples are disjoint and cover the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specit.data import make_examples, targets_of
from specit.data.splits import in_test, used
from specit.errors import SpecItError
from specit.spec.datasets import SPLITS, Split
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.variant import stated, variant

SMALL = (Path(__file__).parents[1] / "small.yaml").read_text(encoding="utf-8")
PLACES = np.stack(np.meshgrid(np.arange(12), np.arange(12), indexing="ij"), axis=-1).reshape(-1, 2).astype(np.int16)


def split(text: str) -> Split:
    return variant(parse(text), SPLITS, "split")[1]


one = st.one_of(
    st.builds("fraction: {{test: {:.2f}, seed: {}}}".format, st.floats(0.1, 0.6), st.integers(0, 99)),
    st.builds("bernoulli: {{test: {:.2f}, seed: {}}}".format, st.floats(0.2, 0.6), st.integers(0, 99)),
    st.builds("quadrant: {{x_over: {}, y_over: {}}}".format, st.integers(4, 9), st.integers(4, 9)),
)


@given(one, one)
def test_the_parts_are_those_of_the_slow_way(outer: str, inner: str) -> None:
    nested = split(f"within_train: {{of: {{{outer}}}, again: {{{inner}}}}}")
    # By sets of places: the outer test examples go, and the inner split sees a data set of the others alone.
    outer_test = {tuple(place) for place, test in zip(PLACES, in_test(split(outer), PLACES), strict=True) if test}
    others = [place for place in PLACES if tuple(place) not in outer_test]
    try:
        expected = in_test(split(inner), np.array(others))
    except SpecItError:  # a quadrant that lies within the outer one
        with pytest.raises(SpecItError, match=f"leaves no (training|test) examples of {len(others)}"):
            in_test(nested, PLACES)
        return
    kept, held_out = PLACES[used(nested, PLACES)], in_test(nested, PLACES)
    assert kept.tolist() == [place.tolist() for place in others]
    assert held_out.tolist() == expected.tolist()
    train, test = ({tuple(place) for place in kept[part]} for part in (~held_out, held_out))
    assert not train & test
    assert not (train | test) & outer_test
    assert train | test | outer_test == {tuple(place) for place in PLACES}


def test_other_splits_use_everything() -> None:
    for text in (
        "fraction: {test: 0.3, seed: 1}",
        "bernoulli: {test: 0.3, seed: 1}",
        "quadrant: {x_over: 5, y_over: 5}",
    ):
        assert used(split(text), PLACES).tolist() == list(range(len(PLACES)))


def test_what_a_run_gets_holds_nothing_of_the_test_examples() -> None:
    outer = "fraction: {test: 0.25, seed: 0}"
    text = SMALL.replace(outer, f"within_train: {{of: {{{outer}}}, again: {{fraction: {{test: 0.5, seed: 3}}}}}}")
    whole, nested = (
        Spec("s", parse(each)).plan(arms=["dense"], choose={"split": ["uniform"]})[0].lock for each in (SMALL, text)
    )
    everything, part = make_examples(whole), make_examples(nested)
    kept = everything.train
    assert len(everything.centres) == 36
    assert (len(part.centres), len(part.train), len(part.test)) == (27, 13, 14)  # round(0.5 · 27) = 14 are held out
    np.testing.assert_array_equal(part.centres, everything.centres[kept])
    np.testing.assert_array_equal(part.inputs, everything.inputs[kept])
    np.testing.assert_array_equal(part.targets, everything.targets[kept])
    np.testing.assert_array_equal(targets_of(nested, "coordinates"), targets_of(whole, "coordinates")[kept])
    assert part.fingerprints() != everything.fingerprints()
    assert nested.id != whole.id


def test_a_lock_states_both() -> None:
    text = "within_train: {of: {bernoulli: {test: 0.25, seed: 1}}, again: {quadrant: {x_over: 3, y_over: 4}}}"
    assert stated(*variant(parse(text), SPLITS, "split")) == {
        "within_train": {
            "of": {"bernoulli": {"test": 0.25, "seed": 1}},
            "again": {"quadrant": {"x_over": 3, "y_over": 4}},
        }
    }


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("{of: {}, again: {fraction: {test: 0.5, seed: 1}}}", "within_train: of: needs exactly one split of bernoulli, "
         "fraction, quadrant, not none"),
        ("{of: {fraction: {test: 0.5, seed: 1}, quadrant: {x_over: 1, y_over: 1}}, again: {}}",
         "not fraction and quadrant"),
        ("{of: {fractoin: {test: 0.5, seed: 1}}, again: {fraction: {test: 0.5, seed: 1}}}",
         "within_train: of has no argument 'fractoin'; did you mean 'fraction'?"),
        ("{of: {fraction: {test: 0.5, seed: 1}}}", "within_train needs the argument 'again', which is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(wrong: str, says: str) -> None:
    with pytest.raises(SpecItError) as error:
        split(f"within_train: {wrong}")
    assert says in str(error.value)
