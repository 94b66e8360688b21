"""Which modules of a model are convolutions, and why some of them cannot be swapped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd
from torch.nn.modules.lazy import LazyModuleMixin
from torch.nn.utils import parametrize

from ._coordify_layer import FORMS, plain_weight_shape
from ._layer import _CoordConvNd

Names: TypeAlias = dict[nn.Module, tuple[str, ...]]  # all that a module has, in the order of registration


def find_convolutions(model: nn.Module) -> Names:
    """Return the convolutions of `model`, and what calls itself one, such as a quantised layer."""
    found: dict[nn.Module, list[str]] = {}
    for name, module in model.named_modules(remove_duplicate=False):
        if _is_convolution(module):
            found.setdefault(module, []).append(name)
    return {module: tuple(names) for module, names in found.items()}


def kind(module: nn.Module) -> str:
    """Return the class of `module`; of a compiled one, the class it was."""
    return str(getattr(module, "original_name", type(module).__name__))


def _is_convolution(module: nn.Module) -> bool:
    if isinstance(module, _ConvNd):
        return True
    is_leaf = next(module.children(), None) is None
    return is_leaf and re.search(r"Conv(Transpose)?[123]d$", kind(module)) is not None


def reasons_to_leave(model: nn.Module, convolutions: Iterable[nn.Module]) -> dict[nn.Module, str]:
    """Return those of the convolutions that cannot be swapped, and why."""
    tied, held = _tied_weights(model), _held_in_plain_attributes(model)
    reasons = {conv: _own_reason(conv) or tied.get(conv) or held.get(conv) for conv in convolutions}
    return {conv: reason for conv, reason in reasons.items() if reason is not None}


def _own_reason(module: nn.Module) -> str | None:
    """Return what about the module itself forbids to swap it."""
    if isinstance(module, torch.jit.ScriptModule):
        return "compiled by TorchScript"
    if isinstance(module, _CoordConvNd):
        return "a CoordConv layer already"
    if isinstance(module, LazyModuleMixin):
        return "a lazy layer, which has no weight until the model has run once"
    if parametrize.is_parametrized(module):
        return f"a parametrised {', '.join(dict(module.get_submodule('parametrizations').named_children()))}"
    if not isinstance(module, _ConvNd):
        return f"a layer of {type(module).__module__}, not of torch.nn"
    if type(module) not in FORMS:
        return "a subclass, which may compute something else"
    return _hooks(module) or _own_forward(module) or _unusual_weight(module)


def _hooks(conv: _ConvNd) -> str | None:
    for attribute, hooks in vars(conv).items():
        if attribute.endswith("_hooks") and isinstance(hooks, dict) and hooks:
            names = [getattr(hook, "__name__", type(hook).__name__) for hook in hooks.values()]
            return f"{attribute.strip('_').replace('_', ' ')} ({', '.join(names)})"
    return None


def _own_forward(conv: _ConvNd) -> str | None:
    if "forward" in vars(conv):
        return "a forward of its own, put on this one layer"
    if conv._compiled_call_impl is not None:
        return "compiled by its method compile"
    return None


def _unusual_weight(conv: _ConvNd) -> str | None:
    tensors = dict(conv.named_parameters(recurse=False)) | dict(conv.named_buffers())
    extra = sorted(tensors.keys() - {"weight", "bias"}) + [name for name, _ in conv.named_children()]
    if extra:
        return f"more than a weight and a bias ({', '.join(extra)})"
    weight = conv.weight
    if type(weight) is not nn.Parameter:
        return f"a weight that is no plain parameter but a {type(weight).__name__}"
    if weight._backward_hooks or weight._post_accumulate_grad_hooks:
        return "hooks on its weight"
    if not weight.is_floating_point():
        return f"a weight of {weight.dtype}, which no CoordConv layer takes"
    if tuple(weight.shape) != plain_weight_shape(conv):
        return f"a weight of shape {tuple(weight.shape)}, where its attributes say {plain_weight_shape(conv)}"
    return None


def _tied_weights(model: nn.Module) -> dict[nn.Module, str]:
    """Return the modules whose weight is a parameter of others too, which would keep the old one."""
    uses: dict[nn.Parameter, dict[nn.Module, str]] = {}
    for name, module in model.named_modules():
        for key, parameter in module.named_parameters(name, recurse=False):
            uses.setdefault(parameter, {})[module] = key
    return {
        module: f"a weight tied to {', '.join(other for other in keys.values() if other != key)}"
        for keys in uses.values()
        for module, key in keys.items()
        if len(keys) > 1 and key.endswith("weight")
    }


def _held_in_plain_attributes(model: nn.Module) -> dict[nn.Module, str]:
    """Return the modules that a list or another plain attribute holds too, which would keep the old one."""
    return {
        held: f"held by the plain attribute {attribute} of {kind(owner)} too, which would keep the old layer"
        for owner in model.modules()
        for attribute, value in vars(owner).items()
        if attribute != "_modules"
        for held in _elements(value)
        if isinstance(held, nn.Module)
    }


def _elements(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple | set) else [value]
