"""The pages of the reference, each from what the code says of itself."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import get_args

from specit.report.figures import FIGURES
from specit.spec.claims import KINDS, Tolerance
from specit.spec.datasets import DATASETS, ELSEWHERE, SPLITS, Elsewhere
from specit.spec.document import ARM, SECTIONS, TIERS, FigureStatement, Paper, Tier
from specit.spec.initialisers import INITIALISERS
from specit.spec.layers import LAYERS, Layer
from specit.spec.layers.layer import show
from specit.spec.measures import MEASURES
from specit.spec.model import Model
from specit.spec.ranges import RANGES
from specit.spec.schema import json_schema
from specit.spec.training.described_losses import DESCRIBED_LOSSES
from specit.spec.training.losses import LOSSES, LOSSES_FOR
from specit.spec.training.optimizers import OPTIMIZERS
from specit.spec.training.schedules import SCHEDULES
from specit.spec.tree import Source
from specit.spec.tuning import KEYS

from . import examples, said, training
from .entry import block, default_example, docstring, entry, one_line, plain_table, rows, table
from .whole import network

NOTE = "<!-- Written from the code by `python -m docs.reference --write`. -->"


@cache
def pages() -> dict[str, str]:
    """Return the text of every page, by its path in docs/reference."""
    made = dict(_pages())
    made["README.md"] = _index(made)
    return {name: f"{NOTE}\n\n{text.rstrip()}\n" for name, text in made.items()}


def _pages() -> Iterator[tuple[str, str]]:
    yield "sections.md", _sections()
    yield "choices.md", _choices()
    yield "entries.md", _entries()
    for module, layers in _groups().items():
        yield f"layers/{module}.md", _layers(module, layers)
    yield "initialisers.md", _initialisers()
    yield "data.md", _data()
    yield "procedures.md", training.procedures()
    yield "losses.md", _losses()
    yield "described_losses.md", _described_losses()
    yield "optimizers.md", _known("Optimizers", said.OPTIMIZERS, OPTIMIZERS, examples.OPTIMIZERS, "optimizer")
    text = docstring(sys.modules[SCHEDULES["constant"].__module__])
    yield "schedules.md", _known("Schedules", text, SCHEDULES, examples.SCHEDULES, "schedule")
    yield "claims.md", _claims()
    yield "measures.md", _measures()
    yield "figures.md", _figures()


def _index(made: Mapping[str, str]) -> str:
    lines = []
    for name, text in made.items():
        title, *names = [line.lstrip("#").strip() for line in text.splitlines() if line.startswith(("# ", "## "))]
        links = ", ".join(f"[{one}]({name}#{_anchor(one)})" for one in names)
        lines.append((f"[{title}]({name})", links))
    return said.INDEX.strip() + "\n\n" + plain_table(("page", "holds"), lines)


def _anchor(heading: str) -> str:
    return "".join(letter for letter in heading.lower().replace(" ", "-") if letter.isalnum() or letter in "-_")


def _sections() -> str:
    assert list(said.SECTIONS) == list(SECTIONS)
    assert list(said.ARM) == list(ARM)
    assert list(said.TUNE) == list(KEYS)
    assert [name.partition(":")[0] for name in said.RANGES] == list(RANGES)
    tiers = " or ".join(f"`{tier}`" for tier in TIERS)
    return "\n\n".join(
        [
            "# Sections\n\nThe top of a spec. `specit`, `title` and `arms` are needed.",
            plain_table(("section", "holds"), [(f"`{name}`", text) for name, text in said.SECTIONS.items()]),
            entry("Paper", Paper, examples.PAPER),
            "## Arms\n\nEach arm has a name, and at least a network.",
            plain_table(("key", "holds"), [(f"`{name}`", text) for name, text in said.ARM.items()]),
            entry("Tiers", Tier, examples.TIERS),
            f"A tier is called {tiers}. `overlay` holds what it states differently: the sections "
            "`data`, `initialise`, `train` and `seeds` for all arms, and `arms` for one.",
            "## Tune\n\nWhat `specit tune` searches; [tune.md](../tune.md) tells the rest.",
            plain_table(("key", "holds"), [(f"`{name}`", text) for name, text in said.TUNE.items()]),
            "A range stands where the arm states a value, which must lie inside: a search begins with it. In a list of "
            "layers an entry goes by its name (`as`), or by the layer or block that it is.",
            plain_table(("range", "is"), [(f"`{name}`", text) for name, text in said.RANGES.items()]),
            block(examples.TUNE),
        ]
    )


def _choices() -> str:
    keys = json_schema()["$defs"]["choice"]["properties"]
    assert set(keys) == set(said.CHOICE)
    tags = [("(none)", Source.PAPER.says)] + [(f"`!{s.value}`", s.says) for s in Source if s is not Source.PAPER]
    shown = [f"{one_line(name).capitalize()}:\n\n{block(text)}" for name, text in examples.CHOICES.items()]
    return "\n\n".join(
        [
            said.TAGS.strip(),
            plain_table(("tag", "the value is"), tags),
            block(examples.TAGS),
            said.CHOICES.strip(),
            plain_table(("key", "holds"), [(f"`{name}`", text) for name, text in said.CHOICE.items()]),
            *shown,
        ]
    )


def _entries() -> str:
    beside = json_schema()["$defs"]["entry"]["anyOf"][1]["properties"]
    assert set(examples.ENTRIES) == set(beside) - set(LAYERS)
    parts = [said.ENTRIES.strip()]
    for name, example in examples.ENTRIES.items():
        means = said.BESIDE.get(name) or beside[name]["description"]
        parts.append(f"## {name}\n\n{one_line(means)}\n\n{block(example)}")
    return "\n\n".join([*parts, said.BLOCKS.strip(), block(examples.BLOCKS)])


def _groups() -> dict[str, dict[str, type[Layer]]]:
    groups: dict[str, dict[str, type[Layer]]] = {}
    for name, layer in LAYERS.items():
        groups.setdefault(layer.__module__.rpartition(".")[2], {})[name] = layer
    return dict(sorted(groups.items()))


def _layers(module: str, layers: Mapping[str, type[Layer]]) -> str:
    first = next(iter(layers.values()))
    parts = [f"# Layers: {module}", docstring(sys.modules[first.__module__])]
    for name, layer in layers.items():
        if name not in examples.LAYERS:
            raise LookupError(f"The layer {name} needs an example in docs/reference/examples.py.")
        shapes, text = examples.LAYERS[name]
        dotted = layer.torch_name and (layer.torch_name if "." in layer.torch_name else f"torch.nn.{layer.torch_name}")
        whose = f"Its arguments are those of `{dotted}`." if dotted else "PyTorch has no such layer."
        parts.append(entry(name, layer, f"- {text}", after=_shapes(shapes, text) + " " + whose))
    return "\n\n".join(parts)


def _shapes(shapes: tuple[tuple[int, ...], ...], text: str) -> str:
    placed = network(shapes, text).layers[-1]
    into = " and ".join(map(show, shapes))
    held = placed.parameters
    numbers = sum(map(math.prod, held.values()))
    parts = ", ".join(f"`{name}` {show(shape)}" for name, shape in held.items())
    holds = f"{numbers:,} numbers: {parts}" if held else "no parameters"
    return f"{into} → {show(placed.shape)}; {holds}."


def _initialisers() -> str:
    parts = [said.INITIALISERS.strip()]
    for name, model in INITIALISERS.items():
        text = default_example(name, model, examples.INITIALISERS)
        parts.append(entry(name, model, f"initialise: {{Linear: {{weight: {text}}}}}"))
    return "\n\n".join(parts)


def _data() -> str:
    parts = [said.DATA.strip()]
    known: dict[str, type[Model]] = {**DATASETS, ELSEWHERE: Elsewhere}
    for name, model in known.items():
        parts.append(entry(name, model, default_example(name, model, examples.DATASETS)))
        for nested in _nested(model):
            parts.append(
                entry(nested.__name__, nested, examples.LATENT if nested.__name__ == "Latent" else "", level=3)
            )
    parts.append(said.SPLITS.strip())
    first = f"data:\n{examples.DATASETS['not_so_clevr'].splitlines()[2]}"
    for name, split in SPLITS.items():
        whole = f"{first}\n  split: {{{default_example(name, split, examples.SPLITS)}}}"
        # Without test examples there is nothing to answer for, but there may be pictures to make.
        parts.append(entry(name, split, examples.DATASETS["sort_of_clevr"] if name == "everything" else whole))
        parts += [entry(nested.__name__, nested, "", level=3) for nested in dict.fromkeys(_nested(split))]
    return "\n\n".join(parts)


def _known(title: str, text: str, known: Mapping[str, type[Model]], shown: Mapping[str, str], key: str) -> str:
    parts = [f"# {title}\n\n{text.strip()}"]
    for name, model in known.items():
        example = default_example(name, model, shown)
        parts.append(entry(name, model, f"train: {{supervised: {{{key}: {{{example}}}}}}}"))
    for nested in {inner for model in known.values() for inner in _nested(model)} - set(known.values()):
        parts.append(entry(nested.__name__, nested, ""))
    made = "\n\n".join(parts)
    for name, model in known.items():
        made = made.replace(f"[{model.__name__}](#{model.__name__.lower()})", f"[{name}](#{name.lower()})")
    return made


def _nested(model: type[Model]) -> Iterator[type[Model]]:
    for field in model.model_fields.values():
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, Model):
                yield kind


def _losses() -> str:
    targets = [(f"`{target}`", ", ".join(f"`{loss}`" for loss in fit)) for target, fit in LOSSES_FOR.items()]
    text = said.LOSSES + "\n" + plain_table(("target", "may have"), targets)
    return _known("Losses", text, LOSSES, examples.LOSSES, "loss")


def _described_losses() -> str:
    made = _known("Losses that are described", said.DESCRIBED_LOSSES, DESCRIBED_LOSSES, {}, "loss")
    return made.replace("```yaml\n", "```yaml\ndata: {elsewhere: {about: an example}}\n")


def _claims() -> str:
    kinds: dict[type[Model], list[str]] = {}
    for name, model in KINDS.items():
        kinds.setdefault(model, []).append(name)
    of_all = [row for row in rows(next(iter(kinds))) if all(row in rows(model) for model in kinds) and row[0] != "kind"]
    parts = [said.CLAIMS.strip(), table(of_all)]
    for kind, names in kinds.items():
        own = table(row for row in rows(kind) if row not in of_all)
        example = default_example(names[0], kind, examples.CLAIMS)
        parts += [f"## {' and '.join(names)}", docstring(kind), own, block(example)]
    return "\n\n".join([*parts, entry("Tolerance", Tolerance, "")])


def _measures() -> str:
    lines = [(f"`{m.name}`", m.unit, m.better, m.definition) for m in MEASURES.values()]
    return said.MEASURES.lstrip() + "\n" + plain_table(("measure", "unit", "better", "is"), lines)


def _figures() -> str:
    lines = [(f"`{name}`", kind.doc) for name, kind in FIGURES.items()]
    drawn = plain_table(("drawing", "shows"), lines)
    return "\n\n".join(
        [
            "# Figures",
            entry("Figure", FigureStatement, examples.FIGURE),
            f"## Drawings\n\nWhat `draw` may be.\n\n{drawn}",
        ]
    )
