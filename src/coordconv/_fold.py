"""A trained CoordConv layer for one size of image: a plain convolution and a constant map."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd

from ._arguments import geometry
from ._layer import _CoordConvNd
from ._layout import memory_format

Layers: TypeAlias = dict[_CoordConvNd, str]  # with their names
Sizes: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]  # of an input and its output
Maps: TypeAlias = dict[Sizes, Tensor]


def fold(model: nn.Module, size: Sequence[int]) -> nn.Module:
    """Return a copy of a trained `model` in which every CoordConv layer is a plain convolution plus a constant map.

    For an input of known size the coordinates are known, and with them all that they and the bias add to the
    output. What is left needs no CoordConv to run, and exports as one convolution and one addition a layer.

    To learn the size that each layer sees, the copy is run once, in evaluation mode, on zeros of shape
    `(1, C, *size)`, where C is the number of input channels of its first convolution. A layer that is used at
    several sizes gets a map for each.

    Args:
        model: A model that takes one image, or a CoordConv layer itself. It is left as it is.
        size: The spatial size of the images that the folded model will take: `(H, W)` for images.

    Shape: inputs and outputs are those of `model`, for the given size only. Each map is `(1, out, *out_size)`.

    Raises:
        TypeError: If `model` is not a module, or `size` is not a sequence of integers.
        ValueError: If the model has no CoordConv layer, one has forward hooks or is not used, `size` has
            another number of axes than the first convolution, or the model cannot run on such an input. The
            folded model raises it for an input of another size.

    Source: none in the paper; the convolution of [x, coords] is linear, see `CoordConv2d`.

    >>> from coordconv import CoordConv2d
    >>> layer = CoordConv2d(3, 8, kernel_size=3, padding=1)
    >>> folded = fold(layer, (32, 24))
    >>> folded
    Folded(
      map_32x24_to_32x24: (1, 8, 32, 24)
      (convolution): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False)
    )
    >>> x = torch.rand(2, 3, 32, 24)
    >>> torch.allclose(folded(x), layer(x), atol=1e-6)
    True
    """
    _check_arguments(model, size)
    model = copy.deepcopy(model)
    layers = {module: name for name, module in model.named_modules() if isinstance(module, _CoordConvNd)}
    _check_layers(model, layers)
    maps = _maps(model, layers, size)
    folded = {layer: Folded(layer, maps[layer]) for layer in layers}
    for module in list(model.modules()):
        for name, child in module._modules.items():
            if isinstance(child, _CoordConvNd):
                module._modules[name] = folded[child]
    return folded[model] if isinstance(model, _CoordConvNd) else model


class Folded(nn.Module):
    """What `fold` puts in the place of a CoordConv layer.

    Shape: that of the layer, for inputs of the sizes it was folded for. `convolution` is the plain layer and each
    buffer `map_<input size>_to_<output size>` is what the coordinates and the bias add, `(1, out, *size)`.

    >>> from coordconv import CoordConv1d
    >>> [name for name, _ in fold(CoordConv1d(2, 4, 3), (10,)).named_buffers()]
    ['map_10_to_8']
    """

    def __init__(self, layer: _CoordConvNd, maps: Maps) -> None:
        super().__init__()
        self.convolution = _plain(layer)
        self._sizes = {_map_name(*sizes): sizes for sizes in maps}
        for sizes, constant in maps.items():
            self.register_buffer(_map_name(*sizes), constant)
        self.train(layer.training)

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """Return the convolution of `input` and the map of its size; `output_size` is for transposed layers."""
        convolution = self.convolution
        out: Tensor = convolution(input) if output_size is None else convolution(input, output_size)
        rank = len(convolution.kernel_size)
        sizes = tuple(input.shape[-rank:]), tuple(out.shape[-rank:])
        for name, folded in self._sizes.items():  # compared as numbers: a tracer cannot write them into a name
            if sizes == folded:
                constant = self.get_buffer(name)
                out += constant if out.dim() == constant.dim() else constant[0]
                return out
        raise ValueError(
            f"This layer was folded with {', '.join(self._sizes)}, and has no map for an input of size {sizes[0]} and "
            f"an output of size {sizes[1]}; fold the model for the size of image that it is to take."
        )

    def extra_repr(self) -> str:
        """Name the maps and their shapes."""
        return "\n".join(f"{name}: {tuple(constant.shape)}" for name, constant in self.named_buffers(recurse=False))


def _map_name(size: Sequence[int], output_size: Sequence[int]) -> str:
    """Return the name of the buffer for these sizes: `map_64x48_to_32x24`."""
    return f"map_{'x'.join(map(str, size))}_to_{'x'.join(map(str, output_size))}"


def _plain(layer: _CoordConvNd) -> _ConvNd:
    """Return the `torch.nn` convolution of the input alone: the bias is in the map."""
    weight = layer._split_weight()[0].detach()
    plain: _ConvNd = nn.utils.skip_init(
        layer._plain,
        layer.in_channels,
        layer.out_channels,
        bias=False,
        dtype=weight.dtype,
        device=weight.device,
        **geometry(layer),
    )
    plain.weight = nn.Parameter(
        weight.contiguous(memory_format=memory_format(layer.weight)), layer.weight.requires_grad
    )
    return plain


def _maps(model: nn.Module, layers: Layers, size: Sequence[int]) -> dict[_CoordConvNd, Maps]:
    """Run the model on an image of zeros, and return what each layer gives for an input of zeros."""
    maps: dict[_CoordConvNd, Maps] = {layer: {} for layer in layers}

    def note(layer: _CoordConvNd, args: tuple[Any, ...], kwargs: dict[str, Any], out: Tensor) -> None:
        call = dict(zip(("input", "output_size"), args, strict=False)) | kwargs
        rank, input = len(layer.kernel_size), call.pop("input")
        batch = input if input.dim() == rank + 2 else input[None]
        # Not through __call__, which would come back here.
        sizes = tuple(input.shape[-rank:]), tuple(out.shape[-rank:])
        maps[layer][sizes] = layer.forward(torch.zeros_like(batch[:1]), **call)

    image = _image(model, size)
    probe = f"fold ran the model on zeros of shape {tuple(image.shape)}"
    hooks = [layer.register_forward_hook(note, with_kwargs=True) for layer in layers]
    try:
        with _evaluation(model), torch.no_grad():
            model(image)
    except Exception as error:
        raise ValueError(
            f"{probe} to learn the sizes that its layers see, and it failed ({error}); check the size, or fold the "
            "part of the model that takes an image."
        ) from error
    finally:
        for hook in hooks:
            hook.remove()
    for layer, found in maps.items():
        if not found:
            raise ValueError(
                f"{probe}, which did not use {_place(layers[layer])}; fold the part of the model that takes an image."
            )
    return maps


def _image(model: nn.Module, size: Sequence[int]) -> Tensor:
    """Return one image of zeros for the model's first convolution."""
    first = next(module for module in model.modules() if isinstance(module, _ConvNd))
    rank = len(first.kernel_size)
    if len(size) != rank:
        axes = "axis" if rank == 1 else "axes"
        raise ValueError(
            f"fold expected the size of an image with {rank} spatial {axes}, as the first convolution of the model "
            f"takes, but got {tuple(size)}."
        )
    return torch.zeros(1, first.in_channels, *size, dtype=first.weight.dtype, device=first.weight.device)


@contextmanager
def _evaluation(model: nn.Module) -> Iterator[None]:
    """Put the model in evaluation mode, and each of its modules back into its own."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


def _check_arguments(model: object, size: object) -> None:
    if not isinstance(model, nn.Module):
        raise TypeError(f"fold expected a torch.nn.Module, but got {type(model).__name__}.")
    if not isinstance(size, Sequence) or not all(isinstance(n, int) for n in size):
        raise TypeError(f"fold expected size as a sequence of integers such as (224, 224), but got {size!r}.")


def _check_layers(model: nn.Module, layers: Layers) -> None:
    if not layers:
        raise ValueError(f"fold found no CoordConv layer in this {type(model).__name__}.")
    for layer, name in layers.items():
        if layer._forward_hooks or layer._forward_pre_hooks:
            raise ValueError(f"fold would lose the forward hooks of {_place(name)}; remove them first.")


def _place(name: str) -> str:
    return f"the layer {name!r}" if name else "the layer"
