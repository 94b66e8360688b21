"""Does a network mean the same in another framework? PyTorch beside Keras on JAX, weights copied, in double precision.

What differs between frameworks, and how each layer here meets it: padding is stated per side and added by hand, so that
no SAME is left to interpret; a transposed convolution is made whole and then cropped where the spec says; batch norm's
ε is added to the variance in both, the momentum is one minus Keras's, and the running variance is divided by n - 1;
interpolation is by the centres the spec's mode means.
"""

from .compare import Comparison as Comparison
from .compare import Difference as Difference
from .compare import compare as compare
