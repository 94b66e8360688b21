"""How an arm is trained, as data: one procedure a file, every argument typed."""

from __future__ import annotations

from collections.abc import Callable

from specit.errors import SpecItError, nearest

from ..tree import Node
from .adversarial import Adversarial as Adversarial
from .adversarial import read_adversarial
from .described import Described as Described
from .described import read_described
from .supervised import Supervised as Supervised
from .supervised import read_supervised
from .untrained import Untrained as Untrained
from .untrained import read_untrained
from .variational import Variational as Variational
from .variational import read_variational

Procedure = Supervised | Untrained | Adversarial | Variational
PROCEDURES: dict[str, Callable[[Node], Procedure]] = {
    "supervised": read_supervised,
    "untrained": read_untrained,
    "adversarial": read_adversarial,
    "variational": read_variational,
}


def read_training(node: Node, *, described: bool = False) -> tuple[str, Procedure | Described]:
    """Read `train:`, a mapping with one procedure; `described` if its data are elsewhere, so that it is not run."""
    name, arguments = node.only("train")
    if name not in PROCEDURES:
        raise SpecItError(f"Unknown procedure '{name}'; {nearest(name, PROCEDURES)}", at=arguments.mark)
    if described and name == "supervised":
        return name, read_described(arguments)
    return name, PROCEDURES[name](arguments)
