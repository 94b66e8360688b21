"""What other implementations mean by coordinates, as read in their sources."""

from __future__ import annotations

from dataclasses import dataclass

from .._grid import Order


@dataclass(frozen=True)
class Convention:
    """How an implementation lays out its coordinates and its kernel.

    In all of them a coordinate of pixel i of n is `2i / (n - 1) - 1`: from -1 to 1, the ends included.
    """

    name: str
    key: str  # what its checkpoints call the weight
    order: Order
    ranks: tuple[int, ...]  # the numbers of spatial axes whose coordinates the layers here can express
    radius_ranks: tuple[int, ...] = ()  # those of them with a radius:
    radius_centre: float = 0.0  # it is measured from this in every coordinate
    radius_unit: float = 1.0  # and multiplied by this
    coordinates_first: bool = False  # before the inputs and not after
    keras_layout: bool = False  # (*kernel, in, out) and not (out, in, *kernel)


_ALL = (
    # uber-research/CoordConv, CoordConv.py: [inputs, x, y, √(x² + y²)] where height and width are equal
    Convention("released", "kernel", "xy", ranks=(2,), radius_ranks=(2,), keras_layout=True),
    # mkocabas/CoordConv-pytorch, CoordConv.py: [inputs, y, x, √((y - ½)² + (x - ½)²)]
    Convention("mkocabas", "conv.weight", "ij", ranks=(2,), radius_ranks=(2,), radius_centre=0.5),
    # walsvid/CoordConv, coordconv.py: the same, and [inputs, x, √((x - ½)²)]; what it has for three axes is no match
    Convention("walsvid", "conv.weight", "ij", ranks=(1, 2), radius_ranks=(1, 2), radius_centre=0.5),
    # titu1994/keras-coordconv, coord.py: the same, and [inputs, x] and [inputs, z, y, x]
    Convention("titu1994", "kernel", "ij", ranks=(1, 2, 3), radius_ranks=(2,), radius_centre=0.5, keras_layout=True),
    # WXinlong/SOLO, mmdet/models/anchor_heads/solo_head.py: [inputs, x, y]
    Convention("solo", "conv.weight", "xy", ranks=(2,)),
    # PaddlePaddle/PaddleDetection, ppdet/modeling/necks/yolo_fpn.py: [inputs, x, y]
    Convention("paddledetection", "conv.conv.weight", "xy", ranks=(2,)),
    # Wizaron/coord-conv-pytorch, coord_conv.py: [y, x, r / max(r), inputs], where max(r) is √2 at the corners
    Convention(
        "wizaron",
        "conv_layer.weight",
        "ij",
        ranks=(2,),
        radius_ranks=(2,),
        radius_unit=0.5**0.5,
        coordinates_first=True,
    ),
)

CONVENTIONS = {convention.name: convention for convention in _ALL}
