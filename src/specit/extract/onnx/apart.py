"""What exporters store once although several layers have it: told apart from what layers share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from torch import Tensor

from ..sketch import Drawn, Held, Sketch


def tell_apart(sketch: Sketch) -> None:
    """Give layers tensors of their own where one is all the same number, unless what else they hold is the same.

    Exporters write equal tensors once: all the ones and zeros of fresh normalisation, which nobody shares.
    """
    copies: dict[tuple[object, ...], Tensor] = {}
    sketch.layers[:] = [replace(layer, held=_own(place, layer, copies)) for place, layer in enumerate(sketch.layers)]


def _own(place: int, layer: Drawn, copies: dict[tuple[object, ...], Tensor]) -> Mapping[str, Held]:
    flat = {key: is_flat(held.tensor) for key, held in layer.held.items()}
    rest = tuple(held.tensor.data_ptr() for key, held in layer.held.items() if not flat[key])
    return {
        key: replace(held, tensor=copies.setdefault((key, rest or place), held.tensor.clone())) if flat[key] else held
        for key, held in layer.held.items()
    }


def is_flat(tensor: Tensor) -> bool:
    """Return whether all numbers are the same."""
    return bool((tensor == tensor.reshape(-1)[0]).all())
