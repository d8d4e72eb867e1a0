"""`riskengine risk` against the covariance of all assets, written out."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from models import Model
from portfolios import Exported, book, estimated, last_dates, rows, save
from program import Program, Results

AGREEMENT = 1e-10
"""Relative: a few thousand roundings of products of 40 x 40 matrices whose condition is moderate."""


def close(left: object, right: object) -> None:
    """Requires agreement relative to the largest number."""
    left, right = np.asarray(left, float), np.asarray(right, float)
    assert left.shape == right.shape
    assert np.abs(left - right).max() <= AGREEMENT * max(np.abs(right).max(), 1e-6), (left, right)


@pytest.fixture
def model(program: Program) -> Model:
    """A model with idio returns that correlate."""
    return estimated(program)


def test_risk_and_its_parts_are_those_of_the_full_covariance(program: Program, model: Model) -> None:
    """Total, factor and idio risk, contributions of factors, blocks, labels and assets, and what they sum to."""
    date = last_dates(model, 1)[0]
    flat = Exported(program, date)
    frame = book()
    x = flat.weights(frame)
    program.ok("risk", "model", "--portfolio", save(frame, program.folder / "book.csv"), "--out", "risk")
    folder = program.folder / "risk"
    total = rows(folder, "risk").iloc[0]
    sigma = flat.volatility(x)
    b = flat.loadings.T @ x
    close(total["volatility"], flat.scale * sigma)
    close(total["period_volatility"], sigma / np.sqrt(flat.horizon))
    close(total["factor_volatility"], flat.scale * np.sqrt(b @ flat.covariance @ b))
    close(total["idio_volatility"], flat.scale * np.sqrt(x @ flat.idio @ x))
    close(total["factor_share"], b @ flat.covariance @ b / sigma**2)
    standalone = np.abs(x) @ np.sqrt(np.diag(flat.total))
    close(total["diversification_ratio"], standalone / sigma)
    shares = np.abs(x) / np.abs(x).sum()
    close(total["effective_asset_count"], 1 / (shares**2).sum())
    assert total["portfolio"] == "book" and total["date"] == total["model_date"] == date

    factors = rows(folder, "risk_factors").set_index("factor")
    fb = flat.covariance @ b
    volatility = np.sqrt(np.diag(flat.covariance))
    own = factors.loc[flat.factors]
    close(own["loading"], b)
    close(own["volatility"], flat.scale * volatility)
    close(own["contribution"], flat.scale * b * fb / sigma)
    close(own["marginal_contribution"], flat.scale * fb / sigma)
    close(own["correlation"], fb / (volatility * sigma))
    # Size times volatility times correlation is the contribution, and contributions sum to the volatility.
    close(own["loading"] * own["volatility"] * own["correlation"], own["contribution"])
    close(factors["contribution"].sum(), total["volatility"])
    close(factors["share"].sum(), 1)

    blocks = rows(folder, "risk_blocks").set_index("block")
    assert list(blocks.index) == ["market", "industry", "style", "idio"]
    for kind in ("market", "industry", "style"):
        mine = [name for name in flat.factors if factors.loc[name, "kind"] == kind]
        part = b.where(b.index.isin(mine), 0.0)
        close(blocks.loc[kind, "volatility"], flat.scale * np.sqrt(part @ flat.covariance @ part))
        close(blocks.loc[kind, "contribution"], factors.loc[mine, "contribution"].sum())
    close(blocks["contribution"].sum(), total["volatility"])

    assets = rows(folder, "risk_assets").set_index("asset")
    held = list(assets.index)
    assert held == sorted(x[x != 0].index)
    marginal = flat.total @ x / sigma
    close(assets["weight"], x[held])
    close(assets["volatility"], flat.scale * np.sqrt(np.diag(flat.total.loc[held, held])))
    close(assets["marginal_contribution"], flat.scale * marginal[held])
    close(assets["contribution"], flat.scale * (x * marginal)[held])
    close(assets["idio_contribution"], flat.scale * (x * (flat.idio @ x))[held] / sigma)
    close(assets["factor_contribution"] + assets["idio_contribution"], assets["contribution"])
    close(assets["contribution"].sum(), total["volatility"])

    labels = rows(folder, "risk_labels").set_index("label")
    close(labels["contribution"].sum(), total["volatility"])
    for label in labels.index:
        close(labels.loc[label, "contribution"], flat.scale * (x * marginal * flat.loadings[label]).sum())
        close(labels.loc[label, "weight"], (x * flat.loadings[label]).sum())


def test_risk_against_a_benchmark(program: Program, model: Model) -> None:
    """Tracking error, beta, correlation and residual risk, and active contributions."""
    date = last_dates(model, 1)[0]
    flat = Exported(program, date)
    frame, other = book(), book(seed=8, count=20)
    x, y = flat.weights(frame), flat.weights(other)
    program.ok(
        "risk", "model", "--portfolio", save(frame, program.folder / "book.csv"), "--benchmark",
        save(other, program.folder / "index.csv"), "--out", "risk")
    folder = program.folder / "risk"
    total = rows(folder, "risk").iloc[0]
    sigma, of_benchmark, active = flat.volatility(x), flat.volatility(y), flat.volatility(x - y)
    beta = x @ flat.total @ y / of_benchmark**2
    close(total["benchmark_volatility"], flat.scale * of_benchmark)
    close(total["tracking_error"], flat.scale * active)
    close(total["beta"], beta)
    close(total["correlation"], x @ flat.total @ y / (sigma * of_benchmark))
    close(total["residual_volatility"], flat.scale * flat.volatility(x - beta * y))
    b = flat.loadings.T @ (x - y)
    close(total["active_factor_volatility"], flat.scale * np.sqrt(b @ flat.covariance @ b))
    factors = rows(folder, "risk_factors").set_index("factor")
    close(factors.loc[flat.factors, "active_contribution"], flat.scale * b * (flat.covariance @ b) / active)
    close(factors.loc[flat.factors, "benchmark_loading"], flat.loadings.T @ y)
    assets = rows(folder, "risk_assets").set_index("asset")
    held = list(assets.index)
    assert held == sorted(x[(x != 0) | (y != 0)].index)
    z = x - y
    close(assets["active_weight"], z[held])
    close(assets["benchmark_weight"], y[held])
    close(assets["active_contribution"], flat.scale * (z * (flat.total @ z))[held] / active)
    for name in ("risk_factors", "risk_blocks", "risk_assets", "risk_labels"):
        close(rows(folder, name)["active_contribution"].sum(), total["tracking_error"])
        close(rows(folder, name)["contribution"].sum(), total["volatility"])


def test_the_universe_as_a_benchmark_is_weighted_by_capitalization(program: Program, model: Model) -> None:
    """And has a beta of 1 to itself."""
    date = last_dates(model, 1)[0]
    flat = Exported(program, date)
    y = flat.market()
    frame = y[y > 0].rename("weight").rename_axis("asset").reset_index()
    program.ok(
        "risk", "model", "--portfolio", save(frame, program.folder / "market.csv"), "--benchmark", "universe", "--out",
        "risk")
    total = rows(program.folder / "risk", "risk").iloc[0]
    close([total["beta"], total["correlation"]], [1, 1])
    close(total["benchmark_volatility"], flat.scale * flat.volatility(y))
    assert total["tracking_error"] <= AGREEMENT


def test_many_portfolios_and_dates_in_one_call(program: Program, model: Model) -> None:
    """Each with the figures that it has alone, by the model of its date, for any number of threads."""
    days = last_dates(model, 3)
    frames = {(f"B{number}", day): book(seed=10 * number + place)
              for number in range(3) for place, day in enumerate(days[:2] if number else days)}
    frame = pd.concat([part.assign(portfolio=name, date=day) for (name, day), part in frames.items()])
    frame = frame.sample(frac=1, random_state=1)
    name = save(frame, program.folder / "books.csv")
    frame.assign(date=frame["date"].dt.date).to_parquet(program.folder / "books.parquet", index=False)
    frame.assign(date=frame["date"].dt.date).reset_index(drop=True).to_feather(program.folder / "books.feather")
    program.ok("risk", "model", "--portfolio", name, "--benchmark", "universe", "--out", "one", "--threads", 1)
    program.ok("risk", "model", "--portfolio", "books.parquet", "--benchmark", "universe", "--out", "four",
               "--threads", 4)
    program.ok("risk", "model", "--portfolio", "books.feather", "--benchmark", "universe", "--out", "other")
    hashes = [Results(program.folder / out).table_hashes for out in ("one", "four", "other")]
    assert hashes[0] == hashes[1] == hashes[2]
    table = rows(program.folder / "one", "risk")
    assert sorted(zip(table["portfolio"], table["date"])) == sorted(frames)
    assert list(table["date"]) == sorted(table["date"])
    for (portfolio, day), part in frames.items():
        program.ok("risk", "model", "--portfolio", save(part, program.folder / f"{portfolio}.csv"), "--date",
                   f"{day:%Y-%m-%d}", "--benchmark", "universe", "--out", "alone")
        alone = rows(program.folder / "alone", "risk")
        here = table[(table["portfolio"] == portfolio) & (table["date"] == day)].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, here, check_exact=True)
    one = program.ok("risk", "model", "--portfolio", name, "--date", f"{days[2]:%Y-%m-%d}", "--json").json()
    assert [entry["portfolio"] for entry in one] == ["B0"]


def test_what_the_model_does_not_cover_is_named_with_its_weight(program: Program, model: Model) -> None:
    """First the weight covered; no weight moves to the others."""
    date = last_dates(model, 1)[0]
    flat = Exported(program, date)
    frame = book()
    x = flat.weights(frame)
    lost = pd.DataFrame({"asset": ["NOSUCH", "CASH"], "weight": [-0.25, 0.5]})
    save(pd.concat([frame, lost]), program.folder / "book.csv")
    run = program.ok("risk", "model", "--portfolio", "book.csv", "--out", "risk")
    gone = [asset for asset in frame["asset"] if asset not in flat.assets]
    gross = frame["weight"].abs().sum() + 0.75
    share = x.abs().sum() / gross
    first, second = run.out.splitlines()[:2]
    assert first.startswith(f"book at {date:%Y-%m-%d}: {100 * share:.2f} % of the absolute weight covered")
    assert "NOSUCH -25.00 % (absent)" in second and "CASH 50.00 %" in second
    total = rows(program.folder / "risk", "risk").iloc[0]
    close(total["covered_share"], share)
    close(total["gross_weight"], gross)
    close(total["uncovered_weight"], 0.25 + frame[frame["asset"].isin(gone)]["weight"].sum())
    close(total["volatility"], flat.scale * flat.volatility(x))
    table = rows(program.folder / "risk", "uncovered")
    assert sorted(table["asset"]) == sorted(["NOSUCH", "CASH", *gone])
    assert set(table["role"]) == {"portfolio"}
    assert json.loads((program.folder / "risk" / "summary.json").read_text())[0]["uncovered"]


def test_a_date_between_those_of_the_model(program: Program, model: Model) -> None:
    """Is refused, or with --dates earlier taken to the last date before it, which the results tell."""
    days = last_dates(model, 6)
    friday = next(day for day in days[:-1] if day.weekday() == 4)
    saturday = friday + pd.Timedelta(days=1)
    save(book().assign(date=saturday), program.folder / "book.csv")
    program.fails(65, "risk", "model", "--portfolio", "book.csv", "--out", "risk", says=(
        f"the date {saturday:%Y-%m-%d}", "the nearest is", "--dates earlier"))
    program.ok("risk", "model", "--portfolio", "book.csv", "--out", "risk", "--dates", "earlier")
    total = rows(program.folder / "risk", "risk").iloc[0]
    assert total["date"] == saturday and total["model_date"] == friday


def test_scenarios(program: Program, model: Model) -> None:
    """Conditional expectations, replays and stresses against their formulas."""
    days = last_dates(model, 20)
    flat = Exported(program, days[-1])
    frame = book()
    x = flat.weights(frame)
    b = flat.loadings.T @ x
    (program.folder / "scenarios.yaml").write_text(f"""
