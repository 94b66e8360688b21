"""Layers that exporters write as several nodes.

Every node is drawn by itself first, or refused; a pattern is looked for where its last node is. What its other nodes
have drawn then leads nowhere and is left out.
"""

from . import activation, normalisation, weighted
from .match import Match as Match
from .template import Graph as Graph

PATTERNS = [*activation.PATTERNS, *normalisation.PATTERNS, *weighted.PATTERNS]
