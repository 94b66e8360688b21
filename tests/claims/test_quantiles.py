"""Student's quantiles are SciPy's, to the last bit, though they are not asked for through its distributions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from specit.claims.statistics import _quantile, _quantiles


@pytest.mark.parametrize("share", [0.95, 0.975])
def test_the_same_to_the_last_bit(share: float) -> None:
    freedom = np.concatenate([np.arange(1, 200), np.random.default_rng(0).uniform(1, 50, 300)])
    assert [_quantile(share, free) for free in freedom] == stats.t.ppf(share, freedom).tolist()
    for sides in (1, 2):
        assert _quantiles(share, sides).tolist() == stats.t.ppf(share, sides * np.arange(1, 1000)).tolist()
