"""A number of parameters as an arm states it."""

from __future__ import annotations

import re

from specit.errors import SpecItError

from .tree import Node, describe

GROUPED = "[0-9]{1,3}(_[0-9]{3})+"
"""A number whose thousands are set apart, which is text to YAML."""


def stated_count(node: Node) -> int:
    """Return the stated number of parameters; thousands may be set apart, 7_553."""
    value = node.value
    if isinstance(value, str) and re.fullmatch(GROUPED, value):
        value = int(value.replace("_", ""))
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SpecItError(
            f"parameters: a whole number, how many the arm's networks hold together, not {describe(node)}.",
            at=node.mark,
        )
    return value
