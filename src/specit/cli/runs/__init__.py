"""`specit runs`: what was run, in a table, two beside each other, in full, as a file, and whether it is sound."""

from . import compare, export, listing, show, verify  # noqa: F401  (each adds its command)
from .group import runs as runs
