"""A fingerprint: the digest by which one can tell that data are the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from specit.errors import Mark, SpecItError

from .tree import Node, describe

WRITTEN = re.compile("sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Fingerprint:
    """What the data are stated to have, and where that is stated. It is not hashed: it changes nothing."""

    written: str
    """`sha256:` and 64 hexadecimal digits; what of, `specit.data.Examples.fingerprint` says."""
    mark: Mark = field(compare=False)


def read_fingerprint(node: Node | None) -> Fingerprint | None:
    """Read a stated fingerprint; none where nothing is stated.

    >>> read_fingerprint(Node("sha256:" + 64 * "0", Mark("a.yaml", 1))).mark.line
    1
    """
    if node is None or node.value is None:
        return None
    if not isinstance(node.value, str) or not WRITTEN.fullmatch(node.value):
        raise SpecItError(
            "A fingerprint is 'sha256:' and 64 hexadecimal digits, as `specit check --fingerprints` prints it, "
            f"not {describe(node)}.",
            at=node.mark,
        )
    return Fingerprint(node.value, node.mark)
