"""The vocabulary of layers: every argument, the shape it makes and the parameters it holds. No PyTorch."""

from .activation import (
    ELU,
    GELU,
    Gaussian,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    Identity,
    LeakyReLU,
    PReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Sin,
    Softmax,
    Tanh,
)
from .arithmetic import LearnedScale, LearnedShift, Mean, Scale, Shift, Sum
from .convolution import Conv2d, ConvTranspose2d, CoordConv2d, CoordConvTranspose2d
from .coordinates import AddCoords, FourierFeatures, FourierFeatures2d, PositionEmbedding2d, SoftArgmax2d
from .dropout import Dropout, Dropout2d
from .joining import Add, Concatenate, Multiply
from .joining import Join as Join
from .layer import Layer as Layer
from .layer import Shape as Shape
from .layer import ShapeError as ShapeError
from .linear import Linear
from .local import LocallyConnected2d
from .normalisation import BatchNorm1d, BatchNorm2d, GroupNorm, InstanceNorm2d, LayerNorm
from .pooling import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, MaxPool2d
from .resize import Upsample, ZeroPad2d
from .shape import Crop2d, Flatten, Input, Permute, Slice, Tile, Unflatten

LAYERS: dict[str, type[Layer]] = {
    layer.__name__: layer
    for layer in (
        AdaptiveAvgPool2d,
        AdaptiveMaxPool2d,
        Add,
        AddCoords,
        AvgPool2d,
        BatchNorm1d,
        BatchNorm2d,
        Concatenate,
        Conv2d,
        ConvTranspose2d,
        CoordConv2d,
        CoordConvTranspose2d,
        Crop2d,
        Dropout,
        Dropout2d,
        ELU,
        Flatten,
        FourierFeatures,
        FourierFeatures2d,
        Gaussian,
        GELU,
        GroupNorm,
        Hardsigmoid,
        Hardswish,
        Hardtanh,
        Identity,
        Input,
        InstanceNorm2d,
        LayerNorm,
        LeakyReLU,
        LearnedScale,
        LearnedShift,
        Linear,
        LocallyConnected2d,
        MaxPool2d,
        Mean,
        Multiply,
        Permute,
        PositionEmbedding2d,
        PReLU,
        ReLU,
        ReLU6,
        Scale,
        Shift,
        Sigmoid,
        SiLU,
        Sin,
        Slice,
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
