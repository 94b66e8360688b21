"""ONNX's operators as layers of the vocabulary, one family a file."""

from . import activation, arithmetic, convolution, joining, linear, normalisation, pooling, resize, shape
from .call import Call as Call
from .call import Operator

OPERATORS: dict[str, Operator] = {
    **activation.OPERATORS,
    **arithmetic.OPERATORS,
    **convolution.OPERATORS,
    **joining.OPERATORS,
    **linear.OPERATORS,
    **normalisation.OPERATORS,
    **pooling.OPERATORS,
    **resize.OPERATORS,
    **shape.OPERATORS,
}
