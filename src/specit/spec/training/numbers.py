"""Ranges that several arguments share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from specit.errors import SpecItError

from ..tree import Node, describe

NotNegative = Annotated[float, Field(ge=0)]
Rate = Annotated[float, Field(gt=0)]


def read_clip_norm(node: Node | None) -> float | None:
    """Read how long a gradient may be; none where nothing is stated."""
    if node is None or node.value is None:
        return None
    if isinstance(node.value, bool) or not isinstance(node.value, int | float) or not node.value > 0:
        raise SpecItError(f"clip_norm is a number above 0, or null for none, not {describe(node)}.", at=node.mark)
    return float(node.value)
