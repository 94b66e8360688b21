"""The modules of the vocabulary's own layers, one a file. What a layer does, and why, stands with its data."""

from .arithmetic import LearnedScale as LearnedScale
from .arithmetic import LearnedShift as LearnedShift
from .arithmetic import Mean as Mean
from .arithmetic import Scale as Scale
from .arithmetic import Shift as Shift
from .arithmetic import Sum as Sum
from .cppn import Gaussian as Gaussian
from .cppn import Sin as Sin
from .crop import Crop2d as Crop2d
from .fourier_features import FourierFeatures as FourierFeatures
from .fourier_features import FourierFeatures2d as FourierFeatures2d
from .joining import Add as Add
from .joining import Concatenate as Concatenate
from .joining import Multiply as Multiply
from .locally_connected import LocallyConnected2d as LocallyConnected2d
from .position_embedding import PositionEmbedding2d as PositionEmbedding2d
from .shape import Permute as Permute
from .shape import Slice as Slice
from .soft_argmax import SoftArgmax2d as SoftArgmax2d
from .tile import Tile as Tile
