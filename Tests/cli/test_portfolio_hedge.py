"""`riskengine hedge` and `riskengine optimize` against their closed forms on the covariance of all assets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from models import Model
from portfolios import Exported, book, estimated, last_dates, rows, save
from program import Program, Results

AGREEMENT = 1e-9
"""Relative: solutions with a covariance whose condition is of the order of 1e5."""


@pytest.fixture
def model(program: Program) -> Model:
    """A model."""
    return estimated(program)


@pytest.fixture
def flat(program: Program, model: Model) -> Exported:
    """Its last date as flat files."""
    return Exported(program, last_dates(model, 1)[0])


def close(left: object, right: object) -> None:
    """Requires agreement relative to the largest number."""
    left, right = np.asarray(left, float), np.asarray(right, float)
    assert left.shape == right.shape
    assert np.abs(left - right).max() <= AGREEMENT * max(np.abs(right).max(), 1e-3), (left, right)


def test_mimicking_portfolios_take_the_loadings_away(program: Program, flat: Exported) -> None:
    """All of them, or those that are named; trades are those of weighted least squares on the universe."""
    frame = book()
    x = flat.weights(frame)
    save(frame, program.folder / "book.csv")
    out = program.ok("hedge", "model", "--portfolio", "book.csv", "--out", "all").out
    assert "of the absolute weight covered" in out.splitlines()[0]
    loadings = rows(program.folder / "all", "hedge_loadings").set_index("factor")
    close(loadings.loc[flat.factors, "loading_before"], flat.loadings.T @ x)
    assert loadings["loading_after"].abs().max() <= AGREEMENT
    hedged = rows(program.folder / "all", "hedged").set_index("asset")
    after = hedged["weight"].reindex(flat.assets).fillna(0.0)
    close(flat.loadings.T @ after, np.zeros(len(flat.factors)))
    close(hedged["weight"], hedged["weight_before"] + hedged["trade"])
    summary = program.ok("hedge", "model", "--portfolio", "book.csv", "--json").json()[0]
    close(summary["volatility_after"], flat.scale * flat.volatility(after))
    close(summary["volatility_before"], flat.scale * flat.volatility(x))
    assert summary["factor_volatility_after"] <= 1e-6 * summary["factor_volatility_before"]
    # Of all portfolios of the universe with these loadings the trades have the least idio risk, idio returns uncorrelated.
    used = flat.universe & (flat.caps > 0)
    v = np.diag(flat.idio.to_numpy())[used]
    b = flat.loadings[used].to_numpy()
    target = flat.loadings.T.to_numpy() @ x.to_numpy()
    trades = -(b / v[:, None]) @ np.linalg.pinv(b.T @ (b / v[:, None]), rcond=1e-11) @ target
    close(hedged["trade"].reindex(np.array(flat.assets)[used]).fillna(0.0), trades)

    program.ok("hedge", "model", "--portfolio", "book.csv", "--factors", "momentum,size", "--out", "two")
    some = rows(program.folder / "two", "hedge_loadings").set_index("factor")
    for factor in flat.factors:
        expected = 0 if factor in ("momentum", "size") else some.loc[factor, "loading_before"]
        assert abs(some.loc[factor, "loading_after"] - expected) <= AGREEMENT
    program.fails(65, "hedge", "model", "--portfolio", "book.csv", "--factors", "momentun", says=(
        "factor 'momentun'", "did you mean 'momentum'"))


def test_instruments_make_the_variance_least(program: Program, flat: Exported) -> None:
    """What remains does not covary with any of them; instruments that are the same are refused."""
    frame = book()
    x = flat.weights(frame)
    save(frame, program.folder / "book.csv")
    instruments = {"future": book(seed=8, count=20), "basket": book(seed=9, count=8)}
    save(pd.concat([part.assign(portfolio=name) for name, part in instruments.items()]), program.folder / "tools.csv")
    program.ok("hedge", "model", "--portfolio", "book.csv", "--instruments", "tools.csv", "--out", "out")
    y = np.column_stack([flat.weights(part) for part in instruments.values()])
    total = flat.total.to_numpy()
    phi = -np.linalg.solve(y.T @ total @ y, y.T @ total @ x.to_numpy())
    ratios = rows(program.folder / "out", "hedge_ratios").set_index("instrument")["ratio"]
    close(ratios.loc[list(instruments)], phi)
    after = rows(program.folder / "out", "hedged").set_index("asset")["weight"].reindex(flat.assets).fillna(0.0)
    close(after, x + y @ phi)
    save(pd.concat([book(seed=8).assign(portfolio=name) for name in "AB"]), program.folder / "twice.csv")
    program.fails(65, "hedge", "model", "--portfolio", "book.csv", "--instruments", "twice.csv", "--out", "new", says=(
        "twice.csv", "no risk of their own"))
    program.fails(64, "hedge", "model", "--portfolio", "book.csv", "--instruments", "tools.csv", "--factors", "size",
                  says=("expected one of them",))


def test_the_portfolio_of_least_variance(program: Program, flat: Exported) -> None:
    """With and without loadings that are held, and as a portfolio for the other verbs."""
    total = flat.total.to_numpy()
    ones = np.ones(len(flat.assets))
    program.ok("optimize", "model", "--assets", "covered", "--out", "out")
    weights = rows(program.folder / "out", "weights").set_index("asset")["weight"].loc[flat.assets]
    best = np.linalg.solve(total, ones)
    close(weights, best / best.sum())
    run = program.ok("optimize", "model", "--assets", "covered", "--json").json()
    close(run["volatility"], flat.scale / np.sqrt(best.sum()))
    risk = program.ok("risk", "model", "--portfolio", "out/weights.parquet", "--json").json()[0]
    close(risk["volatility"], run["volatility"])

    program.ok("optimize", "model", "--assets", "covered", "--loading", "momentum=0", "--loading", "size=0.5", "--out",
               "held")
    weights = rows(program.folder / "held", "weights").set_index("asset")["weight"].loc[flat.assets]
    q = np.vstack([ones, flat.loadings["momentum"], flat.loadings["size"]])
    solved = np.linalg.solve(total, q.T)
    close(weights, solved @ np.linalg.solve(q @ solved, [1, 0, 0.5]))
    assert Results(program.folder / "held").manifest["kind"] == "optimization"

    program.ok("optimize", "model", "--out", "universe")
    held = rows(program.folder / "universe", "weights").set_index("asset")["weight"]
    part = flat.total.loc[flat.universe, flat.universe]
    best = np.linalg.solve(part.to_numpy(), np.ones(len(part)))
    close(held.loc[part.index], best / best.sum())
    assert len(held) == len(part)


def test_the_portfolio_of_the_largest_sharpe_ratio(program: Program, flat: Exported) -> None:
    """Its direction is that of the precision times expected returns; expected returns must be there for all."""
    random = np.random.default_rng(5)
    expected = pd.DataFrame({"asset": flat.assets, "expected_return": random.normal(0.08, 0.05, len(flat.assets))})
    expected.to_csv(program.folder / "alpha.csv", index=False, float_format="%.17g")
    call = ("optimize", "model", "--objective", "maximum-sharpe", "--assets", "covered", "--expected-returns")
    program.ok(*call, "alpha.csv", "--net-weight", "off", "--out", "out")
    weights = rows(program.folder / "out", "weights").set_index("asset")["weight"].loc[flat.assets]
    annual = flat.total.to_numpy() * flat.scale**2
    mu = expected["expected_return"].to_numpy()
    direction = np.linalg.solve(annual, mu)
    close(weights / np.linalg.norm(weights), direction / np.linalg.norm(direction))
    run = program.ok(*call, "alpha.csv", "--json").json()
    tangency = direction / direction.sum()
    close(run["sharpe"], mu @ tangency / np.sqrt(tangency @ annual @ tangency))
    close(run["net_weight"], 1)
    expected.iloc[2:].to_csv(program.folder / "short.csv", index=False)
    program.fails(65, *call, "short.csv", "--out", "new", says=("no expected return of asset", "nor of 1 others"))
    expected.assign(expected_return=np.nan).to_csv(program.folder / "nan.csv", index=False)
    program.fails(65, *call, "nan.csv", says=("row 1", "expected_return is missing"))
    pd.concat([expected, expected[:1]]).to_csv(program.folder / "twice.csv", index=False)
    program.fails(65, *call, "twice.csv", says=(f"row {len(expected) + 1}", "row 1 has it already"))


def test_optimizations_that_cannot_be(program: Program, flat: Exported) -> None:
    """Each with its own message."""
    program.fails(64, "optimize", "model", "--objective", "maximum-sharpe", says=("--expected-returns",))
    program.fails(64, "optimize", "model", "--loading", "momentum", says=("--loading",))
    program.fails(64, "optimize", "model", "--loading", "size=0", "--loading", "size=1", says=("names 'size' twice",))
    program.fails(65, "optimize", "model", "--loading", "sise=0", "--out", "out", says=("did you mean 'size'",))
    program.fails(65, "optimize", "model", "--loading", "market=2", "--out", "out", says=("contradicts the others",))
    program.fails(65, "optimize", "model", "--date", "1999-01-04", says=("no forecast of 1999-01-04",))
    pd.DataFrame({"asset": flat.assets, "expected_return": -0.1}).to_csv(program.folder / "alpha.csv", index=False)
    program.fails(65, "optimize", "model", "--objective", "maximum-sharpe", "--expected-returns", "alpha.csv",
                  says=("Sharpe",))
