"""Models from vendors' tables: an update gives what one estimate gives, and nothing stored depends on the future."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from models import Model, assert_same_models, assert_same_tables
from program import Program

MARKET = ("--assets", 50, "--periods", 120, "--industries", 4, "--styles", 2, "--seed", 5, "--mode", "full")
KNOWN = {
    "vendor_a/daily": "date", "vendor_b/daily": "date", "actions": "ex_date", "risk_free": "date", "fx": "date",
    "fundamentals": "knowledge_date",
}
"""Each table's column of the day on which a row became known."""


def simulated(program: Program, **idio: object) -> list[pd.Timestamp]:
    """A market's vendors in `m`, with a configuration that ends the iterated span at the 45th date; its dates."""
    program.ok("simulate", *MARKET, "--out", "m", "--error-rate", 60)
    folder = program.folder / "m"
    days = sorted(pq.read_table(folder / "raw/risk_free.parquet", columns=["date"])["date"].unique().to_pylist())
    options = {"initial": f"'{days[45]}'", **idio}
    # Correlations need a history; these have it at once.
    (folder / "config.yaml").write_text(
        (folder / "config.yaml").read_text()
        + f"idio: {{{', '.join(f'{key}: {value}' for key, value in options.items())}}}\n"
        + "factor_covariance: {eigenfactor: {simulations: 10, every: 10}}\n")
    return [pd.Timestamp(day) for day in days]


def split(folder: Path, out: Path, first: pd.Timestamp | None, last: pd.Timestamp | None) -> None:
    """Writes the rows of each table that became known after one date and up to another."""
    for name, column in KNOWN.items():
        table = pq.read_table(folder / f"raw/{name}.parquet")
        keep = np.ones(table.num_rows, bool)
        days = table[column].to_pandas().astype("datetime64[ns]")
        if first is not None:
            keep &= (days > first).to_numpy()
        if last is not None:
            keep &= (days <= last).to_numpy()
        path = out / f"raw/{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table.filter(pa.array(keep)), path)


def copy_configuration(program: Program, out: str) -> None:
    """The market's configuration beside other tables."""
    (program.folder / out).mkdir(exist_ok=True)
    (program.folder / out / "config.yaml").write_bytes((program.folder / "m/config.yaml").read_bytes())


@pytest.mark.parametrize("resent", [False, True])
def test_what_was_published_after_the_last_day_waits_for_the_next(program: Program, resent: bool) -> None:
    """Rows of a weekend, and announced ones of the next week, in the first data; given again by the update, or not."""
    days = simulated(program)
    friday = next(day for day in days[85:] if day.day_of_week == 4)
    path = program.folder / "m/raw/fundamentals.parquet"
    published = pq.read_table(path)
    known = published["knowledge_date"].to_pandas().astype("datetime64[ns]")
    week = ((known > friday) & (known <= friday + pd.Timedelta(days=7))).to_numpy()
    assert week.sum() >= 3, "nothing was published that week"
    # What came out in the week comes out on the weekend before it.
    known[week] = friday + pd.Timedelta(days=1)
    dates = pa.array(known.dt.date, pa.date32())
    published = published.set_column(published.column_names.index("knowledge_date"), "knowledge_date", dates)
    pq.write_table(published.take(pa.array(known.argsort(kind="stable").to_numpy())), path)
    program.ok("estimate", "--config", "m/config.yaml", "--out", "whole")
    split(program.folder / "m", program.folder / "old", None, friday + pd.Timedelta(days=2))
    actions = pq.read_table(program.folder / "m/raw/actions.parquet")
    ahead = actions["ex_date"].to_pandas().astype("datetime64[ns]") <= friday + pd.Timedelta(days=7)
    pq.write_table(actions.filter(pa.array(ahead.to_numpy())), program.folder / "old/raw/actions.parquet")
    copy_configuration(program, "old")
    program.ok("estimate", "--config", "old/config.yaml", "--out", "grown")
    split(program.folder / "m", program.folder / "new", friday if resent else friday + pd.Timedelta(days=2), None)
    if not resent:
        pq.write_table(actions.filter(pa.array(~ahead.to_numpy())), program.folder / "new/raw/actions.parquet")
    # What waits already is nothing new; more of it would be lost.
    assert "nothing new" in program.ok("update", "grown", "--data", "old").out
    shutil.copytree(program.folder / "old", program.folder / "weekend")
    late = pq.read_table(program.folder / "old/raw/fundamentals.parquet")
    sunday = pa.array([(friday + pd.Timedelta(days=2)).date()], pa.date32())
    more = late.slice(0, 1).set_column(late.column_names.index("knowledge_date"), "knowledge_date", sunday)
    pq.write_table(pa.concat_tables([late, more]), program.folder / "weekend/raw/fundamentals.parquet")
    program.fails(65, "update", "grown", "--data", "weekend", says=("grown", str(friday)[:10], "no trading day"))
    program.ok("update", "grown", "--data", "new")
    assert_same_models(Model(program.folder / "whole"), Model(program.folder / "grown"))


