"""The vendors' tables of synthetic markets: what is written, and that the labels of errors are all that is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from program import Program, read_table

SMALL = ("--assets", 80, "--periods", 150, "--industries", 5, "--styles", 11, "--seed", 3)
TABLES = {"vendor_a/daily", "vendor_b/daily", "actions", "risk_free", "fx", "fundamentals"}
KEY = ["date", "asset"]


def raw(folder: Path, name: str) -> pd.DataFrame:
    """A vendors' table."""
    return read_table(folder / "raw" / f"{name}.parquet").to_pandas()


def errors(folder: Path) -> pd.DataFrame:
    """The labels of all errors."""
    return read_table(folder / "truth" / "errors.parquet").to_pandas()


def excess_returns(folder: Path, daily: pd.DataFrame) -> pd.DataFrame:
    """What a holder earns over each day by closes and actions, less the risk-free return known the day before."""
    actions = raw(folder, "actions").rename(columns={"ex_date": "date"})
    splits = actions[actions["type"] == "split"][KEY + ["ratio"]]
    dividends = actions[actions["type"] == "dividend"][KEY + ["cash"]]
    rates = raw(folder, "risk_free")
    rates = rates[rates["currency"] == "USD"].set_index("date")["rate"].shift(1).rename("riskless").reset_index()
    frame = daily.merge(splits, on=KEY, how="left").merge(dividends, on=KEY, how="left").merge(rates, on="date")
    frame["number"] = frame["date"].map({date: n for n, date in enumerate(sorted(rates["date"]))})
    before = frame.groupby("asset")[["close", "number"]].shift(1)
    frame["excess"] = (
        (frame["ratio"].fillna(1) * frame["close"] + frame["cash"].fillna(0)) / before["close"] - 1 - frame["riskless"])
    return frame[before["number"] == frame["number"] - 1]


def test_the_full_mode_writes_vendors_and_others_on_demand(program: Program) -> None:
    """And each can be told otherwise; the panel does not depend on it."""
    for mode, flags, expected in [
            ("full", (), True), ("full", ("--no-raw",), False), ("exact", (), False), ("exact", ("--raw",), True)]:
        out = "-".join((mode, *flags))
        program.ok("simulate", *SMALL, "--mode", mode, *flags, "--out", out)
        folder = program.folder / out
        assert (folder / "raw").is_dir() == expected
        assert (folder / "config.yaml").is_file() == expected
        assert (folder / "truth" / "errors.parquet").is_file() == expected
        if expected:
            found = {str(path.relative_to(folder / "raw")) for path in (folder / "raw").rglob("*.parquet")}
            assert found == {f"{name}.parquet" for name in TABLES}
    for mode, other in [("full", "--no-raw"), ("exact", "--raw")]:
        one, two = (program.folder / name / "panel.parquet" for name in (mode, f"{mode}-{other}"))
        assert one.read_bytes() == two.read_bytes()


def test_clean_vendors_are_the_panel(program: Program) -> None:
    """Closes and actions give its returns; caps, labels and the universe are its own."""
    program.ok("simulate", *SMALL, "--error-rate", 0, "--out", "m")
    folder = program.folder / "m"
    assert len(errors(folder)) == 0
    daily = raw(folder, "vendor_a/daily")
    pd.testing.assert_frame_equal(daily, raw(folder, "vendor_b/daily"), check_exact=True)
    panel = read_table(folder / "panel.parquet").to_pandas()
    merged = excess_returns(folder, daily).merge(panel, on=KEY, suffixes=("", "_panel"))
    known = merged["ret"].notna() & merged["excess"].notna()
    assert known.sum() > 9000
    # Each side is a ratio of prices of double precision: a few units in the last place of 1 + r.
    assert (merged["excess"] - merged["ret"])[known].abs().max() < 16 * np.finfo(float).eps
    told = merged["return"] - merged["riskless"]
    assert (told - merged["ret"])[known].abs().max() < 16 * np.finfo(float).eps
    assert (merged["market_cap"] == merged["market_cap_panel"])[known].all()
    assert (merged["industry"] == merged["industry_panel"]).all()
    assert (merged["in_estimation_universe"] == merged["in_estimation_universe_panel"]).all()
    halted = len(panel) - len(daily)
    assert 0 < halted < 0.03 * len(panel)


def test_labels_are_all_that_is_wrong(program: Program) -> None:
    """Cells that differ from the other vendor's are labelled for one of both, with the value that is shown."""
    program.ok("simulate", *SMALL, "--error-rate", 300, "--out", "m")
    folder = program.folder / "m"
    labels = errors(folder)
    assert list(labels.columns) == [
        "error", "vendor", "table", "date", "asset", "field", "kind", "injected", "true_value", "reported_value"]
    assert sorted(labels["error"].unique()) == list(range(labels["error"].max() + 1))
    daily = {name: raw(folder, f"{name}/daily") for name in ("vendor_a", "vendor_b")}
    numbers = [name for name, kind in daily["vendor_a"].dtypes.items() if kind == np.float64]
    in_daily = labels[labels["table"] == "daily"]
    wrong = {(row.vendor, row.date, row.asset, row.field): row for row in in_daily.itertuples()}
    assert len(wrong) == len(in_daily)

    long = {}
    for name, table in daily.items():
        # Of a row that comes twice the second is the wrong one.
        long[name] = table.drop_duplicates(KEY, keep="last").set_index(KEY)[numbers].stack(future_stack=True)
    both = pd.concat(long, axis=1, join="inner")
    differs = both[~((both["vendor_a"] == both["vendor_b"]) | both.isna().all(axis=1))]
    assert len(differs) > 500
    for (date, asset, field), row in differs.iterrows():
        found = [wrong.get((name, date, asset, field)) for name in daily]
        assert any(found), f"{field} of {asset} on {date} differs without a label"
        for label, value in zip(found, row):
            assert label is None or label.reported_value == value
    # And the other way round: each number that is labelled is in the table as the label says.
    for (name, date, asset, field), label in wrong.items():
        if field in numbers:
            assert long[name][(date, asset, field)] == label.reported_value
            assert label.true_value != label.reported_value


