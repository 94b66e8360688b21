"""Types and defaults in words: `whole number ≥ 1`, `two numbers`, `null`."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from specit.spec.model import Model

Schema = dict[str, Any]


def kind(model: type[Model], name: str) -> str:
    """Return what an argument may be.

    >>> from specit.spec.layers import LAYERS
    >>> kind(LAYERS["Conv2d"], "padding")
    'two whole numbers ≥ 0, or one for all, or `same` or `valid`'
    """
    schema = _properties(model)[name]
    lists = [each for each in schema.get("anyOf", [schema]) if each.get("type") == "array"]
    return in_words(schema, one_for_all=bool(lists) and _takes_one(model.model_fields[name]))


@cache
def _properties(model: type[Model]) -> Schema:
    found: Schema = model.model_json_schema()["properties"]
    return found


def in_words(schema: Schema, *, one_for_all: bool = False) -> str:
    """Return a JSON Schema in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(in_words(each, one_for_all=one_for_all) for each in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return " or ".join(f"`{value_of(value)}`" for value in schema.get("enum", [schema.get("const")]))
    if schema["type"] == "array":
        one = ", or one for all," if "prefixItems" in schema else ", or just one,"
        return _array(schema) + (one if one_for_all else "")
    return _PLAIN[schema["type"]](schema)


def value_of(value: object) -> str:
    """Return a value as a spec has it.

    >>> value_of((1, 2.0)), value_of(None), value_of(1e-08), value_of({})
    ('[1, 2.0]', 'null', '1.0e-08', '{}')
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(value_of, value))}]"
    if isinstance(value, float):
        text = repr(value)
        return text.replace("e", ".0e") if "e" in text and "." not in text else text
    return str(value)


def _number(schema: Schema, name: str) -> str:
    bounds = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    said = [f"{sign} {schema[key]}" for key, sign in bounds.items() if key in schema]
    return f"{name} {' and '.join(said)}" if said else name


def _array(schema: Schema) -> str:
    if "prefixItems" not in schema:
        return f"a list of {_plural(in_words(schema['items']))}"
    each = [in_words(item) for item in schema["prefixItems"]]
    if len(set(each)) == 1:
        return f"{_COUNTS.get(len(each), len(each))} {_plural(each[0])}"
    return f"[{', '.join(each)}]"


def _plural(text: str) -> str:
    """Return several of what a text names.

    >>> _plural("whole number ≥ 1"), _plural("text"), _plural("two numbers")
    ('whole numbers ≥ 1', 'texts', 'lists of two numbers')
    """
    if re.match("two |three |four ", text):
        return f"lists of {text}"
    return re.sub("^((?:whole )?number|text)", r"\1s", text)


_COUNTS = {2: "two", 3: "three", 4: "four"}


def _mapping(schema: Schema) -> str:
    inner = schema.get("additionalProperties")
    return f"names, each with: {in_words(inner)}" if isinstance(inner, dict) else "mapping"


_PLAIN = {
    "integer": lambda schema: _number(schema, "whole number"),
    "number": lambda schema: _number(schema, "number"),
    "boolean": lambda schema: "true or false",
    "string": lambda schema: "text",
    "null": lambda schema: "null",
    "object": _mapping,
}


def _takes_one(field: FieldInfo) -> bool:
    """Return whether one number may stand for a list of them."""
    annotation: Any = field.annotation
    for metadata in field.metadata:
        annotation = Annotated[annotation, metadata]
    adapter = TypeAdapter(annotation, config=ConfigDict(strict=True))
    for one in (1, 2.0):
        try:
            if isinstance(adapter.validate_python(one), tuple):
                return True
        except ValidationError:
            pass
    return False
