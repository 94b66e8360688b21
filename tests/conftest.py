"""What tests of several folders share."""

import pytest
from hypothesis import settings

settings.register_profile("seeded", derandomize=True)  # the same examples each time, wherever a test states no others
settings.load_profile("seeded")


@pytest.fixture(scope="module")
def one_thread():
    """Let PyTorch compute on one thread: small tests are faster, and sums come out the same."""
    import torch  # here, because most tests need none

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
