"""Convolutions of any model swapped for the CoordConv layers of the same kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias, TypeVar, cast, get_args

from torch import nn
from torch.nn.modules.conv import _ConvNd

from ._coordify_layer import Init, coordinate_form
from ._coordify_refusal import Names, find_convolutions, kind, reasons_to_leave
from ._coordify_summary import Changed, Left, Summary, list_names, list_reasons

Where: TypeAlias = Literal["first", "all"] | Callable[[str, nn.Module], bool]
Model = TypeVar("Model", bound=nn.Module)


def coordify(model: Model, where: Where = "first", init: Init = "zero", radius: bool = False) -> tuple[Model, Summary]:
    """Swap convolutions of `model` for CoordConv layers, and return the model and a summary of what was done.

    The model is changed in place and is the one returned, unless it is itself a convolution: then the new layer is
    returned. All else stays: names, keys of the `state_dict`, shared modules, biases, training mode, dtype, device,
    memory format, what is frozen. The weight of a swapped layer is a new parameter of another shape, so load
    checkpoints of the plain model before, and make the optimiser after.

    Args:
        model: A module that holds convolutions of `torch.nn`, transposed ones included, of any rank.
        where: Which of them to swap. `"first"`: the first in the order of `named_modules`, which is that of
            registration; `"all"`; or a function of a dotted name and the module that has it, which says so.
        init: The weights of the coordinates. `"zero"`: zeros, with which the model computes what it did;
            `"default"`: drawn as those of a new layer are. The inputs keep their weights in both cases.
        radius: Give the new layers the radius too, as in `CoordConv2d`. Their other options are the defaults.

    Returns:
        The model and a summary. `summary.changed` and `summary.left` are for programs, `print(summary)` is for
        people. What was chosen but would lose something is left, with the reason: a layer with hooks or a
        parametrisation, a subclass, a weight tied to another module's, and the like.

    Raises:
        TypeError: If `model` is not a module.
        ValueError: If nothing can be swapped, or `where` or `init` is unknown. The model is as it was.

    Source: none in the paper. Zeros for the new weights are the idea of Wizaron/coord-conv-pytorch.
    Exactness: with `init="zero"` a layer gives what it gave, bit for bit: all that is added is zeros.

    >>> model = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.Conv2d(16, 8, 1))
    >>> model, summary = coordify(model)
    >>> model
    Sequential(
      (0): CoordConv2d(3, 16, kernel_size=(3, 3), stride=(1, 1))
      (1): ReLU()
      (2): Conv2d(16, 8, kernel_size=(1, 1), stride=(1, 1))
    )
    >>> print(summary)
    convolutions changed: 1 of 2, parameters added: 288 (init="zero")
      changed  0  Conv2d -> CoordConv2d  weight (16, 3, 3, 3) -> (16, 5, 3, 3)  +288
      left     2: not the first convolution
    """
    _check_arguments(model, where, init)
    found = find_convolutions(model)
    if not found:
        raise ValueError(f"coordify found no convolution in this {kind(model)}.")
    chosen = _choose(found, where)
    refused = reasons_to_leave(model, chosen)
    # All layers are made before the first is put in its place: an error leaves the model as it was.
    layers = {
        conv: coordinate_form(conv, init, radius)
        for conv in chosen
        if conv not in refused and isinstance(conv, _ConvNd)
    }
    if not layers:
        raise ValueError(_nothing_to_swap(found, refused))
    for conv, layer in layers.items():
        for name in found[conv]:
            model = _put(model, name, layer)
    not_chosen = "not the first convolution" if where == "first" else "not chosen by where"
    reasons = {conv: refused.get(conv, not_chosen) for conv in found if conv not in layers}
    changed = tuple(_change(found[conv], conv, layer) for conv, layer in layers.items())
    return model, Summary(changed, _leave(found, reasons), init)


def _check_arguments(model: object, where: object, init: object) -> None:
    if not isinstance(model, nn.Module):
        raise TypeError(f"coordify expected a torch.nn.Module, but got {type(model).__name__}.")
    if where not in ("first", "all") and not callable(where):
        raise ValueError(f"where must be 'first', 'all' or a function of a name and a module, but got {where!r}.")
    if init not in get_args(Init):
        raise ValueError(f"init must be 'zero' or 'default', but got {init!r}.")


def _choose(found: Names, where: Where) -> list[nn.Module]:
    if where == "first":
        return list(found)[:1]
    if where == "all":
        return list(found)
    return [conv for conv, names in found.items() if any(where(name, conv) for name in names)]


def _nothing_to_swap(found: Names, refused: dict[nn.Module, str]) -> str:
    if refused:
        reasons = "; ".join(list_reasons(_leave(found, refused)))
        return f"coordify can swap none of the convolutions that where chose ({reasons})."
    names = [name for names in found.values() for name in names]
    return f"coordify swaps nothing, because where chose none of the convolutions of the model ({list_names(names)})."


def _put(model: Model, name: str, layer: nn.Module) -> Model:
    """Put `layer` in the place that `name` says, and return the model."""
    if not name:
        return cast(Model, layer)  # which is a subclass of the convolution that was the model
    model.set_submodule(name, layer)
    return model


def _change(names: tuple[str, ...], conv: _ConvNd, layer: _ConvNd) -> Changed:
    return Changed(
        names=names,
        before=kind(conv),
        after=kind(layer),
        weight_before=tuple(conv.weight.shape),
        weight_after=tuple(layer.weight.shape),
        frozen=not layer.weight.requires_grad,
    )


def _leave(found: Names, reasons: dict[nn.Module, str]) -> tuple[Left, ...]:
    return tuple(Left(found[conv], kind(conv), reason) for conv, reason in reasons.items())
