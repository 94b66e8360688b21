"""S101: what nobody states, and how many readings that makes."""

from __future__ import annotations

from collections.abc import Iterator

from specit.spec.document import Spec

from .finding import Finding


def unstated(spec: Spec) -> Iterator[Finding]:
    """Yield one finding for every axis that is a reading."""
    for axis in spec.axes().values():
        if axis.kind == "reading":
            code = f"the authors' code takes {axis.code}" if axis.code else "no code says which"
            yield Finding(
                "S101",
                f"Nobody states '{axis.name}': {' or '.join(axis.options)} ({code}). "
                f"That makes {len(axis.options)} readings.",
                axis.mark,
                {"axis": axis.name},
            )
