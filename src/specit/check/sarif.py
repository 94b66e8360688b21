"""Findings as SARIF 2.1.0, the format that code review tools show beside the lines they are about."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from specit.errors import Mark

from .codes import CODES
from .finding import Finding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(findings: Sequence[Finding], exit_code: int, base: Path) -> dict[str, Any]:
    """Return a SARIF log of one run. Files below `base` are named relative to it, as a repository's are.

    The standard wants absolute addresses in `helpUri`; a rule's page lies in this repository, so its path stands in the
    rule's `help`.
    """
    order = list(CODES)
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "specit check",
                        "version": version("specit-ml"),
                        "rules": [_rule(code) for code in order],
                    }
                },
                "invocations": [{"executionSuccessful": exit_code < 2, "exitCode": exit_code}],
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": finding.code,
                        "ruleIndex": order.index(finding.code),
                        "level": finding.level,
                        "message": {"text": finding.message},
                        **({"locations": [_location(finding.mark, base)]} if finding.mark else {}),
                        **({"properties": {"where": dict(finding.where)}} if finding.where else {}),
                    }
                    for finding in findings
                ],
            }
        ],
    }


def _rule(code: str) -> dict[str, Any]:
    stands_for = CODES[code]
    page = f"docs/check/{code}.md"
    return {
        "id": code,
        "name": "".join(word.title() for word in stands_for.name.split("-")),
        "shortDescription": {"text": stands_for.means},
        "help": {"text": f"See {page}.", "markdown": f"See [{page}]({page})."},
        "defaultConfiguration": {"level": stands_for.level},
    }


def _location(mark: Mark, base: Path) -> dict[str, Any]:
    path = Path(mark.file).resolve()
    inside = path.is_relative_to(base.resolve())
    uri = path.relative_to(base.resolve()).as_posix() if inside else path.as_uri()
    if inside:  # a relative address: what may not stand in one is escaped
        uri = Path("/", uri).as_uri().removeprefix("file" + ":///")
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": mark.line}}}