scenarios:
  - name: momentum breaks
    shocks: {{momentum: -0.03, beta: 0.01}}
  - name: energy falls
    shocks: {{Energy: {{total: -0.1}}}}
  - name: the last days
    replay: {{from: {days[0]:%Y-%m-%d}, through: {days[-1]:%Y-%m-%d}}}
  - name: storm
    stress: {{factors: 2, idio: 1.5}}
  - name: together
    stress: {{correlation: 0.5, signs: {{momentum: 1, beta: -1}}}}
""")
    program.ok("risk", "model", "--portfolio", save(frame, program.folder / "book.csv"), "--scenarios",
               "scenarios.yaml", "--benchmark", "universe", "--out", "risk")
    table = rows(program.folder / "risk", "scenarios").set_index("scenario")
    cov = flat.covariance
    y = flat.loadings.T @ (x - flat.market())
    for name, shocks in {"momentum breaks": ({"momentum": 1.0}, {"beta": 1.0}),
                         "energy falls": ({"market": 1.0, "Energy": 1.0},)}.items():
        a = np.array([[shock.get(factor, 0.0) for factor in flat.factors] for shock in shocks]).T
        s = np.array([-0.03, 0.01] if name == "momentum breaks" else [-0.1])
        gain = cov.to_numpy() @ a @ np.linalg.inv(a.T @ cov.to_numpy() @ a)
        close(table.loc[name, "return"], b @ gain @ s)
        close(table.loc[name, "active_return"], y @ gain @ s)
        left = cov.to_numpy() - gain @ a.T @ cov.to_numpy()
        close(table.loc[name, "volatility"], flat.scale * np.sqrt(b @ left @ b + x @ flat.idio @ x))
        parts = rows(program.folder / "risk", "scenario_factors")
        parts = parts[parts["scenario"] == name].set_index("factor").loc[flat.factors]
        close(parts["contribution"], b * (gain @ s))
    returns = model.frame("factor_statistics").pivot(index="date", columns="factor", values="factor_return")
    window = returns.loc[days[0]:days[-1], flat.factors].fillna(0.0)
    close(table.loc["the last days", "return"], np.prod(1 + window.to_numpy() @ b.to_numpy()) - 1)
    assert table.loc["the last days", "periods"] == 20
    known = returns.reindex(days)[[factor for factor in flat.factors if b[factor] != 0]].notna().all(axis=1)
    assert table.loc["the last days", "incomplete_periods"] == (~known).sum() > 0
    close(table.loc["storm", "volatility"], flat.scale * np.sqrt(4 * b @ cov @ b + 2.25 * x @ flat.idio @ x))
    moved = cov.copy()
    sign, alpha = {"momentum": 1.0, "beta": -1.0}, 0.5
    for one in flat.factors:
        for other in flat.factors:
            if one == other:
                continue
            inside = (one in sign) + (other in sign)
            if inside == 2:
                size = np.sqrt(cov.loc[one, one] * cov.loc[other, other])
                moved.loc[one, other] = (1 - alpha) * cov.loc[one, other] + alpha * sign[one] * sign[other] * size
            elif inside == 1:
                moved.loc[one, other] = np.sqrt(1 - alpha) * cov.loc[one, other]
    close(table.loc["together", "volatility"], flat.scale * np.sqrt(b @ moved @ b + x @ flat.idio @ x))


BAD_SCENARIOS = {
    "scenarios: []\n": "expected at least one scenario",
    "scenarios:\n  - {name: a, shocks: {momentun: 0.1}}\n": "did you mean 'momentum'",
    "scenarios:\n  - {name: a, shock: {momentum: 0.1}}\n": "did you mean 'shocks'",
    "scenarios:\n  - {name: a, shocks: {momentum: high}}\n": "expected a finite number",
    "scenarios:\n  - {name: a, stress: {correlation: 1.5}}\n": "expected a number from 0 to 1",
    "scenarios:\n  - {name: a, replay: {from: 1990-01-01, through: 1990-02-01}}\n": "expected dates with factor returns",
    "scenarios:\n  - {name: a, stress: {factors: 2}, replay: {}}\n": "expected one of them",
    "scenarios:\n  - {name: a, shocks: {momentum: {total: 0.1}}}\n": "a label of industry for a total return",
    "scenarios:\n  - {name: a, stress: {factors: -1}}\n": "the multiplier of factor volatilities is -1",
}


def test_scenarios_that_cannot_be(program: Program, model: Model) -> None:
    """Each mistake with its own message, nothing written."""
    save(book(), program.folder / "book.csv")
    for text, says in BAD_SCENARIOS.items():
        (program.folder / "scenarios.yaml").write_text(text)
        program.fails(65, "risk", "model", "--portfolio", "book.csv", "--scenarios", "scenarios.yaml", "--out", "risk",
                      says=("scenarios.yaml", says))
    program.fails(66, "risk", "model", "--portfolio", "book.csv", "--scenarios", "none.yaml", says=("none.yaml",))
