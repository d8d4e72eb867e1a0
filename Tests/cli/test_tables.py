"""The tables have the columns, types, order and rows that readers rely on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from markets import FLAGS, INDUSTRIES, STYLES, arrow, market, write
from program import Program, Results

NUMBERS = {"factor_statistics": ["factor_return", "standard_error", "t_statistic", "vif"]}


@pytest.fixture
def results(program: Program) -> Results:
    """A market whose third date has too few assets."""
    panel = market(dates=6)
    third = sorted(panel["date"].unique())[2]
    panel.loc[(panel["date"] == third) & (panel.index % 8 != 0), "ret"] = None
    write(panel, program.folder / "panel.parquet")
    return program.regress("panel.parquet", *FLAGS)


def kinds(table: pa.Table) -> dict[str, str]:
    """The type of each column in its order."""
    return {column.name: str(column.type) for column in table.schema}


def test_factor_returns_have_a_column_for_each_factor_and_a_row_for_each_date(results: Results) -> None:
    """Market, labels by their bytes, styles in the order given; a failed date has nulls."""
    table = results.table("factor_returns")
    names = ["market", *INDUSTRIES, *STYLES]
    assert kinds(table) == {"date": "date32[day]"} | {name: "double" for name in names}
    assert table.column("date").to_pylist() == sorted(set(market(dates=6)["date"].dt.date))[1:]
    failed = [row for row in table.to_pylist() if row["market"] is None]
    assert len(failed) == 1 and set(failed[0].values()) == {failed[0]["date"], None}


def test_factor_statistics_have_a_row_for_each_date_and_factor(results: Results) -> None:
    """Sorted by date, then by the bytes of the factor."""
    table = results.table("factor_statistics")
    assert kinds(table) == {
        "date": "date32[day]", "factor": "string", "factor_return": "double", "standard_error": "double",
        "t_statistic": "double", "vif": "double",
    }
    keys = list(zip(table.column("date").to_pylist(), table.column("factor").to_pylist()))
    assert keys == sorted(keys, key=lambda key: (key[0], key[1].encode()))
    assert len(keys) == len(set(keys)) == 5 * (1 + len(INDUSTRIES) + len(STYLES))


def test_factor_statistics_and_factor_returns_hold_the_same_numbers(results: Results) -> None:
    """The long table is the wide one in other words."""
    wide = results.table("factor_returns").to_pandas().set_index("date")
    long = results.table("factor_statistics").to_pandas().pivot(index="date", columns="factor", values="factor_return")
    pd.testing.assert_frame_equal(wide, long[wide.columns], check_names=False)


def test_idio_returns_are_sorted_by_date_and_asset(results: Results) -> None:
    """One row for each asset with an idio return, none where the date failed."""
    table = results.table("idio_returns")
    assert kinds(table) == {
        "date": "date32[day]", "asset": "string", "idio_return": "double", "in_regression": "bool"}
    keys = list(zip(table.column("date").to_pylist(), table.column("asset").to_pylist()))
    assert keys == sorted(set(keys))
    assert all(column.null_count == 0 for column in table.columns)
    failed = [row["date"] for row in results.table("periods").to_pylist() if row["outcome"].startswith("failed")]
    assert len(failed) == 1 and failed[0] not in table.column("date").to_pylist()


def test_periods_have_a_row_for_each_date_failed_ones_too(results: Results) -> None:
    """Counts are whole numbers; what a failed date lacks is null."""
    table = results.table("periods")
    counts = [f"excluded_{name}" for name in ("universe", "no_earlier_row", "return", "loading", "cap", "label")]
    assert kinds(table) == {
        "date": "date32[day]", "outcome": "string", "asset_count": "int64", "factor_count": "int64", "r2": "double",
        "r2_centered": "double", "idio_std": "double", "condition": "double", "solver": "string",
    } | {name: "int64" for name in counts}
    assert table.column("outcome").to_pylist().count("failed: too few assets") == 1
    failed = next(row for row in table.to_pylist() if row["outcome"] != "estimated")
    assert {name for name, value in failed.items() if value is None} == {
        "r2", "r2_centered", "idio_std", "condition", "solver"}
    assert set(table.column("solver").to_pylist()) == {"cholesky", None}


def test_missing_numbers_are_null_and_never_nan(results: Results) -> None:
    """Readers that do not take NaN for missing are not misled."""
    for name in ("factor_returns", "factor_statistics", "idio_returns", "periods"):
        for column in results.table(name).columns:
            if pa.types.is_floating(column.type):
                values = column.drop_null().to_pandas()
                assert values.notna().all()


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())], ids=str)
def test_text_assets_stay_text(program: Program, kind: pa.DataType) -> None:
    """Leading zeros and NA are part of an id."""
    panel = market()
    panel["asset"] = panel["asset"].replace({"000003": "NA", "000004": "null"})
    write(arrow(panel, asset=kind), program.folder / "panel.parquet")
    table = program.regress("panel.parquet", *FLAGS).table("idio_returns")
    assert table.schema.field("asset").type == pa.string()
    assert {"000001", "NA", "null"} <= set(table.column("asset").to_pylist())


@pytest.mark.parametrize(
    "kind", [pa.int64(), pa.int32(), pa.int16(), pa.uint32(), pa.uint64()], ids=str)
def test_whole_number_assets_keep_their_type_and_sort_by_value(program: Program, kind: pa.DataType) -> None:
    """So that results join with the panel; 9 comes before 10."""
    panel = market()
    panel["asset"] = panel["asset"].astype(int)
    panel = panel.sample(frac=1, random_state=1).sort_values("date", kind="stable")
    write(arrow(panel, asset=kind), program.folder / "panel.parquet")
    table = program.regress("panel.parquet", *FLAGS, "--factor-portfolios", "2024-01-31").table("idio_returns")
    assert table.schema.field("asset").type == kind
    keys = list(zip(table.column("date").to_pylist(), table.column("asset").to_pylist()))
    assert keys == sorted(set(keys))
    portfolios = Results(program.folder / "out").table("factor_portfolios")
    assert portfolios.schema.field("asset").type == kind


def test_a_label_that_equals_another_name_is_written_with_its_group(program: Program) -> None:
    """`date`, `market`, a style, and a label of an earlier group."""
    panel = market(holes=False)
    panel["industry"] = panel["industry"].replace({"Banks": "date", "Energy": "market", "Retail": "beta"})
    panel["country"] = panel["country"].replace({"CA": "Software", "MX": "industry:beta"})
    write(panel, program.folder / "panel.parquet")
    results = program.regress(
        "panel.parquet", "--cap", "market_cap", "--groups", "industry,country", "--styles", "beta,size")
    assert results.table("factor_returns").schema.names == [
        "date", "market", "Software", "Utilities", "industry:beta", "industry:date", "industry:market",
        "country:Software", "US", "country:industry:beta", "beta", "size"]


def test_without_a_market_no_column_is_named_market(program: Program) -> None:
    """The name stays reserved all the same."""
    write(market(), program.folder / "panel.parquet")
    table = program.regress("panel.parquet", *FLAGS, "--no-market").table("factor_returns")
    assert table.schema.names == ["date", *INDUSTRIES, *STYLES]


def test_a_label_without_members_that_day_is_null(program: Program) -> None:
    """Never 0: the factor has no return on that day; its asset of the next day has no idio return then."""
    panel = market(holes=False)
    days = sorted(panel["date"].unique())
    is_first = panel["date"] == days[0]
    panel.loc[is_first & (panel["industry"] == "Energy"), "universe"] = False
    write(panel, program.folder / "panel.parquet")
    results = program.regress("panel.parquet", *FLAGS, "--universe", "universe")
    column = results.table("factor_returns").column("Energy")
    assert [value.as_py() is None for value in column] == [True] + [False] * 4
    idio = results.table("idio_returns").to_pandas()
    energy = set(panel.loc[panel["industry"] == "Energy", "asset"])
    assert not energy & set(idio.loc[idio["date"] == days[1].date(), "asset"])
    assert energy & set(idio.loc[idio["date"] == days[2].date(), "asset"])
    statistics = results.table("factor_statistics").to_pandas()
    first = statistics[(statistics["date"] == days[1].date()) & (statistics["factor"] == "Energy")]
    assert len(first) == 1 and first.drop(columns=["date", "factor"]).isna().all(axis=None)


def test_the_manifest_tells_what_was_read_how_and_what_was_written(program: Program) -> None:
    """Hashes are those of the files; options are the resolved ones."""
    write(market(), program.folder / "panel.parquet")
    (program.folder / "parts.csv").write_text(
        "asset,country,fraction\n" + "".join(f"{number:06d},US,1\n" for number in range(40)))
    results = program.regress(
        "panel.parquet", *FLAGS, "--groups", "industry,country", "--membership", "country=parts.csv", "--lag", "2",
        "--threads", "2")
    manifest = results.manifest
    assert manifest["producer"] == "riskengine" and manifest["kind"] == "regression"
    assert isinstance(manifest["format_version"], int)
    assert [entry["path"] for entry in manifest["inputs"]] == ["panel.parquet", "parts.csv"]
    for folder, entries in ((program.folder, manifest["inputs"]), (results.folder, manifest["tables"])):
        for entry in entries:
            contents = (folder / entry["path"]).read_bytes()
            assert entry["sha256"] == hashlib.sha256(contents).hexdigest()
            assert entry["bytes"] == len(contents)
    written = sorted(path.name for path in results.folder.iterdir() if path.name != "manifest.json")
    assert sorted(entry["path"] for entry in manifest["tables"]) == written
    assert manifest["options"]["lag"] == "2" and manifest["options"]["weights"] == "sqrt-cap"
    assert manifest["options"]["constraint-weights"] == "cap" and manifest["options"]["return"] == "ret"
    environment = manifest["environment"]
    assert environment["threads"] == 2
    assert all(environment[name] for name in ("version", "blas", "blas_core", "arrow"))
    summary = manifest["summary"]
    assert summary["row_count"] == len(market()) and summary["row_order"] == "by date"
    assert summary["seconds"] and summary["peak_bytes"] > 0
    assert "NaN" not in json.dumps(manifest)


def test_parquet_files_are_read_by_pandas_as_they_are(results: Results) -> None:
    """No index, no metadata needed."""
    frame = pd.read_parquet(Path(results.folder) / "periods.parquet")
    assert len(frame) == 5
