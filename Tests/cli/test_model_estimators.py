"""The estimators of a model against a second implementation in NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from markets import write
from model_reference import (
    Iterated, Step, divisors, factor_covariance, idio_volatility, regress, sections, walk_forward)
from models import Model, configuration, dates_of, history
from program import Program

PLAIN_IDIO = {"structural": False, "bayesian_shrinkage": "off", "regime_half_life": "off", "correlations": "off"}
PLAIN_FACTORS = {"eigenfactor": "off", "denoise": False, "regime_half_life": "off"}


@dataclass
class Walked:
    """A history, its model, and what the second implementation makes of it."""

    frame: pd.DataFrame
    model: Model
    steps: list[Step]
    first: Iterated


def settled_history() -> pd.DataFrame:
    """A history in which every asset has a full past or none at the 45th date; some come back after a long absence."""
    frame = history(assets=40, dates=150, seed=4)
    days = dates_of(frame)
    day = frame["date"].map({date: place for place, date in enumerate(days)})
    number = frame["asset"].astype(int)
    # The history has these away from the 20th date on: they start late instead, and pause again.
    back = number % 10 == 5
    away = back & (day < 48) | (number % 10 == 1) & (day > 45) & (day < 45 + 66 + number)
    frame = frame[~away].reset_index(drop=True)
    frame.loc[frame["industry"] == "Aerospace", "industry"] = "Retail"
    return frame


@pytest.fixture(scope="module")
def walked(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """A walk-forward model without adjustments."""
    folder = tmp_path_factory.mktemp("estimators")
    frame = settled_history()
    write(frame, folder / "panel.parquet")
    config = configuration(
        folder, idio={"initial": str(dates_of(frame)[45])[:10], "half_life": 60, **PLAIN_IDIO},
        factor_covariance=PLAIN_FACTORS, regression={"missing_cap_limit": "off"})
    Program(binary, folder).ok("estimate", "--config", config, "--out", "model")
    model = Model(folder / "model")
    steps, first = walk_forward(sections(frame), pd.Timestamp(model.metadata["split_date"]), 60)
    return Walked(frame, model, steps, first)


def test_walk_forward_is_a_loop(walked: Walked) -> None:
    """Iterated span, new assets, assets that return, guards: the same factor returns and counts."""
    model, steps, first = walked.model, walked.steps, walked.first
    split = pd.Timestamp(model.metadata["split_date"])
    assert model.metadata["convergence"]["iterations"] == first.passes
    assert model.metadata["convergence"]["converged"] is True
    periods = model.frame("periods").set_index("date")
    assert (periods["outcome"] == "estimated").all()
    factors = model.frame("factor_returns").set_index("date")
    idio = model.frame("idio_returns").set_index(["date", "asset"])["idio_return"]
    for step, (date, row) in zip(steps, periods.iterrows(), strict=True):
        found = factors.loc[date, step.fit.f.index]
        # Both end iterations at the same pass; what is left is rounding at conditions of 1e3.
        assert np.abs(found - step.fit.f).max() < 1e-11, date
        assert np.abs(idio.loc[date] - step.fit.e[idio.loc[date].index]).max() < 1e-11, date
        counts = (row["new_assets"], row["returning_assets"], row["left_out_for_leverage"])
        assert counts == (step.new, step.returning, step.left_out), date
    late = periods[periods.index > split]
    assert late["new_assets"].sum() > 0 and late["returning_assets"].sum() > 0


def test_idio_risk_is_an_average_over_time(walked: Walked) -> None:
    """Exponential weights by calendar, the ratio for serial correlation, both from idio returns over their leverage."""
    model, steps = walked.model, walked.steps
    dates = model.frame("periods")["date"]
    rows = {}
    for date, step in zip(dates, steps):
        # The idio return of an asset that is not regressed varies more, not less.
        d = divisors(step.leverage.to_numpy(), step.fit.regressed.to_numpy())
        rows[date] = step.fit.e / np.sqrt(np.where(d > 0, d, np.nan))
    returns = pd.DataFrame(rows).T.sort_index()
    idio = model.frame("idio_risk")
    for date in [idio["date"].min(), dates.iloc[110], dates.iloc[-1]]:
        table = idio[idio["date"] == date].set_index("asset")
        expected = idio_volatility(returns.loc[:date].reindex(columns=table.index))
        assert (table["observations"] == expected["observations"]).all()
        known = table.index[table["observations"] >= 20]
        assert len(known) > 20
        for column in ("time_series", "newey_west_ratio"):
            assert np.allclose(table.loc[known, column], expected.loc[known, column], rtol=1e-9, atol=0), (date, column)
        assert np.allclose(table.loc[known, "idio_risk"], expected.loc[known, "time_series"], rtol=1e-9, atol=0)


def test_factor_covariance_is_an_average_over_time(walked: Walked) -> None:
    """Newey-West volatilities and correlations of their own half-lives, under the snapshot's constraint."""
    frame, model = walked.frame, walked.model
    series = model.frame("factor_returns").set_index("date")
    covariances = sorted(model.frame("factor_covariance")["date"].unique())
    assert len(covariances) == 149 - 62
    for date in [covariances[0], covariances[40], covariances[-1]]:
        rows = frame[(frame["date"] == date) & (frame["market_cap"] > 0)]
        rows = rows.dropna(subset=["beta", "momentum", "size", "industry"])
        expected = factor_covariance(series.loc[:date], rows.groupby("industry")["market_cap"].sum())
        found = model.covariance(date)
        assert np.abs(found - expected.loc[found.index, found.columns]).to_numpy().max() < 1e-10 * np.abs(
            expected).to_numpy().max()


def test_full_histories_need_no_pull(program: Program) -> None:
    """Monthly data: 40 periods are enough for correlations of their own; no lags, one period's horizon."""
    frame = history(assets=30, dates=60, holes=False)
    frame.loc[frame["industry"] == "Aerospace", "industry"] = "Retail"
    days = dates_of(frame)
    months = pd.bdate_range("2010-01-29", periods=len(days), freq="BME")
    frame["date"] = frame["date"].map(dict(zip(days, months)))
    write(frame, program.folder / "panel.parquet")
    config = configuration(
        program.folder, frequency="monthly", factor_covariance=PLAIN_FACTORS,
        idio={"estimation": "off", **PLAIN_IDIO}, regression={"weights": "equal", "missing_cap_limit": "off"})
    program.ok("estimate", "--config", config, "--out", "model")
    model = Model(program.folder / "model")
    series = model.frame("factor_returns").set_index("date")
    for period in sections(frame):
        fit = regress(period, pd.Series(1.0, period.returns.index))
        assert np.abs(series.loc[period.date, fit.f.index] - fit.f).max() < 1e-12
    for date in (months[40], months[-1]):
        rows = frame[frame["date"] == date]
        expected = factor_covariance(
            series.loc[:date], rows.groupby("industry")["market_cap"].sum(), variance=(36, 0), correlation=(120, 0),
            common=36, horizon=1)
        found = model.covariance(date)
        assert np.abs(found - expected.loc[found.index, found.columns]).to_numpy().max() < 1e-10 * np.abs(
            expected).to_numpy().max()
    assert model.metadata["periods_per_year"] == 12
