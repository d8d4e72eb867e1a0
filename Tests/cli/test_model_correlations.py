"""Idio returns that covary: which pairs a model has, and that its evaluation counts them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from markets import STYLES, write
from models import Model, configuration, dates_of, history, panel_section
from program import Program

SETTINGS = {"correlation_window": 60, "correlation_observations": 20, "correlation_every": 5}


def correlated_history(holes: bool = True) -> pd.DataFrame:
    """A history in which the share lines of an issuer move together."""
    frame = history(assets=40, dates=100, seed=6, holes=holes)
    random = np.random.default_rng(2)
    common = pd.Series(random.normal(0, 0.03, frame["issuer"].nunique() * frame["date"].nunique()))
    key = frame.groupby(["date", "issuer"]).ngroup()
    frame["ret"] += key.map(common)
    return frame


def estimated(program: Program, form: str) -> Model:
    """A model with correlations of a form."""
    frame = correlated_history()
    write(frame, program.folder / "panel.parquet")
    config = configuration(
        program.folder, data=panel_section(columns={"issuer": "issuer"}),
        idio={"initial": str(dates_of(frame)[40])[:10], "correlations": form, **SETTINGS},
        regression={"missing_cap_limit": "off"})
    program.ok("estimate", "--config", config, "--out", "model")
    program.ok("verify", "model")
    return Model(program.folder / "model")


def test_linked_pairs_are_share_lines_of_an_issuer(program: Program) -> None:
    """No others; at each fifth period; large where returns are common."""
    model = estimated(program, "linked")
    pairs = model.frame("idio_correlations")
    issuers = model.frame("loadings").drop_duplicates("asset").set_index("asset")["issuer"]
    assert (pairs["asset_1"].map(issuers) == pairs["asset_2"].map(issuers)).all()
    assert (pairs["asset_1"] < pairs["asset_2"]).all()
    flags = model.frame("forecasts").set_index("date")["idio_correlations_recomputed"]
    recomputed = list(flags.index[flags == 1])
    assert set(pairs["date"]) <= set(recomputed)
    days = list(flags.index)
    # Periods count from the second date on, and each fifth one is an estimate, the first of them included.
    assert recomputed == days[1::5]
    last = pairs[pairs["date"] == pairs["date"].max()]
    assert len(last) >= 12 and last["correlation"].between(0.3, 1).all()


def test_thresholded_pairs_are_others_too(program: Program) -> None:
    """Those whose sample correlation is large; linked ones stay."""
    frame = correlated_history(holes=False)
    # Two assets of different issuers that move together.
    one, two = "000000", "000032"
    shock = pd.Series(np.random.default_rng(5).normal(0, 0.1, 100), dates_of(frame))
    mine = frame["asset"].isin([one, two])
    frame.loc[mine, "ret"] += frame.loc[mine, "date"].map(shock)
    write(frame, program.folder / "panel.parquet")
    config = configuration(
        program.folder, data=panel_section(columns={"issuer": "issuer"}),
        idio={"initial": str(dates_of(frame)[40])[:10], "correlations": "thresholded",
              "correlation_threshold": 1, **SETTINGS})
    program.ok("estimate", "--config", config, "--out", "model")
    pairs = Model(program.folder / "model").frame("idio_correlations")
    last = pairs[pairs["date"] == pairs["date"].max()].set_index(["asset_1", "asset_2"])["correlation"]
    assert last[one, two] > 0.5
    linked = [pair for pair in last.index if int(pair[0]) // 2 == int(pair[1]) // 2]
    assert len(linked) >= 12


def test_the_risk_of_the_index_has_the_correlations(program: Program) -> None:
    """The bias statistic of the cap-weighted index, from the tables, with the pairs that were known at each date."""
    model = estimated(program, "linked")
    program.ok("evaluate", "model", "--out", "e", "--warmup", 70)
    found = pd.read_parquet(program.folder / "e/portfolios.parquet").set_index("family").loc["index"]
    days = dates_of(model.frame("loadings"))
    loadings = {day: rows.set_index("asset") for day, rows in model.frame("loadings").groupby("date")}
    idio = {day: rows.set_index("asset")["idio_risk"] for day, rows in model.frame("idio_risk").groupby("date")}
    pairs = {day: rows for day, rows in model.frame("idio_correlations").groupby("date")}
    scores, plain = [], []
    for before, day in zip(days[69:], days[70:]):
        F = model.covariance(before)
        known = loadings[before].dropna(subset=[*STYLES, "industry"])
        returns = loadings[day]["ret"].reindex(known.index).dropna()
        known = known.loc[returns.index]
        known = known[known["industry"].isin(F.columns)]
        caps = known["market_cap"].fillna(0)
        x = caps / caps.sum()
        b = pd.Series(0.0, F.columns)
        b["market"] = 1
        b[STYLES] = x @ known[STYLES]
        for label, share in x.groupby(known["industry"]).sum().items():
            b[label] = share
        risk = x * idio[before][x.index]
        variance = b @ F @ b + (risk ** 2).sum()
        plain.append(x @ returns[x.index] / np.sqrt(variance / 21))
        latest = max((date for date in pairs if date <= before), default=None)
        for row in pairs[latest].itertuples() if latest is not None else ():
            if row.asset_1 in risk and row.asset_2 in risk:
                variance += 2 * row.correlation * risk[row.asset_1] * risk[row.asset_2]
        scores.append(x @ returns[x.index] / np.sqrt(variance / 21))
    assert found["forecasts"] == len(scores)
    assert found["bias"] == pytest.approx(np.std(scores, ddof=1), rel=1e-10)
    assert abs(np.std(plain, ddof=1) / np.std(scores, ddof=1) - 1) > 1e-4