@pytest.mark.parametrize("overlap", [0, 12])
def test_updates_give_what_one_estimate_gives(program: Program, overlap: int) -> None:
    """Each table split by the day on which its rows became known; new rows alone, or with some that are known."""
    days = simulated(program, correlation_window=60, correlation_observations=20, correlation_every=7)
    program.ok("estimate", "--config", "m/config.yaml", "--out", "whole", "--threads", 2)
    cuts = [88, 101, 102]
    split(program.folder / "m", program.folder / "old", None, days[cuts[0]])
    copy_configuration(program, "old")
    program.ok("estimate", "--config", "old/config.yaml", "--out", "grown", "--threads", 1)
    for place, cut in enumerate(cuts):
        last = days[cuts[place + 1]] if place + 1 < len(cuts) else None
        split(program.folder / "m", program.folder / "new", days[cut - overlap], last)
        program.ok("update", "grown", "--data", "new", "--threads", 1 + place % 2)
    assert_same_models(Model(program.folder / "whole"), Model(program.folder / "grown"))
    program.ok("verify", "grown")
    program.ok("evaluate", "grown")


def test_the_configurations_own_paths_are_read_again(program: Program) -> None:
    """Where vendors' files grow in place, an update needs no other word."""
    days = simulated(program)
    program.ok("estimate", "--config", "m/config.yaml", "--out", "whole")
    split(program.folder / "m", program.folder / "live", None, days[100])
    copy_configuration(program, "live")
    program.ok("estimate", "--config", "live/config.yaml", "--out", "grown")
    told = program.ok("update", "grown").out
    assert "nothing new" in told and str(days[100])[:10] in told
    split(program.folder / "m", program.folder / "live", None, None)
    elsewhere = Program(program.binary, program.folder / "m")
    elsewhere.ok("update", "../grown")
    assert_same_models(Model(program.folder / "whole"), Model(program.folder / "grown"))


def test_nothing_stored_depends_on_the_future(program: Program) -> None:
    """All that becomes known after a date is made nonsense, missing or left out: what is stored up to it stays."""
    days = simulated(program, correlation_window=60, correlation_observations=20, correlation_every=7)
    folder = program.folder / "m"
    off = ", ".join(
        f"{check}: {{severity: warn}}" for check in ("universe_drift", "missing_drift", "unusual_day"))
    text = (folder / "config.yaml").read_text().replace("checks:\n", f"checks:\n  {off}\n".replace(", ", "\n  "))
    (folder / "config.yaml").write_text(text)
    program.ok("estimate", "--config", "m/config.yaml", "--out", "before")
    before = Model(program.folder / "before")
    random = np.random.default_rng(3)
    for place in sorted(random.choice(np.arange(70, 115), 2, replace=False)):
        cut = days[place]
        copy_configuration(program, "broken")
        for name, column in KNOWN.items():
            table = pq.read_table(folder / f"raw/{name}.parquet").to_pandas()
            later = (pd.to_datetime(table[column]) > cut).to_numpy()
            if name.endswith("daily"):
                for field in ("close", "volume", "market_cap", "return", "book_equity", "net_income_ttm", "eps_ntm"):
                    values = table[field].to_numpy().copy()
                    values[later] *= np.exp(random.normal(0, 0.2, later.sum()))
                    values[later & (random.random(len(table)) < 0.3)] = np.nan
                    table[field] = values
                table.loc[later, "in_estimation_universe"] = (random.random(later.sum()) < 0.8).astype(float)
                table = table[~later | (random.random(len(table)) > 0.1)]
            elif name == "actions":
                table = table[~later | (random.random(len(table)) > 0.5)]
            elif name == "risk_free":
                table.loc[later, "rate"] *= 3
            path = program.folder / f"broken/raw/{name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            schema = pq.read_schema(folder / f"raw/{name}.parquet")
            pq.write_table(pa.Table.from_pandas(table, schema, preserve_index=False), path)
        program.ok("estimate", "--config", "broken/config.yaml", "--out", "after")
        after = Model(program.folder / "after")
        assert_same_tables(before, after, through=cut)
        last = before.frame("periods")["date"].max()
        with pytest.raises(AssertionError):
            assert_same_tables(before, after, through=last)
