"""CoordConv for PyTorch: convolutions that can see where they are (Liu et al. 2018, arXiv:1807.03247).

A plain convolution computes the same thing everywhere; this one also reads the position of every pixel.

>>> import torch
>>> from coordconv import CoordConv2d, coordinate_grid
>>> layer = CoordConv2d(3, 16, kernel_size=3, padding=1)  # the arguments of torch.nn.Conv2d
>>> layer(torch.zeros(8, 3, 64, 48)).shape
torch.Size([8, 16, 64, 48])
>>> layer.weight.shape  # 3 input channels and 2 coordinates
torch.Size([16, 5, 3, 3])
>>> coordinate_grid((1, 5))[1]
tensor([[-1.0000, -0.5000,  0.0000,  0.5000,  1.0000]])
"""

from ._add import AddCoords as AddCoords
from ._add import add_coords as add_coords
from ._conv import CoordConv1d as CoordConv1d
from ._conv import CoordConv2d as CoordConv2d
from ._conv import CoordConv3d as CoordConv3d
from ._conv_transpose import CoordConvTranspose1d as CoordConvTranspose1d
from ._conv_transpose import CoordConvTranspose2d as CoordConvTranspose2d
from ._conv_transpose import CoordConvTranspose3d as CoordConvTranspose3d
from ._coordify import coordify as coordify
from ._fold import fold as fold
from ._grid import coordinate_grid as coordinate_grid

__all__ = [
    "AddCoords",
    "CoordConv1d",
    "CoordConv2d",
    "CoordConv3d",
    "CoordConvTranspose1d",
    "CoordConvTranspose2d",
    "CoordConvTranspose3d",
    "add_coords",
    "coordify",
    "coordinate_grid",
    "fold",
]
