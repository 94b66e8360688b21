"""What `specit check` finds: one check a file, one code a kind of finding, one page of docs/check a code."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specit.spec.document import Spec

from .budgets import budgets
from .claims import claims
from .codes import CODES as CODES
from .data import data
from .defaults import left_to_defaults
from .finding import Finding as Finding
from .parameter_counts import parameter_counts
from .reachability import reachability
from .search import search
from .unstated import unstated

CHECKS: tuple[Callable[[Spec], Iterator[Finding]], ...] = (
    unstated,
    left_to_defaults,
    reachability,
    parameter_counts,
    claims,
    budgets,
    search,
    data,
)


def findings(spec: Spec) -> list[Finding]:
    """Return everything that the checks find in a spec that can be read, in the order of its lines."""
    found = [finding for check in CHECKS for finding in check(spec)]
    return sorted(found, key=lambda f: (f.mark.file, f.mark.line, f.code) if f.mark else ("", 0, f.code))