def test_rows_that_should_not_be_there_are_labelled(program: Program) -> None:
    """Duplicates, rows on Saturdays, labels, actions and publications."""
    program.ok("simulate", *SMALL, "--error-rate", 300, "--out", "m")
    folder = program.folder / "m"
    labels = errors(folder)
    panel = read_table(folder / "panel.parquet").to_pandas().set_index(KEY)
    for name in ("vendor_a", "vendor_b"):
        daily = raw(folder, f"{name}/daily")
        own = labels[labels["vendor"] == name]

        def keys(kind: str) -> set[tuple]:
            return set(map(tuple, own[own["injected"] == kind][KEY].to_numpy()))

        twice = daily[daily.duplicated(KEY)]
        assert set(map(tuple, twice[KEY].to_numpy())) == keys("duplicate_row") | keys("conflicting_rows")
        saturdays = daily[pd.to_datetime(daily["date"]).dt.day_of_week == 5]
        assert set(map(tuple, saturdays[KEY].to_numpy())) == keys("non_trading_date") != set()
        assert set(map(tuple, daily[daily["industry"].isna()][KEY].to_numpy())) == keys("blank_industry") != set()
        known = daily.set_index(KEY)["industry"].dropna()
        known = known[known.index.isin(panel.index) & ~known.index.duplicated()]
        odd = known[known != panel["industry"][known.index]]
        assert set(odd.index) == keys("unknown_industry") != set()
        actions = raw(folder, "actions").set_index(["ex_date", "asset"]).index
        assert keys("unadjusted_split") and not any(key in actions for key in keys("unadjusted_split"))
    published = raw(folder, "fundamentals")
    early = published[published["knowledge_date"] < published["fiscal_end"]]
    found = labels[labels["vendor"] == "fundamentals"]
    assert set(map(tuple, early[["knowledge_date", "asset", "item"]].to_numpy())) == set(
        map(tuple, found[KEY + ["field"]].to_numpy())) != set()


def test_default_rates_suit_small_markets(program: Program) -> None:
    """8 candidates of each kind on average in 200 assets over two years, of which some do not suit."""
    program.ok("simulate", "--assets", 200, "--periods", 504, "--industries", 10, "--styles", 2, "--out", "m")
    labels = errors(program.folder / "m")
    first = labels[labels["vendor"] != "vendor_b"]
    counts = first.groupby("injected")["error"].nunique()
    assert len(counts) == 15 and counts.min() >= 2, counts


@pytest.mark.parametrize("kind", ["csv", "feather"])
def test_every_format(program: Program, kind: str) -> None:
    """The configuration names the files that are there."""
    program.ok("simulate", *SMALL, "--format", kind, "--out", "m")
    folder = program.folder / "m"
    text = (folder / "config.yaml").read_text()
    paths = [line.split("path: ")[1] for line in text.splitlines() if "path: " in line]
    assert {path.removeprefix("raw/") for path in paths} == {f"{name}.{kind}" for name in TABLES}
    assert all((folder / path).is_file() for path in paths)


def test_the_same_bits_whatever_the_threads(program: Program) -> None:
    """Of every table."""
    for threads in (1, 2, 3):
        program.ok("simulate", *SMALL, "--error-rate", 100, "--threads", threads, "--out", threads)
    for path in (program.folder / "1").rglob("*.parquet"):
        name = path.relative_to(program.folder / "1")
        for other in ("2", "3"):
            assert path.read_bytes() == (program.folder / other / name).read_bytes(), name


def test_a_market_without_groups_and_styles_has_vendors(program: Program) -> None:
    """Their tables then have no industry."""
    program.ok("simulate", "--assets", 30, "--periods", 10, "--industries", 0, "--styles", 0, "--out", "m")
    assert "industry" not in raw(program.folder / "m", "vendor_a/daily").columns
    assert "groups: []" in (program.folder / "m" / "config.yaml").read_text()


@pytest.mark.parametrize("rate", ["-1", "1e9", "nan"])
def test_bad_rates_are_64_and_named(program: Program, rate: str) -> None:
    """Before anything is made."""
    program.fails(64, "simulate", "--out", "m", f"--error-rate={rate}", says=("--error-rate",))


def test_the_configuration_makes_the_true_loadings(program: Program) -> None:
    """Whatever errors vendors make, by checks, descriptors and normal scores; excess returns are the panel's."""
    program.ok("simulate", *SMALL, "--out", "m")
    program.ok("loadings", "--config", "m/config.yaml", "--out", "found")
    truth = read_table(program.folder / "m" / "panel.parquet").to_pandas()
    found = read_table(program.folder / "found" / "panel.parquet").to_pandas()
    merged = truth.merge(found, on=KEY, suffixes=("", "_found"))
    assert len(merged) > 0.97 * len(truth)
    members = merged[merged["in_estimation_universe"]]
    for style in (f"S{number:02}" for number in range(11)):
        both = members[[style, f"{style}_found"]].dropna()
        assert len(both) > 0.97 * len(members)
        # Normal scores of 80 ranks have a correlation of about 0.99 with the normal numbers behind them.
        assert both.corr().iloc[0, 1] > 0.97, style
    both = merged[["ret", "ret_found"]].dropna()
    assert ((both["ret"] - both["ret_found"]).abs() < 1e-12).mean() > 0.98
