"""The second framework: Keras on JAX, in double precision."""

from __future__ import annotations

import os
from types import ModuleType

from specit.errors import SpecItError


def second_framework() -> tuple[ModuleType, str]:
    """Import Keras on JAX; return `specit.conform.layers`, which needs it, and what the framework is called.

    Raises `SpecItError` where either is missing, or where Keras runs on something else.
    """
    os.environ.setdefault("KERAS_BACKEND", "jax")
    try:
        import jax
        import keras
    except ImportError as error:
        raise SpecItError(
            f"Comparing needs Keras and JAX, and '{error.name}' is not installed: pip install 'specit-ml[keras]'"
        ) from None
    if keras.backend.backend() != "jax":
        raise SpecItError(f"Keras runs on {keras.backend.backend()} here; set KERAS_BACKEND=jax.")
    jax.config.update("jax_enable_x64", True)
    _keep_doubles(keras)
    from . import layers

    return layers, f"Keras {keras.__version__} on JAX {jax.__version__}"


def _keep_doubles(keras: ModuleType) -> None:
    """Let Keras compute in double precision throughout.

    On JAX, where two types meet, it takes single precision for double, whatever its float type is: in means, in
    normalisation, in sin, cos and tanh. It has no setting for that, only this table.
    """
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")  # its layers have a precision of their own
    try:
        from keras.src.backend.common.dtypes import BIT64_TO_BIT32_DTYPE

        BIT64_TO_BIT32_DTYPE["float64"] = "float64"
    except ImportError:
        pass  # another version may need it no longer
    if keras.backend.result_type("float64", "float32") != "float64":
        raise SpecItError(f"Keras {keras.__version__} cannot compute in double precision on JAX; 3.15 can.")
