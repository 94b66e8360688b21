"""Keras asks for its backend when it is imported."""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")

from tests.cli.conftest import specit as specit
