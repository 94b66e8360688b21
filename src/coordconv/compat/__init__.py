"""Weights that were trained in another CoordConv implementation, for the layers here.

>>> import torch
>>> from coordconv import CoordConv2d
>>> from coordconv.compat import convert
>>> checkpoint = {"conv.weight": torch.rand(8, 3 + 2, 3, 3), "conv.bias": torch.rand(8)}
>>> layer = CoordConv2d(3, 8, kernel_size=3, padding=1)
>>> layer.load_state_dict(convert(layer, *checkpoint.values(), convention="mkocabas"))
<All keys matched successfully>
"""

from ._conventions import CONVENTIONS as CONVENTIONS
from ._conventions import Convention as Convention
from ._convert import convert as convert
from ._off_centre import OffCentreCoordConv1d as OffCentreCoordConv1d
from ._off_centre import OffCentreCoordConv2d as OffCentreCoordConv2d
from ._off_centre import OffCentreCoordConvTranspose1d as OffCentreCoordConvTranspose1d
from ._off_centre import OffCentreCoordConvTranspose2d as OffCentreCoordConvTranspose2d

__all__ = [
    "CONVENTIONS",
    "Convention",
    "OffCentreCoordConv1d",
    "OffCentreCoordConv2d",
    "OffCentreCoordConvTranspose1d",
    "OffCentreCoordConvTranspose2d",
    "convert",
]
