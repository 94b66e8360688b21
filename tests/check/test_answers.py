"""Which numbers of an answer cannot be known, against all pairs of examples of the data themselves."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specit.check.answers import unknowable
from specit.check.dependence import Sees
from specit.data import make_targets
from specit.data.not_so_clevr import bumps, coordinates, latents, one_hot, squares
from specit.spec.datasets import Latent, NotSoClevr

INPUTS = {"coordinates": coordinates, "latent": latents, "one_hot": one_hot, "bump": bumps, "square": squares}


def stated(shown: str, target: str, canvas: tuple[int, int] = (5, 4), square: int = 2, size: int = 2) -> NotSoClevr:
    return NotSoClevr(
        canvas=canvas,
        square=square,
        input=shown,  # type: ignore[arg-type]
        target=target,  # type: ignore[arg-type]
        coordinates="raw",
        brightness=1.0 if "square" in (shown, target) else None,
        latent=Latent(size=size, seed=0) if shown == "latent" else None,
        sigma=1.0 if shown == "bump" else None,
    )


def sees_of(data: NotSoClevr, masks: np.ndarray) -> Sees:
    """Return sets with a mask over the input for every number of the output."""
    itself = Sees.itself(data.input_shape)
    shape = data.output_shape
    return itself.with_bits(shape, np.packbits(masks.astype(np.uint8), axis=-1).reshape(*shape, -1))


def contradicted(data: NotSoClevr, masks: np.ndarray) -> np.ndarray:
    """The slow way: numbers of the output for which two examples show the same and are answered differently."""
    inputs = INPUTS[data.input](data).reshape(len(latents(data)) if data.latent else len(coordinates(data)), -1)
    targets = make_targets(data, data.target)
    if data.target == "one_hot":
        targets = np.eye(data.canvas[0] * data.canvas[1])[targets]
    targets = targets.reshape(len(inputs), -1)
    found = []
    for mask, answers in zip(masks, targets.T, strict=True):
        answered = defaultdict(set)
        for shown, answer in zip(inputs, answers, strict=True):
            answered[shown[mask].tobytes()].add(float(answer))
        found.append(any(len(different) > 1 for different in answered.values()))
    return np.array(found)


@pytest.mark.parametrize("target", ["one_hot", "square", "coordinates"])
@pytest.mark.parametrize("shown", list(INPUTS))
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), share=st.sampled_from([0.0, 0.3, 0.7, 0.95]),
       canvas=st.tuples(st.integers(2, 6), st.integers(2, 6)), square=st.integers(1, 2))  # fmt: skip
def test_what_is_called_unknowable_is_contradicted_by_two_examples(
    shown: str, target: str, seed: int, share: float, canvas: tuple[int, int], square: int
) -> None:
    data = stated(shown, target, canvas, square)
    generator = np.random.default_rng(seed)
    masks = generator.random((int(np.prod(data.output_shape)), int(np.prod(data.input_shape)))) < share
    found = unknowable(data, target, sees_of(data, masks))
    slow = contradicted(data, masks)
    if shown in ("square", "bump"):  # parts of a square tell more than is used: never too much is called unknowable
        assert (found <= slow).all()
        assert found.any() or not slow.all() or masks.any()
    else:
        assert np.array_equal(found, slow)


def test_of_a_latent_vector_the_noise_tells_nothing() -> None:
    data = stated("latent", "coordinates", size=5)
    masks = np.array([[False, True, True, True, True], [False, True, False, False, False]])
    assert unknowable(data, "coordinates", sees_of(data, masks)).tolist() == [True, False]


def test_all_places_but_one_are_enough() -> None:
    """A network that sees nothing of one place knows it all the same: by elimination."""
    data = stated("one_hot", "one_hot", (4, 4), 1)
    masks = np.ones((16, 16), dtype=bool)
    masks[:, 5] = False
    assert not unknowable(data, "one_hot", sees_of(data, masks)).any()
    masks[:, 6] = False
    assert np.flatnonzero(unknowable(data, "one_hot", sees_of(data, masks))).tolist() == [5, 6]
