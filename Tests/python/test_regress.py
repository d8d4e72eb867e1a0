"""Regressions: the bits of the command line from every kind of table, and no copies where none are needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import FLAGS, REGRESSION, CommandLine
from markets import STYLES

import riskengine
from riskengine._job import Job
from riskengine.tables import as_stream

TABLES = ("factor_returns", "factor_statistics", "idio_returns", "periods")


def bits(table: pa.Table) -> dict[str, Any]:
    """A table's values, numbers by their bytes, so that NaN and signed zeros count."""
    values: dict[str, Any] = {}
    for name in table.column_names:
        column = table[name].combine_chunks()
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_floating(column.type):
            values[name] = (column.is_null().to_pylist(), column.to_numpy(zero_copy_only=False).tobytes())
        else:
            values[name] = column.to_pylist()
    return values


def assert_same(result: riskengine.Regression, folder: Path) -> None:
    """Compares a result with what the command line wrote."""
    for name in TABLES:
        assert bits(getattr(result, name)) == bits(pq.read_table(folder / f"{name}.parquet", partitioning=None)), name


def reader(frame: pd.DataFrame) -> pa.RecordBatchReader:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=100))


def polars(frame: pd.DataFrame) -> object:
    return pytest.importorskip("polars").from_pandas(frame)


def duckdb(frame: pd.DataFrame) -> object:
    return pytest.importorskip("duckdb").connect().from_df(frame)


KINDS: dict[str, Callable[[pd.DataFrame], object]] = {
    "pyarrow": lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
    "record batches": reader,
    "pandas": lambda frame: frame,
    "pandas with an index": lambda frame: frame.set_index(["date", "asset"]),
    "polars": polars,
    "DuckDB": duckdb,
    "shuffled": lambda frame: frame.sample(frac=1, random_state=5),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_gives_the_bits_of_the_command_line(
    kind: str, panel: pd.DataFrame, command: CommandLine, tmp_path: Path
) -> None:
    command.ok("regress", "--panel", "panel.parquet", "--out", "out", *FLAGS)
    result = riskengine.regress(KINDS[kind](panel), **REGRESSION)
    assert_same(result, tmp_path / "out")
    assert result.summary["row_order"] == ("sorted in memory" if kind == "shuffled" else "by date")


def test_a_path_gives_the_bits_of_the_command_line_for_any_threads(
    panel: pd.DataFrame, command: CommandLine, tmp_path: Path
) -> None:
    command.ok("regress", "--panel", "panel.parquet", "--out", "out", "--robust", "huber", *FLAGS)
    for threads in (1, 2, 5):
        result = riskengine.regress(
            tmp_path / "panel.parquet", out=tmp_path / "own", robust="huber", threads=threads, **REGRESSION)
        assert_same(result, tmp_path / "out")
    written = json.loads((tmp_path / "own" / "manifest.json").read_text())
    expected = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert {table["path"]: table["sha256"] for table in written["tables"]} == {
        table["path"]: table["sha256"] for table in expected["tables"]}


def test_wide_frames_are_a_panel(command: CommandLine, panel: pd.DataFrame, tmp_path: Path) -> None:
    wide = {
        name: panel.pivot(index="date", columns="asset", values=name)
        for name in ["ret", "market_cap", "industry", "universe", *STYLES]}
    wide["universe"] = wide["universe"].astype("boolean")
    command.ok("regress", "--panel", "panel.parquet", "--out", "out", *FLAGS)
    assert_same(riskengine.regress(wide, **REGRESSION), tmp_path / "out")


def test_wide_frames_of_different_dates_are_refused(panel: pd.DataFrame) -> None:
    wide = panel.pivot(index="date", columns="asset", values="ret")
    with pytest.raises(ValueError, match="'beta' has other dates or assets than 'ret'"):
        riskengine.long({"ret": wide, "beta": wide.iloc[1:]})


def test_memberships_may_be_in_memory(panel: pd.DataFrame, command: CommandLine, tmp_path: Path) -> None:
    assets = sorted(panel["asset"].unique())
    shares = pd.DataFrame([
        {"asset": asset, "industry": label, "fraction": fraction}
        for place, asset in enumerate(assets)
        for label, fraction in ([("Banks", 0.25), ("Energy", 0.75)] if place % 3 else [("Retail", 1.0)])])
    shares.to_parquet(tmp_path / "shares.parquet")
    command.ok(
        "regress", "--panel", "panel.parquet", "--out", "out", *FLAGS, "--membership", "industry=shares.parquet")
    result = riskengine.regress(panel, memberships={"industry": shares}, **REGRESSION)
    assert_same(result, tmp_path / "out")


@pytest.mark.parametrize("kind", ["pyarrow", "polars", "pandas"])
def test_numbers_are_read_where_they_lie(kind: str) -> None:
    values = np.random.default_rng(1).normal(size=50_000)
    pyarrow_table = pa.table({"ret": pa.array(values)})
    table: object = pyarrow_table
    if kind == "polars":
        table = pytest.importorskip("polars").from_arrow(pyarrow_table)
    elif kind == "pandas":
        table = pd.DataFrame({"ret": values}, copy=False)
        values = table["ret"].to_numpy()
    job = Job("regress", {})
    job.add_table("panel", as_stream(table))
    assert job.address("panel", "ret") == values.ctypes.data


def test_missing_numbers_cost_a_copy_and_nothing_else() -> None:
    table = pa.table({"ret": pa.array([1.0, None, 3.0])})
    job = Job("regress", {})
    job.add_table("panel", table)
    assert job.address("panel", "ret") not in (0, table["ret"].chunk(0).buffers()[1].address)


def test_integer_assets_stay_integers(panel: pd.DataFrame) -> None:
    result = riskengine.regress(panel.assign(asset=panel["asset"].astype("int32")), **REGRESSION)
    assert result.idio_returns["asset"].type == pa.int32()
