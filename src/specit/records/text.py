"""A record as text: JSON that a person can read and compare, sealed with the digest of what it says."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict, ValidationError

from .record import Record

_UNKNOWN_FIELD = ("extra_forbidden", "unexpected_keyword_argument")  # of a record; of an evaluation


class UnreadableError(Exception):
    """Why a text is no record: the rest of a sentence that begins with the file's name.

    `sealed` says that its contents match its checksum all the same: whoever wrote it meant something else by a record.
    """

    def __init__(self, why: str, *, sealed: bool = False) -> None:
        super().__init__(why)
        self.sealed = sealed


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sha256: str
    record: Record


def to_text(record: Record) -> str:
    """Return the text of a record: a line for each field, and one for each evaluation."""
    body: dict[str, Any] = json.loads(record.model_dump_json())
    fields = ",\n".join(f"    {_json(key)}: {_lines(content)}" for key, content in body.items())
    return f'{{\n  "sha256": "{_seal(body)}",\n  "record": {{\n{fields}\n  }}\n}}\n'


def from_text(text: str) -> Record:
    """Return the record that `text` holds, having checked its seal."""
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise UnreadableError("is cut short or is not JSON") from None
    if not isinstance(document, dict) or document.keys() != {"sha256", "record"}:
        raise UnreadableError("is not a record: it must hold 'sha256' and 'record', and nothing else")
    body = document["record"]
    if not isinstance(body, dict) or document["sha256"] != _seal(body):
        raise UnreadableError("was altered after it was written: its contents do not match its checksum")
    try:
        return Record.model_validate(body)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        field = ".".join(str(step) for step in problem["loc"])
        if problem["type"] in _UNKNOWN_FIELD:
            why = f"has the field '{field}', which this version of SpecIt does not know"
        elif problem["type"] == "missing":
            why = f"lacks the field '{field}'"
        else:
            why = f"has a wrong value in the field '{field}'"
        raise UnreadableError(why, sealed=True) from None


def from_checked_text(data: bytes) -> Record:
    """Return the record in a text that `from_text` has accepted before: the same record, several times as fast."""
    try:
        return _Document.model_validate_json(data).record
    except ValidationError:  # this parser refuses some of what the other takes, such as half a surrogate pair
        return from_text(data.decode())


def _seal(body: dict[str, Any]) -> str:
    """Return the digest of the canonical JSON: sorted keys, no spaces."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    # Half a surrogate pair is legal in JSON but not in UTF-8; an altered file may hold one.
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _lines(content: Any) -> str:
    if isinstance(content, list) and content:
        return "[\n      " + ",\n      ".join(_json(item) for item in content) + "\n    ]"
    return _json(content)


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
