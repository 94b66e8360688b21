"""How arms are trained: one procedure a file."""

from .supervised import SupervisedTraining as SupervisedTraining
