"""Which input numbers each number of a network may depend on: followed through the graph, before any training."""

from .sees import Sees as Sees
from .through import what_is_seen as what_is_seen
