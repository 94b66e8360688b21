"""The vocabulary of layers: every argument, the shape it makes and the parameters it holds. No PyTorch."""

from .activation import ReLU
from .convolution import Conv2d, ConvTranspose2d, CoordConv2d
from .layer import Layer as Layer
from .layer import Shape as Shape
from .layer import ShapeError as ShapeError
from .normalisation import BatchNorm2d
from .shape import Crop2d, Flatten, Input, Tile, Unflatten

LAYERS: dict[str, type[Layer]] = {
    layer.__name__: layer
    for layer in (BatchNorm2d, Conv2d, ConvTranspose2d, CoordConv2d, Crop2d, Flatten, Input, ReLU, Tile, Unflatten)
}
