"""The language as a JSON Schema, for editors: completion, descriptions, and a red line under a slip of the pen.

An editor sees neither tags nor what arms, tiers and files lend each other, so the schema asks for nothing that may
stand elsewhere, and takes a choice or a block's parameter wherever a value may stand. `specit check` knows more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .claims import KINDS
from .datasets import DATASETS, DIVIDING, ELSEWHERE, SPLITS, Elsewhere
from .document import ARM, SECTIONS, SHARED, TIERS, FigureStatement, Paper, Tier
from .fingerprint import WRITTEN
from .initialisers import INITIALISERS, PARAMETERS
from .layers import LAYERS, Join
from .model import Model
from .ranges import RANGES
from .stated_count import GROUPED
from .training import PROCEDURES
from .training.adversarial import (
    ADVERSARIAL_LOSSES,
    DISCRIMINATOR,
    GENERATOR,
    AdversarialSettings,
    FeatureMatching,
    SpectralNorm,
    Steps,
)
from .training.described import DescribedExtras, DescribedSettings
from .training.described_losses import DESCRIBED_LOSSES
from .training.groups import PARAMETER_KINDS
from .training.latent import LATENTS
from .training.losses import L2, LOSSES, IntermediateSettings
from .training.optimizers import OPTIMIZERS
from .training.samples import Samples
from .training.schedules import SCHEDULES
from .training.supervised import Evaluate, SupervisedSettings
from .training.untrained import UntrainedSettings
from .training.variational import LIKELIHOODS, VariationalSettings
from .tuning import HELD_OUT, SEARCHED, TuneSettings

Schema = dict[str, Any]

CHOICE = {"$ref": "#/$defs/choice"}
PARAMETER = {"$ref": "#/$defs/parameter"}
TEXT = {"type": "string"}
LAYER_LIST = {"$ref": "#/$defs/layers"}
NETWORK = {"$ref": "#/$defs/network"}
INITIALISER = {"$ref": "#/$defs/initialiser"}
COUNT = {"type": "integer", "minimum": 1}
FINGERPRINT: Schema = {
    "anyOf": [{"type": ["string", "null"], "pattern": f"^{WRITTEN.pattern}$"}, {"$ref": "#/$defs/choice"}]
}
PARAMETER_COUNT = {
    "anyOf": [{"type": ["integer", "null"], "minimum": 0}, {"type": "string", "pattern": f"^{GROUPED}$"}]
}


def json_schema() -> Schema:
    """Return the schema of a spec, JSON Schema draft 2020-12.

    >>> sorted(json_schema()["properties"])[:4]
    ['about', 'arms', 'blocks', 'claims']
    """
    language = _Language()
    sections = language.sections()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "SpecIt spec",
        "type": "object",
        "properties": {name: sections[name] for name in SECTIONS},
        "required": ["specit"],
        "additionalProperties": False,
        "$defs": language.definitions,
    }


class _Language:
    """The parts of the language, each with what it refers to among the definitions."""

    def __init__(self) -> None:
        layers = {"anyOf": [{"$ref": "#/$defs/entry"}, CHOICE, PARAMETER]}
        self.definitions: dict[str, Schema] = {
            "choice": {
                "description": "Options, of which each makes an experiment of its own: `each`, or `sweep` to search.",
                "type": "object",
                "properties": {"name": TEXT, "each": {}, "sweep": {}, "code": {}},
                "additionalProperties": False,
                "anyOf": [{"required": ["each"]}, {"required": ["sweep"]}],
            },
            "parameter": {
                "description": "A block's parameter, $name, or a formula with some: $(2 * name).",
                "type": "string",
                "pattern": r"^\$",
            },
            "layers": _open({"type": "array", "items": layers}),
            "network": {"anyOf": [LAYER_LIST, _object({"layers": LAYER_LIST, "outputs": _list(TEXT)}), CHOICE]},
        }
        self.definitions["initialiser"] = {
            "anyOf": [self.variant(INITIALISERS), {"type": "number"}, {"type": "array"}],
        }
        self.definitions["entry"] = self.entry()

    def sections(self) -> dict[str, Schema]:
        arm = {
            "network": NETWORK,
            "networks": _open(_map(NETWORK)),
            "parameters": _open(PARAMETER_COUNT),
            **self.shared(),
        }
        return {
            "specit": {"const": 1, "description": "The version of the language."},
            "title": TEXT,
            "about": TEXT,
            "paper": self.model(Paper),
            "blocks": {
                "type": "object",
                "properties": {
                    "from": {"anyOf": [TEXT, _list(TEXT)], "description": "Files beside this, with blocks."}
                },
                "additionalProperties": _object({"with": _list(TEXT), "layers": LAYER_LIST}),
            },
            **self.shared(),
            "arms": _map(_object(arm)),
            "claims": _list({"anyOf": [self.claim(kind) for kind in KINDS]}),
            "figures": _list(self.model(FigureStatement)),
            "tiers": _object(dict.fromkeys(TIERS, self.tier())),
            "tune": self.tune(),
        }

    def shared(self) -> dict[str, Schema]:
        """Return what arms have in common, or each for itself."""
        if "data" not in self.definitions:
            starts = _open(_object(dict.fromkeys(PARAMETERS, INITIALISER)))
            datasets: dict[str, type[Model]] = {**DATASETS, ELSEWHERE: Elsewhere}
            procedures = {
                "supervised": self.either_supervised(),
                "untrained": self.untrained(),
                "adversarial": self.adversarial(),
                "variational": self.variational(),
            }
            self.definitions |= {
                "data": _open(
                    _object({**self.named(datasets), "split": self.variant(SPLITS), "fingerprint": FINGERPRINT})
                ),
                "initialise": _open(_object(dict.fromkeys(LAYERS, starts))),
                "train": _open(_object({name: _open(procedures[name]) for name in PROCEDURES})),
                "seeds": _open(COUNT),
            }
        return {name: {"$ref": f"#/$defs/{name}"} for name in SHARED}

    def entry(self) -> Schema:
        """Return the schema of an entry of a network. A key that is no layer is a block's, perhaps of another file."""
        joins = {name: layer for name, layer in LAYERS.items() if issubclass(layer, Join)}
        beside = {
            "as": {**TEXT, "description": "A name for the output."},
            "from": {
                "anyOf": [TEXT, _list(TEXT), PARAMETER],
                "description": "What the entry takes, by name; without it, what the one before it makes.",
            },
            "initialise": _object(dict.fromkeys(PARAMETERS, INITIALISER)),
            "share": {**TEXT, "description": "The layer whose parameters this one has in common."},
            "residual": {
                "anyOf": [LAYER_LIST, _object({"layers": LAYER_LIST, "shortcut": LAYER_LIST})],
                "description": "x + f(x), or shortcut(x) + f(x).",
            },
            "parallel": _object({"branches": _list(LAYER_LIST), "join": self.variant(joins)}),
            "repeat": _object({"times": _open(COUNT), "layers": LAYER_LIST}),
        }
        entry = {"type": "object", "properties": {**self.named(LAYERS), **beside}, "minProperties": 1}
        return {"anyOf": [TEXT, entry]}

    def claim(self, kind: str) -> Schema:
        schema = self.arguments(KINDS[kind])
        schema["properties"]["kind"] = {"const": kind}
        return schema | {"required": ["id", "says", "where", "kind", "measure", "tolerance"]}

    def tier(self) -> Schema:
        schema = self.arguments(Tier)
        schema["properties"]["overlay"] = _object({**self.shared(), "arms": _map(_object({key: {} for key in ARM}))})
        return schema

    def tune(self) -> Schema:
        numbers = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
        values = {"type": "array", "items": {"type": ["number", "string", "boolean", "null"]}, "minItems": 2}
        ranges = [_object({name: values if name == "one_of" else numbers}) for name in RANGES]
        below = {"$ref": "#/$defs/searched"}
        self.definitions["searched"] = {
            "description": f"A range ({', '.join(RANGES)}) in place of a stated value, or what holds some.",
            "anyOf": [*ranges, {"type": "object", "additionalProperties": below, "minProperties": 1}],
        }
        space = _object(dict.fromkeys(SEARCHED, below))
        shared = self.shared()
        stated = {
            HELD_OUT: self.variant({name: SPLITS[name] for name in DIVIDING}),
            "overlay": _object({name: shared[name] for name in ("initialise", "train")}),
            "space": space,
            "arms": _map(space),
        }
        return _object({**self.arguments(TuneSettings)["properties"], **stated})

    def supervised(self) -> Schema:
        schema, between = self.arguments(SupervisedSettings), self.arguments(IntermediateSettings)
        between["properties"]["loss"] = self.variant(LOSSES)
        schema["properties"] |= {
            "loss": self.variant(LOSSES),
            "intermediate_losses": _open(_list(between) | {"type": ["array", "null"]}),
            "optimizer": self.variant(OPTIMIZERS),
            "groups": self.groups(),
            "clip_norm": _open({"type": ["number", "null"], "exclusiveMinimum": 0}),
            "l2": _open({"anyOf": [self.model(L2), {"type": "null"}]}),
            "schedule": self.variant(SCHEDULES),
            "evaluate": _open(self.model(Evaluate)),
        }
        return schema

    def either_supervised(self) -> Schema:
        """Return the schema of a training that runs, or of one that is described, because its data are elsewhere."""
        run, described = self.supervised(), self.arguments(DescribedSettings)
        described["properties"] |= {
            **{name: _or_null(run["properties"][name]) for name in ("optimizer", "schedule", "evaluate", "l2")},
            **{name: run["properties"][name] for name in ("groups", "clip_norm")},
            **{name: _or_null(one) for name, one in self.arguments(DescribedExtras)["properties"].items()},
            "loss": _or_null(self.variant(DESCRIBED_LOSSES)),
        }
        return {"anyOf": [run, described]}

    def groups(self) -> Schema:
        arguments = {
            name: one for model in OPTIMIZERS.values() for name, one in self.arguments(model)["properties"].items()
        }
        on = _open({"anyOf": [TEXT, _list(TEXT)], "description": f"Layers by name, or {', '.join(PARAMETER_KINDS)}."})
        group = _object({"on": on, "frozen": _open({"type": "boolean"}), **arguments})
        return _open(_list(group) | {"type": ["array", "null"]})

    def untrained(self) -> Schema:
        schema = self.arguments(UntrainedSettings)
        schema["properties"]["loss"] = self.variant(LOSSES)
        return schema

    def adversarial(self) -> Schema:
        schema = self.arguments(AdversarialSettings)
        schema["properties"] |= {
            "latent": self.variant(LATENTS),
            "loss": self.variant(ADVERSARIAL_LOSSES),
            "feature_matching": _open({"anyOf": [self.model(FeatureMatching), {"type": "null"}]}),
            "steps": _open(self.model(Steps)),
            "optimizers": _open(_object(dict.fromkeys((DISCRIMINATOR, GENERATOR), self.variant(OPTIMIZERS)))),
            "spectral_norm": _open({"anyOf": [self.model(SpectralNorm), {"type": "null"}]}),
            "samples": _open(self.model(Samples)),
        }
        return schema

    def variational(self) -> Schema:
        schema = self.arguments(VariationalSettings)
        schema["properties"] |= {
            "likelihood": self.variant(LIKELIHOODS),
            "optimizer": self.variant(OPTIMIZERS),
            "samples": _open(self.model(Samples)),
        }
        return schema

    def variant(self, known: Mapping[str, type[Model]]) -> Schema:
        """Return the schema of `Adam: {lr: 0.1}`, or of a name alone."""
        return {"anyOf": [{"enum": list(known)}, _object(self.named(known)), CHOICE, PARAMETER]}

    def named(self, known: Mapping[str, type[Model]]) -> dict[str, Schema]:
        return {name: {"anyOf": [self.model(model), {"type": "null"}, CHOICE]} for name, model in known.items()}

    def model(self, model: type[Model]) -> Schema:
        """Return a reference to the schema of a model's arguments."""
        name = f"{model.__module__.rpartition('.')[2]}.{model.__name__}"
        if name not in self.definitions:
            self.definitions[name] = self.arguments(model)
        return {"$ref": f"#/$defs/{name}"}

    def arguments(self, model: type[Model]) -> Schema:
        """Return the schema of a model's arguments, each of which may vary, come from a block, or stand elsewhere."""
        made = model.model_json_schema()
        inner: dict[str, Schema] = made.get("$defs", {})
        properties = {name: _open(_resolved(schema, inner)) for name, schema in made.get("properties", {}).items()}
        described = {"description": made["description"]} if "description" in made else {}
        return {**described, **_object(properties)}


