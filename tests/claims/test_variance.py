"""The variance is that of Python's `statistics`, which is exact, though it is computed in integers."""

from __future__ import annotations

import math
import statistics

from hypothesis import example, given
from hypothesis import strategies as st

from specit.claims.statistics import _exact_variance

wide = st.floats(-1e150, 1e150)
alike = st.sampled_from([0.1, 0.2, 0.30000000000000004, 1.0])


@given(st.lists(wide, min_size=2, max_size=8) | st.lists(alike, min_size=2, max_size=8))
@example([0.1, 0.1, 0.1])
@example([5e-324, 0.0])
@example([math.inf, 1.0])
def test_the_same_to_the_last_bit(values: list[float]) -> None:
    assert _exact_variance(tuple(values)) == statistics.variance(values)
