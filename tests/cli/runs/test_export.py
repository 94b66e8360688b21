"""`specit runs export`: what is read back is what the records say, value by value and type by type."""

from __future__ import annotations

import csv
import math
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from specit.records import Record, Store, value
from specit.spec.measures import MEASURES

SMALL = Path(__file__).parents[2] / "small.yaml"


def records(store: Path) -> dict[str, Record]:
    return {record.name: record for record in Store(store).records() if isinstance(record, Record)}


def same(a: object, b: object) -> bool:
    both_nan = isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b)
    return both_nan or (a == b and type(a) is type(b))


def test_a_row_a_run(specit, store, tmp_path):
    file = tmp_path / "runs.parquet"
    said = specit("runs", "export", file, "--store", store)
    assert said.code == 0, said.err
    table = pyarrow.parquet.read_table(file)
    assert said.out.split() == [str(file), "6", "runs,", str(table.num_columns), "columns"]
    rows, kept = table.to_pylist(), records(store)
    assert [row["run"] for row in rows] != []
    assert {row["run"] for row in rows} == set(kept)
    for row in rows:
        record = kept[row["run"]]
        for name in ("spec", "lock", "arm", "tier", "seed", "status", "ended", "parameters", "epochs_stated"):
            assert same(row[name], getattr(record, name)), name
        for name in ("epoch", "step", "seconds"):
            assert same(row[name], getattr(record.history[-1], name))
        for axis in ("split", "tile"):
            assert row[f"option.{axis}"] == record.point.get(axis)
        for name in MEASURES:
            if name.startswith("seconds_to_"):
                assert same(row[name], value(record, name)), name
            elif name not in ("parameters", "seconds"):
                assert same(row[name], record.final.get(name)), name
        assert row["environment.torch"] == record.environment["torch"]
        assert row["environment.cpu"] is None


def test_a_row_an_evaluation(specit, store, tmp_path):
    file = tmp_path / "curves.parquet"
    assert specit("runs", "export", file, "--history", "--store", store).code == 0
    rows = pyarrow.parquet.read_table(file).to_pylist()
    for name, record in records(store).items():
        own = [row for row in rows if row["run"] == name]
        assert [row["epoch"] for row in own] == [entry.epoch for entry in record.history]
        for row, entry in zip(own, record.history, strict=True):
            assert same(row["seconds"], entry.seconds)
            assert same(row["test_accuracy"], entry.measures["test_accuracy"])
            assert row["test_iou"] is None
            assert row["option.split"] == record.point["split"]
    assert len(rows) == sum(len(record.history) for record in records(store).values())


@pytest.mark.parametrize("history", [[], ["--history"]])
def test_csv_holds_the_same(specit, store, tmp_path, history):
    for name in ("t.csv", "t.parquet"):
        assert specit("runs", "export", tmp_path / name, "--store", store, *history).code == 0
    table = pyarrow.parquet.read_table(tmp_path / "t.parquet")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert list(read[0]) == table.column_names
    for row, other in zip(read, table.to_pylist(), strict=True):
        for name, cell in row.items():
            kind = table.schema.field(name).type
            if other[name] is None:
                assert cell == ""
            elif kind == pa.float64():
                assert same(float(cell), other[name])
                assert math.isfinite(other[name]) or cell in ("NaN", "Infinity", "-Infinity")
            else:
                assert cell == str(other[name])


def test_columns_and_types_do_not_depend_on_what_was_measured(specit, store, tmp_path):
    schemas = []
    for place, chosen in enumerate((["--arm", "dense"], ["--arm", "coordconv", "--where", "split=quadrant"], [])):
        file = tmp_path / f"{place}.parquet"
        assert specit("runs", "export", file, "--store", store, *chosen).code == 0
        schemas.append({field.name: str(field.type) for field in pyarrow.parquet.read_schema(file)})
    fixed = [{name: kind for name, kind in schema.items() if not name.startswith("option.")} for schema in schemas]
    assert fixed[0] == fixed[1] == fixed[2]
    assert {schemas[2][name] for name in MEASURES if name != "parameters"} == {"double"}
    assert {schemas[2][name] for name in ("seed", "epoch", "step", "parameters", "epochs_stated")} == {"int64"}
    assert [name for name in schemas[0] if name.startswith("option.")] == ["option.split"]
    assert [name for name in schemas[2] if name.startswith("option.")] == ["option.split", "option.tile"]


def test_of_a_spec_and_filtered(specit, store, tmp_path):
    file = tmp_path / "t.parquet"
    assert (
        specit("runs", "export", file, SMALL, "--status", "finished", "--arm", "coordconv", "--store", store).code == 0
    )
    assert {row["arm"] for row in pyarrow.parquet.read_table(file).to_pylist()} == {"coordconv"}
    assert pyarrow.parquet.read_table(file).num_rows == 3


def test_no_runs_are_a_table_without_rows(specit, tmp_path):
    for name in ("t.parquet", "t.csv"):
        assert specit("runs", "export", tmp_path / name, "--store", tmp_path / "none").code == 0
    assert pyarrow.parquet.read_table(tmp_path / "t.parquet").num_rows == 0
    assert (tmp_path / "t.csv").read_text().count("\n") == 1


def test_damage_is_left_out_and_said(specit, store, tmp_path):
    victim = next(store.glob("*/seed-1/record.json"))
    victim.write_text(victim.read_text().replace('"seed": 1', '"seed": 2'))
    said = specit("runs", "export", tmp_path / "t.csv", "--store", store)
    assert (said.code, said.out.split()[1]) == (0, "5")
    assert "seed-1 is damaged" in said.err


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("t.xlsx", "The name of a table ends in .parquet or .csv, not 't.xlsx'"),
        ("t.parqet", "did you mean '.parquet'?"),
        ("table", "not 'table'; known: .parquet, .csv"),
        ("no/such/t.csv", "There is no folder"),
        ("folder.csv", "is a folder; name a file to write."),
    ],
)
def test_a_file_that_cannot_be_written(specit, store, tmp_path, file, words):
    (tmp_path / "folder.csv").mkdir()
    said = specit("runs", "export", tmp_path / file, "--store", store)
    assert said.code == 2
    assert words in " ".join(said.err.split())


def test_without_pyarrow_one_sentence(specit, store, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = specit("runs", "export", tmp_path / "t.parquet", "--store", store)
    assert said.code == 2
    assert "pip install 'specit-ml[parquet]'; or write a .csv file." in " ".join(said.err.split())
    assert specit("runs", "export", tmp_path / "t.csv", "--store", store).code == 0


def test_a_failed_write_leaves_the_old_file(specit, store, tmp_path, monkeypatch):
    file = tmp_path / "t.csv"
    file.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    said = specit("runs", "export", file, "--store", store)
    assert said.code == 2
    assert "No space left on device" in said.err
    assert file.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".tmp")] == []
