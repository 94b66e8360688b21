"""Operators of PyTorch's exported graphs as layers of the vocabulary, one family a file."""

from . import activation, arithmetic, convolution, normalisation, pooling, resize, shape
from .call import Call as Call
from .call import Operation

ON_PARAMETERS = shape.HARMLESS
"""What may be done with a parameter before a layer takes it: another shape, and nothing."""
OPERATIONS: dict[str, Operation] = {
    **activation.OPERATIONS,
    **arithmetic.OPERATIONS,
    **convolution.OPERATIONS,
    **normalisation.OPERATIONS,
    **pooling.OPERATIONS,
    **resize.OPERATIONS,
    **shape.OPERATIONS,
}
"""By the operator's name without its namespace and overload: `aten.conv2d.default` is `conv2d`."""
