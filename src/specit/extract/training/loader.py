"""The loader of a setup: its batches, and what is known of the data that it loads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import ConcatDataset, DataLoader, Dataset, RandomSampler, SequentialSampler, Subset, TensorDataset

from specit.data.examples import fingerprint

from .said import OPEN, Said, name_of, open_because
from .setup import Setup

MOST_NUMBERS = 2**27
"""Of larger tensors no fingerprint is taken: it would take longer than everything else."""


def batches_of(setup: Setup) -> dict[str, Said]:
    """Return the arguments of a training that a loader decides."""
    loader: DataLoader[Any] | None = setup["loader"]
    if loader is None:
        return dict.fromkeys(("batch_size", "last_batch", "shuffle"), OPEN)
    if loader.batch_size is None:
        kind = name_of(loader.batch_sampler) if loader.batch_sampler is not None else "no batches at all"
        why = open_because(f"The loader makes its batches by {kind}.")
        return {"batch_size": why, "last_batch": OPEN, "shuffle": OPEN}
    return {
        "batch_size": Said(loader.batch_size),
        "last_batch": Said("drop" if loader.drop_last else "keep"),
        "shuffle": _order(loader.sampler),
    }


def data_of(setup: Setup) -> dict[str, Said]:
    """Return what is known of the data: what they are, how many, and what one example is."""
    loader: DataLoader[Any] | None = setup["loader"]
    if loader is None:
        names = ("examples", "input", "input_dtype", "target", "target_dtype", "transforms", "fingerprint")
        return {"about": Said("data that the setup does not say"), **dict.fromkeys(names, OPEN)}
    dataset, about = _unwrapped(loader.dataset)
    sized = hasattr(loader.dataset, "__len__")
    return {
        "about": Said(about),
        "examples": Said(len(loader.dataset)) if sized and len(loader.dataset) else OPEN,  # type: ignore[arg-type]
        **_item(loader),
        "transforms": _transforms(dataset),
        "fingerprint": _fingerprint(loader.dataset),
    }


def _order(sampler: Any) -> Said:
    if type(sampler) is SequentialSampler:
        return Said("never")
    if type(sampler) is RandomSampler and sampler._num_samples is None:
        return Said("with_replacement" if sampler.replacement else "each_epoch")
    return open_because(f"The loader takes examples in an order of its own: {name_of(sampler)}.")


def _unwrapped(dataset: Dataset[Any]) -> tuple[Any, str]:
    """Return the data set inside of subsets, and what it is in words."""
    part = ""
    while isinstance(dataset, Subset):
        part = part or f", {len(dataset)} of its examples"
        dataset = dataset.dataset
    if isinstance(dataset, ConcatDataset):
        return dataset, " and ".join(name_of(one) for one in dataset.datasets) + part
    return dataset, name_of(dataset) + part


def _item(loader: DataLoader[Any]) -> dict[str, Said]:
    """Return the shapes and types of what the loader makes of the first example."""
    names = ("input", "input_dtype", "target", "target_dtype")
    if not hasattr(loader.dataset, "__getitem__") or isinstance(loader.dataset, torch.utils.data.IterableDataset):
        return {**dict.fromkeys(names, OPEN), "input": open_because("The data come one after the other.")}
    try:
        with torch.random.fork_rng(devices=[]):
            item = loader.collate_fn([loader.dataset[0]])
    except Exception as error:  # the data's own code may do anything
        why = open_because(f"The first example cannot be read here: {type(error).__name__}.")
        return {**dict.fromkeys(names, OPEN), "input": why}
    parts = list(item) if isinstance(item, Sequence) and not isinstance(item, str) else [item]
    if isinstance(item, Mapping) or len(parts) > 2 or not all(isinstance(part, Tensor) for part in parts):
        why = open_because(f"An example is {_in_words(item)}.")
        return {**dict.fromkeys(names, OPEN), "input": why}
    found = dict.fromkeys(names, OPEN)
    for name, tensor in zip(("input", "target"), parts, strict=False):
        found[name] = Said(list(tensor.shape[1:]))
        found[f"{name}_dtype"] = Said(str(tensor.dtype).removeprefix("torch."))
    return found


def _in_words(item: Any) -> str:
    if isinstance(item, Tensor):
        return f"{list(item.shape[1:])} of {str(item.dtype).removeprefix('torch.')}"
    if isinstance(item, Mapping):
        return ", ".join(f"{name}: {_in_words(part)}" for name, part in item.items())
    if isinstance(item, Sequence) and not isinstance(item, str):
        return " and ".join(map(_in_words, item))
    return name_of(item)


def _transforms(dataset: Any) -> Said:
    """Return the transforms, in order: torchvision's habit is `transform`, and a list of `transforms` inside."""
    if isinstance(dataset, TensorDataset):
        return Said([])
    if not hasattr(dataset, "transform"):
        return OPEN
    found = dataset.transform
    listed = [] if found is None else getattr(found, "transforms", [found])
    said = Said([_repr(one) for one in listed])
    if getattr(dataset, "target_transform", None) is not None:
        return Said(said.value, (f"The target goes through {_repr(dataset.target_transform)}.",))
    return said


def _repr(thing: Any) -> str:
    """Return an object's own words for itself in one line, and of a function its name."""
    text = repr(thing)
    if " at 0x" in text:
        text = name_of(thing)
    return re.sub(r"\s+", " ", text)


def _fingerprint(dataset: Any) -> Said:
    if not isinstance(dataset, TensorDataset) or sum(t.numel() for t in dataset.tensors) > MOST_NUMBERS:
        return OPEN
    try:
        return Said(fingerprint(*(tensor.detach().cpu().numpy() for tensor in dataset.tensors)))
    except TypeError:  # bfloat16 has no numpy type
        return OPEN
