"""CoordConv layers against plain convolutions, the concatenating way and other implementations."""