def _resolved(schema: Schema, inner: Mapping[str, Schema]) -> Schema:
    """Return a schema with what it refers to put in; one whole number may stand for a list of equal ones."""
    if "$ref" in schema:
        found = _resolved(inner[schema["$ref"].rpartition("/")[2]], inner)
        return found | {key: value for key, value in schema.items() if key != "$ref"}
    made = {key: value for key, value in schema.items() if key not in ("title", "required")}
    for key in ("anyOf", "prefixItems"):
        if key in made:
            made[key] = [_resolved(each, inner) for each in made[key]]
    if "items" in made:
        made["items"] = _resolved(made["items"], inner)
    if "properties" in made:
        made["properties"] = {name: _open(_resolved(each, inner)) for name, each in made["properties"].items()}
    if made.get("type") != "array":
        return made
    first = made["prefixItems"][0] if "prefixItems" in made else made.get("items", {})
    one = [first] if first.get("type") == "integer" else []
    for key in ("items", "prefixItems"):
        if key in made:
            each = made[key]
            made[key] = [_of_block(item) for item in each] if isinstance(each, list) else _of_block(each)
    return {"anyOf": [made, *one]}


def _of_block(schema: Schema) -> Schema:
    return {"anyOf": [schema, PARAMETER]}


def _open(schema: Schema) -> Schema:
    """Return a schema that also takes a choice, the options of an unstated detail, or a block's parameter."""
    described = {"description": schema["description"]} if "description" in schema else {}
    unstated = {"type": "array", "items": schema, "minItems": 2}
    return {**described, "anyOf": [schema, unstated, CHOICE, PARAMETER]}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}
