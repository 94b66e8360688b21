"""CoordConv layers against plain convolutions, the concatenating way and other implementations."""

import os

# PyTorch's profiler measures the memory; what it says of itself would fall among the figures.
os.environ.setdefault("KINETO_LOG_LEVEL", "9")
