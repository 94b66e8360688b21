"""What pages add to the verdicts: chance, readings that were tried, the command of a run, data for the scripts."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.made_up_runs import make_run

from specit.claims.gather import Gathered
from specit.claims.verdict import Finding, Verdict, Word
from specit.records.store import Store
from specit.report import Report, RunRow, render
from specit.report.again import again
from specit.report.anchors import linked, run_ids
from specit.report.compose import compose
from specit.report.embedded import embedded
from specit.report.facets import facets
from specit.report.luck import chance_of, luck
from specit.report.scripts import EARLY, EXPLORER, policy, script
from specit.spec.claims import Value
from specit.studies import find

ESCAPES = "</script><script>alert(1)</script><!-- & \u2028"


def test_chance_adds_up_over_claims_that_rest_on_seeds(verdicts: list[Verdict]) -> None:
    reaching = replace(verdicts[0], drawn=True, word=Word.REPRODUCED)  # 0.5 ** 5 = 0.03125
    value = Value(**reaching.claim.model_dump(exclude={"kind"}), kind="value")
    mean = replace(reaching, claim=value, word=Word.INCONCLUSIVE)  # 0.025
    still = replace(reaching, drawn=False)
    found = luck([reaching, mean, still])
    assert found is not None
    assert (found.claims, found.passed) == (2, 1)
    assert found.expected == pytest.approx(0.05625)
    assert found.written == "0.056"
    assert [chance_of(one) for one in (reaching, mean, still)] == ["3.1 %", "2.5 %", ""]
    assert luck([still]) is None


def test_a_claim_is_found_by_what_was_tried(verdicts: list[Verdict]) -> None:
    findings = (*verdicts[0].findings, Finding({"tile": "rows"}, Word.NOT_RUN, "no run"))
    found = facets(replace(verdicts[0], findings=findings))
    readings = [f"tile: {finding.reading['tile']}" for finding in verdicts[0].findings]
    assert found == {"word": [verdicts[0].word], "arm": ["coordconv"], "tier": ["quick"], "reading": readings}


def test_the_command_of_a_run_reads_back() -> None:
    record = make_run(split="a b", tile="it's").record.model_copy(update={"seed": 3})
    words = shlex.split(again(record))
    assert words[:7] == ["specit", "run", "coordconv/classification", "--tier", "quick", "--arm", "coordconv"]
    assert words[7:] == ["--where", "split=a b", "--where", "tile=it's", "--seeds", "4"]


def test_runs_in_sentences_are_links_where_they_are_on_the_page() -> None:
    name, other = "0123456789ab/seed-3", "ba9876543210/seed-0"
    (id,) = run_ids([name])
    said = linked(f"<b> {name}, {other} & more", {name: id})
    assert said == f'&lt;b&gt; <a href="#run-0123456789ab-seed-3">{name}</a>, {other} &amp; more'


def test_no_text_gets_out_of_the_data() -> None:
    record = make_run().record.model_copy(update={"arm": ESCAPES, "point": {ESCAPES: ESCAPES}})
    text = embedded([RunRow.of(record)], ["run-1"])
    assert not set("<>&\u2028") & set(text)
    run = json.loads(text)["runs"][0]
    assert (run["arm"], run["point"]) == (ESCAPES, {ESCAPES: ESCAPES})


def test_the_data_are_those_of_the_records() -> None:
    record = make_run(seed=1).record
    data = json.loads(embedded([RunRow.of(record)], ["run-1"]))
    run = data["runs"][0]
    assert run["epochs"] == [evaluation.epoch for evaluation in record.history]
    assert run["values"]["test_accuracy"] == pytest.approx(
        [e.measures["test_accuracy"] for e in record.history], rel=1e-5
    )
    assert run["lock"] == record.lock[:12]
    assert data["foremost"] == "test_accuracy"
    assert data["measures"]["test_accuracy"]["better"] == "higher"


def test_a_page_says_what_a_run_was(report: Report) -> None:
    record = make_run(seed=1).record.model_copy(update={"arrays": {"target": "ab" * 32}})
    page = render(replace(report, runs=[RunRow.of(record)]))
    for text in (record.lock, "test accuracy 100&nbsp;%", "after the stated 12 epochs", "abababababab", "--seeds 2"):
        assert text.replace("&nbsp;", "\N{NO-BREAK SPACE}") in page, text


def test_a_reading_counts_each_claim_by_its_best_word(verdicts: list[Verdict]) -> None:
    def tried(*words: Word) -> Verdict:
        findings = [Finding({"tile": "plane", "scale": str(place)}, word, "x") for place, word in enumerate(words)]
        return replace(verdicts[0], findings=tuple(findings))

    judged = [
        tried(Word.INCONCLUSIVE, Word.REPRODUCED),
        tried(Word.NOT_RUN),
        tried(Word.NOT_REPRODUCED, Word.PARTLY),
        tried(Word.PARTLY),
    ]
    records = tuple(
        make_run(tile=tile, seed=seed).record for tile, seed in (("plane", 0), ("plane", 1), ("channels", 0))
    )
    composed = compose(find("coordconv/classification"), Gathered((), records), judged, Store(Path("no-such-folder")))
    tile = next(axis for axis in composed.unstated if axis.axis == "tile")
    channels, plane = tile.readings
    assert (channels.option, channels.code, channels.runs, channels.words) == ("channels", True, 1, {})
    assert (plane.code, plane.runs, plane.words) == (False, 2, {Word.REPRODUCED: 1, Word.PARTLY: 2})
    assert tile.place == f"L{tile.line}"
    lines = {line.id: "".join(piece.text for piece in line.pieces) for line in composed.texts[0].lines}
    assert "name: tile" in lines[tile.place]
    for claim, place in composed.claim_places.items():
        assert f"id: {claim}" in lines[place]
    for figure in composed.figures:
        assert f"draw: {figure.id}" in lines[figure.place]


def test_scripts_are_the_same_for_every_page_and_end_nothing() -> None:
    for names in (EARLY, EXPLORER):
        text = script(*names)
        assert text.startswith('(() => {\n"use strict";')
        assert "</" not in text
        for word in ("eval(", "innerHTML", "document.write", "fetch(", "XMLHttpRequest", "import("):
            assert word not in text
    assert policy().count("sha256-") == 2
