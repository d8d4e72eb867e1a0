"""Models of whole markets, estimated, verified and judged: whether risk is forecast as it comes.

Limits on shares of portfolios are those that the engine has to meet, not what it happens to reach; the data and the
seeds are fixed. Parameters are those of the profiles.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from program import Program
from vendors import configuration

EQUITY300 = {
    "return": "returns", "close": "adj_close", "volume": "adj_volume", "shares": "adj_shares_outstanding",
    "market_cap": "market_cap", "industry": "industry", "book_equity": "book_equity", "eps_ntm": "eps_ntm",
}  # fmt: skip
FF49_STYLES = ["log_size", "log_bm", "mom_12_2", "vol_12", "rev_1"]


def judged(program: Program, config: str, model: str = "model", *flags: object) -> tuple[dict[str, dict[str, Any]], pd.DataFrame]:
    """Estimates, verifies and evaluates: the summary by family, and the table of portfolios."""
    program.ok("estimate", "--config", config, "--out", model)
    program.ok("verify", model)
    summary = program.ok("evaluate", model, "--out", f"{model}-evaluation", "--json", *flags).json()
    assert summary["in_sample"] == 0
    portfolios = pd.read_parquet(program.folder / f"{model}-evaluation/portfolios.parquet")
    return {family["name"]: family for family in summary["families"]}, portfolios


def inside(portfolios: pd.DataFrame, family: str) -> float:
    """The share of a family's portfolios inside their 95 % intervals, widened for kurtosis."""
    rows = portfolios[portfolios["family"] == family].dropna(subset=["bias", "bias_lower"])
    assert len(rows) >= 100
    return float(rows["bias"].between(rows["bias_lower"], rows["bias_upper"]).mean())


def of_panel(folder: Path, panel: dict[str, Any], name: str = "config.yaml", **more: object) -> str:
    """Writes the configuration of a model of a panel."""
    document = {"version": 1, "frequency": "daily", "data": {"panel": panel}} | more
    (folder / name).write_text(json.dumps(document, indent=1))
    return name


def simulated(program: Program, **size: int) -> dict[str, Any]:
    """Writes a market whose parameters are constant, and returns the section of a configuration that reads it."""
    flags = [part for name, value in size.items() for part in (f"--{name}", value)]
    program.ok("simulate", "--mode", "gauss_static", "--out", "market", *flags)
    styles = [f"S{number:02d}" for number in range(size["styles"])]
    return {
        "path": "market/panel.parquet", "groups": ["industry"], "styles": styles,
        "universe": "in_estimation_universe",
        "columns": {"date": "date", "asset": "asset", "return": "ret", "cap": "market_cap"},
    }  # fmt: skip


def test_dollar_neutral_portfolios_of_a_static_market_are_calibrated(program: Program) -> None:
    """At least 90 % inside their intervals, and nothing biased on the whole."""
    panel = simulated(program, assets=300, periods=504, industries=10, styles=5, seed=1)
    families, portfolios = judged(program, of_panel(program.folder, panel))
    assert inside(portfolios, "random dollar-neutral") >= 0.9
    # Means over hundreds of portfolios; their common error is that of volatilities over some 60 effective periods.
    for family in ("assets", "random dollar-neutral", "random-alpha optimized"):
        assert families[family]["mean_bias"] == pytest.approx(1, abs=0.05), family


def test_portfolios_of_factors_are_calibrated_where_factors_are_many_and_noisy(program: Program) -> None:
    """Factor returns of thin industries are half estimation noise, which the idio risk of a portfolio has already."""
    panel = simulated(program, assets=300, periods=504, industries=30, styles=8, seed=2)
    families, _ = judged(program, of_panel(program.folder, panel))
    series, portfolios = families["factor returns"]["mean_bias"], families["factor portfolios"]["mean_bias"]
    assert series == pytest.approx(1, abs=0.03)
    # What is held at the forecast is what the regression holds but for the weights, so both biases are nearly one.
    assert portfolios == pytest.approx(series, abs=0.05)


