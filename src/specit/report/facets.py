"""What claims can be filtered by: the facets of one, and the choices that there are for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from specit.claims.verdict import Verdict, Word

Facets = Mapping[str, list[str]]


def facets(verdict: Verdict) -> dict[str, list[str]]:
    """Return a claim's word, arms, tier, and the options of unstated axes under which it was tried."""
    tried = (finding for finding in verdict.findings if finding.word is not Word.NOT_RUN)
    readings = (f"{axis}: {option}" for finding in tried for axis, option in finding.reading.items())
    return {
        "word": [verdict.word],
        "arm": list(dict.fromkeys(verdict.claim.speaks_of)),
        "tier": [verdict.tier],
        "reading": list(dict.fromkeys(readings)),
    }


def choices(all_facets: Iterable[Facets]) -> dict[str, list[str]]:
    """Return for each facet the choices, those that would tell nothing apart left out.

    >>> choices([{"tier": ["full"], "arm": ["a", "b"]}, {"tier": ["full"], "arm": ["b"]}])
    {'arm': ['a', 'b']}
    """
    found: dict[str, dict[str, None]] = {}
    for one in all_facets:
        for facet, values in one.items():
            found.setdefault(facet, {}).update(dict.fromkeys(values))
    return {facet: list(values) for facet, values in found.items() if len(values) > 1}
