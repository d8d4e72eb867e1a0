"""Regressions of real panels equal what other libraries found; the data lie beside the repository."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from agreement import close
from program import Program

EXCLUDED = ["universe", "no_earlier_row", "return", "loading", "cap", "label"]


def read(path: Path) -> pd.DataFrame:
    """A reference table by date."""
    table = pd.read_csv(path) if path.suffix == ".csv" else pq.read_table(path).to_pandas()
    table["date"] = pd.to_datetime(table["date"]).dt.date
    return table.set_index("date")


def test_industry_portfolios_equal_statsmodels(program: Program, shared: Path) -> None:
    """49 industry portfolios, month by month: returns and residuals to rounding, statistics to nine digits."""
    reference = shared / "reference" / "ff49-wls"
    results = program.regress(
        shared / "data" / "ff49_2000on_panel.csv", "--lag", "0", "--cap", "cap", "--groups", "sector",
        "--styles", "z_log_size,z_log_bm,z_mom_12_2,z_vol_12")
    returns = read(reference / "factor_returns.csv")
    found = results.table("factor_returns").to_pandas().set_index("date")
    assert list(found.columns) == list(returns.columns)
    pd.testing.assert_index_equal(found.index, returns.index)
    close(found, returns, 1e-12)

    statistics = results.table("factor_statistics").to_pandas()
    for column, name in (("standard_error", "se"), ("t_statistic", "tstats")):
        expected = read(reference / f"{name}.csv")
        wide = statistics.pivot(index="date", columns="factor", values=column)[list(expected.columns)]
        close(wide, expected, 1e-9 * expected.abs())
    assert (statistics["vif"] >= 1 - 1e-12).all()

    periods = results.table("periods").to_pandas().set_index("date")
    fits = read(reference / "r2.csv")
    close(periods["r2"], fits["r2_weighted_uncentered"], 1e-9 * fits["r2_weighted_uncentered"].abs())
    close(periods["r2_centered"], fits["r2_weighted_centered"], 1e-9 * fits["r2_weighted_centered"].abs())
    assert (periods["outcome"] == "estimated").all()

    residuals = read(reference / "residuals.csv")
    idio = results.table("idio_returns").to_pandas()
    assert idio["in_regression"].all()
    close(idio.pivot(index="date", columns="asset", values="idio_return")[list(residuals.columns)], residuals, 1e-12)


def test_a_daily_equity_panel_equals_statsmodels(program: Program, shared: Path) -> None:
    """300 assets with late listings and gaps, loadings of the day before, an estimation universe."""
    data = shared / "data" / "equity300"
    results = program.regress(
        data / "panel.parquet", "--universe", "in_estimation_universe", "--cap", "market_cap", "--groups", "industry",
        "--styles", "beta,momentum,size,volatility,value,nonlinear_size")
    expected = read(data / "factor_returns.parquet")
    found = results.table("factor_returns").to_pandas().set_index("date")
    assert list(found.columns) == list(expected.columns)
    close(found.loc[expected.index], expected, 1e-9)
    others = found.drop(expected.index)
    assert others.isna().all(axis=None)

    scores = read(data / "scores.parquet")
    periods = results.table("periods").to_pandas().set_index("date").loc[scores.index]
    assert (periods["asset_count"] == scores["n_assets"]).all()
    close(periods["r2"], scores["r2"], 1e-9)

    keys = ["date", "asset"]
    idio = results.table("idio_returns").to_pandas()
    idio = idio[idio["in_regression"]].set_index(keys)["idio_return"].sort_index()
    reference = pq.read_table(data / "idio_returns.parquet").to_pandas().set_index(keys)["idio_return"].sort_index()
    pd.testing.assert_index_equal(idio.index, reference.index)
    close(idio, reference, 1e-9)


def test_every_row_of_a_panel_with_gaps_is_accounted_for(program: Program, shared: Path) -> None:
    """On each date the rows are those regressed and those excluded."""
    path = shared / "data" / "ff49_full_with_gaps.csv"
    flags = ("--cap", "cap", "--groups", "sector", "--styles", "log_size,log_bm,mom_12_2,vol_12")
    rows = pd.read_csv(path, parse_dates=["date"]).groupby("date").size()
    for lag in (0, 1):
        results = program.regress(path, *flags, "--lag", lag, out=f"lag{lag}")
        periods = results.table("periods").to_pandas()
        total = periods["asset_count"] + sum(periods[f"excluded_{name}"] for name in EXCLUDED)
        assert list(periods["date"]) == [day.date() for day in rows.index[lag:]]
        assert (total.to_numpy() == rows.to_numpy()[lag:]).all()
        assert (periods["outcome"] == "estimated").mean() > 0.9
        estimated = results.table("idio_returns").to_pandas()
        counts = estimated[estimated["in_regression"]].groupby("date").size()
        solved = periods[~periods["outcome"].str.startswith("failed")].set_index("date")["asset_count"]
        assert (counts == solved).all()
        assert np.isfinite(estimated["idio_return"]).all()
