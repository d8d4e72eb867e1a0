"""Comparing what the program wrote with the second implementation."""

from __future__ import annotations

import numpy as np
import pandas as pd
from program import Results
from reference import EXCLUSIONS, Period

ROUNDING = 1e-10
"""Relative to the size of what is compared: 1e3 roundings at a condition below 1e3, with a margin."""


def assert_agrees(results: Results, expected: list[Period], tolerance: float = ROUNDING) -> int:
    """Compares every table of the results; gives the number of periods that were estimated."""
    periods = results.table("periods").to_pylist()
    factors = results.table("factor_returns").to_pandas().set_index("date")
    statistics = {
        date: frame.set_index("factor") for date, frame in results.table("factor_statistics").to_pandas().groupby("date")
    }
    idio = results.table("idio_returns").to_pandas()
    estimated = 0
    assert [row["date"] for row in periods] == [period.date.date() for period in expected]
    for row, period in zip(periods, expected):
        assert row["asset_count"] == period.asset_count, period.date
        assert {name: row[f"excluded_{name}"] for name in EXCLUSIONS} == period.excluded, period.date
        day = period.date.date()
        rows = idio[idio["date"] == day].set_index("asset")
        if period.f is None:
            assert row["outcome"] == "failed: too few assets"
            assert factors.loc[day].isna().all() and rows.empty
            continue
        estimated += 1
        assert row["outcome"] == "estimated"
        assert row["factor_count"] == len(period.names)
        close(factors.loc[day, period.names], period.f, period.se * tolerance)
        assert factors.loc[day].drop(period.names).isna().all()
        table = statistics[day].loc[period.names]
        close(table["factor_return"], period.f, period.se * tolerance)
        close(table["standard_error"], period.se, period.se * tolerance)
        close(table["t_statistic"], period.f / period.se, (1 + abs(period.f / period.se)) * tolerance)
        if not np.isnan(period.vif).any():
            close(table["vif"], period.vif, period.vif * tolerance)
            assert (table["vif"] >= 1 - tolerance).all()
        for name in ("r2", "r2_centered"):
            close(row[name], getattr(period, name), tolerance)
        close(row["idio_std"], period.idio_std, period.idio_std * tolerance)
        pd.testing.assert_index_equal(rows.index, period.idio.index, check_names=False)
        close(rows["idio_return"], period.idio, period.se.max() * 10 * tolerance)
        assert (rows["in_regression"] == period.regressed).all()
    return estimated


def close(found: object, expected: object, bound: object) -> None:
    """Requires numbers to differ by no more than a bound."""
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    difference = np.abs(found - expected)
    assert (difference <= np.asarray(bound)).all(), f"{difference.max()} apart:\n{found}\n{expected}"
