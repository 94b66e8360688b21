"""The language: YAML to a tree, choices to points, a point to a lock. No PyTorch."""
