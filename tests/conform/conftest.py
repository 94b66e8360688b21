"""Keras asks for its backend when it is imported, and compiling is most of what a comparison takes."""

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("KERAS_BACKEND", "jax")

from tests.cli.conftest import specit as specit


@pytest.fixture(scope="module")
def compiled_as_it_stands() -> Iterator[None]:
    """Let XLA translate without making it faster: small arrays do not need it, and these tests take half as long."""
    import jax

    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)
