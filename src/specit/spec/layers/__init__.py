"""The vocabulary of layers: every argument, the shape it makes and the parameters it holds. No PyTorch."""

from .activation import Gaussian, Identity, LeakyReLU, ReLU, Sigmoid, Sin, Softmax, Tanh
from .arithmetic import Scale, Sum
from .convolution import Conv2d, ConvTranspose2d, CoordConv2d, CoordConvTranspose2d
from .coordinates import AddCoords, FourierFeatures, FourierFeatures2d, PositionEmbedding2d, SoftArgmax2d
from .joining import Add, Concatenate, Multiply
from .joining import Join as Join
from .layer import Layer as Layer
from .layer import Shape as Shape
from .layer import ShapeError as ShapeError
from .linear import Linear
from .local import LocallyConnected2d
from .normalisation import BatchNorm2d
from .pooling import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, MaxPool2d
from .resize import Upsample, ZeroPad2d
from .shape import Crop2d, Flatten, Input, Tile, Unflatten

LAYERS: dict[str, type[Layer]] = {
    layer.__name__: layer
    for layer in (
        AdaptiveAvgPool2d,
        AdaptiveMaxPool2d,
        Add,
        AddCoords,
        AvgPool2d,
        BatchNorm2d,
        Concatenate,
        Conv2d,
        ConvTranspose2d,
        CoordConv2d,
        CoordConvTranspose2d,
        Crop2d,
        Flatten,
        FourierFeatures,
        FourierFeatures2d,
        Gaussian,
        Identity,
        Input,
        LeakyReLU,
        Linear,
        LocallyConnected2d,
        MaxPool2d,
        Multiply,
        PositionEmbedding2d,
        ReLU,
        Scale,
        Sigmoid,
        Sin,
        SoftArgmax2d,
        Softmax,
        Sum,
        Tanh,
        Tile,
        Unflatten,
        Upsample,
        ZeroPad2d,
    )
}
