"""What the documents say is what the code does: their Python runs, their table is that of the committed records."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from specit.claims.gather import judge_specs
from specit.records.journal import named_locks
from specit.records.store import Damaged, Store
from specit.report.markdown import replace_between_markers, study_table, summary_table, verdict_table
from specit.studies import find, find_all, find_study, names

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MARKED = re.compile(r"<!-- specit:(\S+) -->")


# What is on the pages of docs/layer runs in test_layer_pages.py, which also compares what it prints.
@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name != "layer"], ids=lambda page: page.name)
def test_the_python_on_a_page_runs(page, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    everything: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL):
        if named := re.match(r"# (\w+)\.py\n", block):  # a file, which a later block may import
            (tmp_path / f"{named[1]}.py").write_text(block)
            monkeypatch.delitem(sys.modules, named[1], raising=False)
        exec(compile(block, page.name, "exec"), everything)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_on_a_page_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        if not link.startswith("http"):
            assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", [page for page in PAGES if MARKED.search(page.read_text())], ids=lambda p: p.name)
def test_the_table_is_that_of_the_committed_records(page):
    text = page.read_text()
    for marker in MARKED.findall(text):
        name, _, form = marker.partition(":")
        judged = judge_specs(find_all(name), Store(ROOT / "results"))
        titled = [(one.spec.title, one.verdicts) for one in judged]
        if form == "summary":
            table = summary_table(titled)
        else:
            table = study_table(titled) if find_study(name) else verdict_table(judged[0].verdicts)
        assert text == replace_between_markers(text, marker, table), "run `make readme`"


def test_the_committed_records_are_whole_and_belong_to_a_spec():
    store = Store(ROOT / "results")
    records = list(store.records())
    assert not [found for found in records if isinstance(found, Damaged)]
    meant = {point.lock.id for name in names() for point in find(name).every_point} | named_locks(store.root)
    for record in records:
        assert record.lock in meant, f"{record.name}: no spec means this any more"
        store.arrays(record)
    assert sum(path.stat().st_size for path in (ROOT / "results").rglob("*")) < 30_000_000
