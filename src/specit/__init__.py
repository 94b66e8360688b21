"""SpecIt writes down everything about an experiment, runs it, and says whether the claim held."""

__version__ = "0.1.0"
