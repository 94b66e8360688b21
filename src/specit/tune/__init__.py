"""Tuning: the search over an arm's settings, trial by trial. What it may change, a spec says; what came of it,
`specit.claims.tuning`."""

from .propose import propose as propose
from .search import Told as Told
from .search import Trying as Trying
from .search import search_all as search_all
