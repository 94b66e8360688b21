"""The arguments that make a convolution like one that there is."""

from __future__ import annotations

from typing import Any

from torch.nn.modules.conv import _ConvNd


def geometry(conv: _ConvNd) -> dict[str, Any]:
    """Return the keyword arguments of `conv` that say how it moves over its input, as `torch.nn` names them."""
    arguments = {
        "kernel_size": conv.kernel_size,
        "stride": conv.stride,
        "padding": conv.padding,
        "dilation": conv.dilation,
        "groups": conv.groups,
        "padding_mode": conv.padding_mode,
    }
    return arguments | {"output_padding": conv.output_padding} if conv.transposed else arguments
