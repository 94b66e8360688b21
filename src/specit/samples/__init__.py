"""What can be measured of generated pictures: pure functions on NumPy arrays, no PyTorch, nothing to download."""
