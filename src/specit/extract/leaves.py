"""Modules of a model that are layers of the vocabulary as they stand: kept whole, every argument as it was written.

PyTorch's export would show `Conv2d(padding="same", padding_mode="reflect")` as a padding and a convolution, and a
convolution with coordinates as forty operators. While a model is exported, such a module is replaced by one operator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from pydantic import ValidationError
from torch import Tensor, nn

from specit.build.modules import MODULES
from specit.spec.layers import LAYERS, Join, Layer, ShapeError

_NAMES = {
    module: name for name, module in MODULES.items() if module is not nn.Identity and not issubclass(LAYERS[name], Join)
}


@torch.library.custom_op("specit::layer", mutates_args=())
def _layer(x: Tensor, path: str, shape: list[int]) -> Tensor:
    return x.new_zeros([x.shape[0], *shape])


@_layer.register_fake
def _(x: Tensor, path: str, shape: list[int]) -> Tensor:
    return x.new_empty([x.shape[0], *shape])


@contextmanager
def kept_whole(model: nn.Module) -> Iterator[dict[str, tuple[str, Layer]]]:
    """Let the modules that are layers of the vocabulary stand as one operator each; yield them by path."""
    found = {path: stated for path, module in model.named_modules() if (stated := as_layer(module))}
    modules = {path: model.get_submodule(path) for path in found}
    for path, module in modules.items():
        module.forward = _standing_in(path, found[path][1], module.forward)
    try:
        yield found
    finally:
        for module in modules.values():
            del module.forward


def as_layer(module: nn.Module) -> tuple[str, Layer] | None:
    """Return the layer of the vocabulary that a module is, with its arguments, if it is exactly one.

    Not a subclass, which may compute anything; nor one with hooks, nor one that changes its input in place.
    """
    name = _NAMES.get(type(module))
    altered = module._forward_hooks or module._forward_pre_hooks or "forward" in vars(module)
    if name is None or altered or getattr(module, "inplace", False):
        return None
    try:
        layer = LAYERS[name](**{field: _argument(module, field) for field in LAYERS[name].model_fields})
    except (ValidationError, AttributeError):
        return None
    held = {key: tuple(tensor.shape) for key, tensor in module.named_parameters(recurse=False)}
    return (name, layer) if held == layer.parameters() else None


def _argument(module: nn.Module, field: str) -> Any:
    value = getattr(module, field)
    if field == "bias":
        return value is not None if not isinstance(value, bool) else value
    return tuple(value) if isinstance(value, list | tuple) else value


def _standing_in(path: str, layer: Layer, forward: Callable[..., Any]) -> Callable[..., Any]:
    """Return what is called in place of a module's `forward`; for what the layer does not take, that itself."""

    def stand_in(*inputs: Any, **named: Any) -> Any:
        if len(inputs) != 1 or named or not isinstance(inputs[0], Tensor) or inputs[0].ndim == 0:
            return forward(*inputs, **named)
        try:
            shape = layer.output(tuple(inputs[0].shape[1:]))
        except ShapeError:
            return forward(*inputs)
        return torch.ops.specit.layer(inputs[0], path, list(shape))

    return stand_in