def test_eigenfactor_adjustment_reduces_the_bias_of_minimum_variance(program: Program) -> None:
    """Of 39 factors from one to two years of days; the same portfolios' returns but for the adjustment."""
    panel = simulated(program, assets=300, periods=504, industries=30, styles=8, seed=2)
    config = of_panel(program.folder, panel)
    plain = of_panel(program.folder, panel, "plain.yaml", factor_covariance={"eigenfactor": "off"})
    adjusted = judged(program, config)[0]["minimum variance"]
    unadjusted = judged(program, plain, "plain")[0]["minimum variance"]
    print(f"minimum variance: bias {unadjusted['mean_bias']:.3f} without, {adjusted['mean_bias']:.3f} with")
    assert 1 < adjusted["mean_bias"] < unadjusted["mean_bias"] - 0.02
    assert adjusted["qlike"] < unadjusted["qlike"]


def test_equity300_from_raw_data(program: Program, shared: Path) -> None:
    """At least 90 % of dollar-neutral portfolios inside their intervals.

    Forecasts of the profile are of a month's volatility, serial correlation included, and are held against a month's
    returns; those held against a day's are estimated without lags.
    """
    source = {
        "name": "raw", "kind": "daily", "path": str(shared / "data/equity300/raw.parquet"), "columns": EQUITY300,
    }  # fmt: skip
    one_day = {"newey_west_lags": 0}
    loadings = {"profile": "equity-compact", "winsorize": {"method": "quantile", "tail": 0.01}}
    config = configuration(
        program.folder, source, loadings=loadings, idio={"variance": one_day},
        factor_covariance={"volatility": one_day, "correlation": one_day},
    )  # fmt: skip
    families, portfolios = judged(program, config)
    assert inside(portfolios, "random dollar-neutral") >= 0.9
    months = judged(program, configuration(program.folder, source, loadings=loadings), "months", "--horizon", 21)[1]
    assert inside(months, "random dollar-neutral") >= 0.9
    assert families["index"]["judgement"] == "calibrated"
    assert families["factor returns"]["judgement"] == "calibrated"


def test_a_market_with_everything_in_it_is_calibrated_over_months(program: Program) -> None:
    """From vendors' tables with errors, over regimes, fat tails and serial correlation, which forecasts of a month have.

    At least 90 % of factors, random and minimum-variance portfolios inside their intervals. A guard against changes and no
    sharp test: long-only portfolios have the luck of one market, and of 48 months its bias may be 0.8 or 1.2.
    """
    program.ok("simulate", "--mode", "full", "--assets", 200, "--periods", 2016, "--industries", 8, "--styles", 4,
               "--seed", 4, "--out", "market")
    _, portfolios = judged(program, "market/config.yaml", "model", "--horizon", 21)
    families = ["factor returns", "factor portfolios", "random long-only", "random dollar-neutral", "minimum variance"]
    rows = portfolios[portfolios["family"].isin(families)].dropna(subset=["bias", "bias_lower"])
    assert set(rows["family"]) == set(families) and len(rows) == 2 * 13 + 201
    assert rows["bias"].between(rows["bias_lower"], rows["bias_upper"]).mean() >= 0.9


def test_monthly_returns_of_real_industries(program: Program, shared: Path) -> None:
    """Fifty years of 49 industries: factors, index and minimum variance calibrated, losses near those of right forecasts.

    Styles are standardized by month, as loadings are. Industries of a sector move together more than the factors say, so
    dollar-neutral portfolios are not expected to be inside their intervals.
    """
    frame = pd.read_csv(shared / "data/ff49.csv", parse_dates=["date"])
    month, cap = frame["date"], frame["cap"]
    for style in FF49_STYLES:
        mean = (frame[style] * cap).groupby(month).sum() / cap.groupby(month).sum()
        frame[style] = (frame[style] - month.map(mean)) / month.map(frame.groupby(month)[style].std())
    frame.to_parquet(program.folder / "panel.parquet")
    panel = {
        "path": "panel.parquet", "groups": ["sector"], "styles": FF49_STYLES,
        "columns": {"date": "date", "asset": "asset", "return": "ret", "cap": "cap"},
    }  # fmt: skip
    config = of_panel(program.folder, panel, frequency="monthly", lag=0)
    families, _ = judged(program, config)
    for family in ("factor portfolios", "index", "random long-only", "minimum variance"):
        assert families[family]["judgement"] == "calibrated", families[family]
    # What right forecasts of normal returns have, 1.270, and the cost of fat tails and of risk that changes.
    for family in ("factor portfolios", "assets", "labels", "random dollar-neutral", "random-alpha optimized"):
        assert families[family]["qlike"] < 1.45, families[family]
        assert families[family]["mean_bias"] == pytest.approx(1, abs=0.08), families[family]
    assert np.isfinite(families["eigen-portfolios of F"]["mean_bias"])
