"""A network for those who do not have SpecIt: a file of PyTorch that stands alone, or ONNX with weights."""
