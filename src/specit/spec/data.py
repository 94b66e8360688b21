"""The data of an experiment: which data set, split how, with which fingerprint."""

from __future__ import annotations

from typing import NamedTuple

from specit.errors import SpecItError, nearest

from .datasets import DATASETS, ELSEWHERE, SPLITS, Dataset, Elsewhere, NotSoClevr, Split
from .fingerprint import Fingerprint, read_fingerprint
from .model import read
from .tree import Node
from .variant import variant


class Data(NamedTuple):
    """A data set and how it is split, each by name with its arguments."""

    dataset: tuple[str, Dataset]
    split: tuple[str, Split]
    fingerprint: Fingerprint | None = None
    """What the examples must have, where the spec states it. It guards what is made and is not hashed."""

    @property
    def labelled(self) -> NotSoClevr:
        """Return the data set, where its examples have inputs and targets."""
        name, dataset = self.dataset
        if not isinstance(dataset, NotSoClevr):
            raise SpecItError(f"The data {name} are pictures alone: they have no targets to train or evaluate with.")
        return dataset


def read_data(node: Node) -> Data | Elsewhere:
    """Read `data:`, a data set beside its split, or the description of data that are elsewhere."""
    parts = dict(node.mapping("data"))
    split, fingerprint = parts.pop("split", None), parts.pop("fingerprint", None)
    if list(parts) == [ELSEWHERE]:
        if fingerprint is not None:
            raise SpecItError(
                f"Data that are elsewhere state their fingerprint among the rest: {ELSEWHERE}: {{fingerprint: ...}}.",
                at=fingerprint.mark,
            )
        if split is not None:
            raise SpecItError("Data that are elsewhere have no split that SpecIt could make.", at=split.mark)
        return read(Elsewhere, parts[ELSEWHERE], ELSEWHERE)
    if split is None:
        raise SpecItError("The data state no split: which examples are for training, which for testing?", at=node.mark)
    if len(parts) != 1:
        raise SpecItError(
            f"The data need exactly one data set beside the split; here: {', '.join(parts) or 'none'}.", at=node.mark
        )
    (name,) = parts
    if name not in DATASETS:
        near = nearest(name, [*DATASETS, ELSEWHERE])
        raise SpecItError(f"Unknown data set '{name}'; {near}", at=parts[name].mark)
    dataset = variant(Node(parts, node.mark, node.source), DATASETS, "data set")
    return Data(dataset, variant(split, SPLITS, "split"), read_fingerprint(fingerprint))
