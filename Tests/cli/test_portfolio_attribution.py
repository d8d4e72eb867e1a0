"""`riskengine attribute` against the returns of the panel and the tables of the model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from markets import STYLES
from models import Model
from portfolios import book, estimated, last_dates, rows, save
from program import Program, Results

EXACT = 1e-12
"""Sums of some tens of products of numbers below 1."""


@pytest.fixture
def model(program: Program) -> Model:
    """A model."""
    return estimated(program, dates=90)


def asset_returns(model: Model) -> pd.DataFrame:
    """Returns, dates by assets."""
    return model.frame("loadings").pivot(index="date", columns="asset", values="ret")


def drifted(weights: pd.Series, returns: pd.DataFrame) -> list[pd.Series]:
    """The weights at the start of each of some periods, bought and held."""
    held = [weights]
    for _, row in returns.iterrows():
        growth = row.reindex(weights.index).fillna(0.0)
        held.append(held[-1] * (1 + growth) / (1 + held[-1] @ growth))
    return held


def test_each_period_is_explained_exactly(program: Program, model: Model) -> None:
    """Factors, idio returns and what is unmodelled sum to the return of the weights; loadings are those of the model."""
    days = last_dates(model, 12)
    frame = pd.concat([book(), pd.DataFrame({"asset": ["NOSUCH"], "weight": [0.1]})])
    program.ok("attribute", "model", "--positions", save(frame, program.folder / "book.csv"), "--from",
               f"{days[0]:%Y-%m-%d}", "--out", "out")
    folder = program.folder / "out"
    table = rows(folder, "attribution").set_index("date")
    assert list(table.index) == days[1:] and list(table["start_date"]) == days[:-1]
    outcomes = model.frame("periods").set_index("date")["outcome"].loc[days[1:]]
    assert list(table["is_estimated"]) == list(~outcomes.str.startswith("failed")) and table["is_estimated"].sum() > 5
    returns = asset_returns(model).loc[days[1:]]
    weights = frame.set_index("asset")["weight"]
    held = drifted(weights, returns)
    idio = model.frame("idio_returns").pivot(index="date", columns="asset", values="idio_return")
    panel = model.frame("loadings").set_index(["date", "asset"])
    statistics = model.frame("factor_statistics").set_index(["date", "factor"])["factor_return"]
    factors = rows(folder, "attribution_factors")
    blocks = rows(folder, "attribution_blocks")
    lost = rows(folder, "unmodelled")
    for place, day in enumerate(days[1:]):
        row, x = table.loc[day], held[place]
        r = returns.loc[day].reindex(x.index)
        assert abs(row["return"] - (x * r).sum()) <= EXACT
        parts = ["factor_contribution", "idio_contribution", "unmodelled_contribution", "transaction_contribution"]
        assert abs(row[parts].astype(float).sum() - row["return"]) <= EXACT
        assert abs(blocks[blocks["date"] == day]["contribution"].sum() - row["return"]) <= EXACT
        e = (idio.loc[day] if day in idio.index else pd.Series(dtype=float)).reindex(x.index)
        modelled = e.notna()
        assert abs(row["modelled_weight"] - x[modelled].sum()) <= EXACT
        assert abs(row["idio_contribution"] - (x * e).sum()) <= EXACT
        assert abs(row["unmodelled_contribution"] - (x * r)[~modelled].sum()) <= EXACT
        assert abs(row["unknown_gross_weight"] - x[~modelled & r.isna()].abs().sum()) <= EXACT
        mine = factors[factors["date"] == day].set_index("factor")
        assert mine.empty == (not row["is_estimated"])
        names = lost[lost["date"] == day].set_index("asset")["weight"]
        assert sorted(names.index) == sorted(x[~modelled].index) and "NOSUCH" in names.index
        np.testing.assert_allclose(names.loc[x[~modelled].index], x[~modelled], rtol=0, atol=EXACT)
        if mine.empty:
            continue
        assert abs(mine["contribution"].sum() - row["factor_contribution"]) <= EXACT
        np.testing.assert_allclose(mine["contribution"], mine["loading"] * mine["factor_return"], rtol=0, atol=1e-17)
        np.testing.assert_array_equal(mine["factor_return"], statistics.loc[day].loc[mine.index])
        assert abs(mine.loc["market", "loading"] - x[modelled].sum()) <= EXACT
        known = panel.loc[days[place]].reindex(x.index)[modelled]
        for style in STYLES:
            assert abs(mine.loc[style, "loading"] - (x[modelled] * known[style]).sum()) <= EXACT
        for label in set(mine.index) - {"market", *STYLES}:
            assert abs(mine.loc[label, "loading"] - x[modelled][known["industry"] == label].sum()) <= EXACT


def compounded(returns: pd.Series) -> float:
    """The compounded return."""
    return float(np.prod(1 + returns) - 1)


@pytest.mark.parametrize("linking", ["compounding", "carino", "menchero"])
def test_linked_effects_sum_to_the_compounded_return(program: Program, model: Model, linking: str) -> None:
    """Without a benchmark to the return, with one to the difference of both."""
    days = last_dates(model, 15)
    save(book(), program.folder / "book.csv")
    save(book(seed=8, count=20), program.folder / "index.csv")
    call = ("attribute", "model", "--positions", "book.csv", "--from", f"{days[0]:%Y-%m-%d}", "--linking", linking)
    program.ok(*call, "--out", "alone")
    own = rows(program.folder / "alone", "attribution")["return"]
    linked = rows(program.folder / "alone", "attribution_linked")
    assert abs(linked["contribution"].sum() - compounded(own)) <= EXACT
    program.ok(*call, "--benchmark", "index.csv", "--out", "against")
    table = rows(program.folder / "against", "attribution")
    pd.testing.assert_series_equal(table["return"], own)
    linked = rows(program.folder / "against", "attribution_linked")
    total, benchmark = compounded(own), compounded(table["benchmark_return"])
    assert abs(linked["contribution"].sum() - total) <= EXACT
    assert abs(linked["benchmark_contribution"].sum() - benchmark) <= EXACT
    assert abs(linked["active_contribution"].sum() - (total - benchmark)) <= EXACT
    blocks = rows(program.folder / "against", "attribution_blocks").groupby("date").sum(numeric_only=True)
    np.testing.assert_allclose(blocks["active_contribution"], table["active_return"], rtol=0, atol=EXACT)
    factors = rows(program.folder / "against", "attribution_factors")
    np.testing.assert_allclose(
        factors["contribution"] - factors["benchmark_contribution"], factors["active_contribution"], rtol=0, atol=EXACT)

    # The weights of each period, by their definitions.
    x, y = table["return"].to_numpy(), table["benchmark_return"].to_numpy()
    if linking == "compounding":
        weights = None
    elif linking == "carino":
        k = (np.log1p(x) - np.log1p(y)) / (x - y)
        weights = k / ((np.log1p(total) - np.log1p(benchmark)) / (total - benchmark))
    else:
        n = len(x)
        m = (total - benchmark) / n / ((1 + total) ** (1 / n) - (1 + benchmark) ** (1 / n))
        slope = (total - benchmark - m * (x - y).sum()) / ((x - y) ** 2).sum()
        weights = m + slope * (x - y)
    if weights is not None:
        wide = factors.pivot(index="date", columns="factor", values="active_contribution")
        wide = wide.reindex(table["date"]).fillna(0.0)
        expected = weights @ wide.to_numpy()
        found = linked.set_index("effect")["active_contribution"].reindex(wide.columns).fillna(0.0)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)


def test_realized_returns_leave_a_transaction_part(program: Program, model: Model) -> None:
    """Named in each period, and linked with the rest to what was made."""
    days = last_dates(model, 8)
    save(book(), program.folder / "book.csv")
    made = pd.DataFrame({"date": days[1:], "return": np.linspace(-0.01, 0.02, len(days) - 1)})
    save(made, program.folder / "made.csv")
    call = ("attribute", "model", "--positions", "book.csv", "--from", f"{days[0]:%Y-%m-%d}")
    program.ok(*call, "--out", "plain")
    program.ok(*call, "--returns", "made.csv", "--out", "out")
    plain, table = (rows(program.folder / out, "attribution") for out in ("plain", "out"))
    np.testing.assert_allclose(table["return"], made["return"], rtol=0, atol=EXACT)
    np.testing.assert_allclose(
        table["transaction_contribution"], made["return"] - plain["return"], rtol=0, atol=EXACT)
    assert (plain["transaction_contribution"] == 0).all()
    linked = rows(program.folder / "out", "attribution_linked").set_index("effect")
    assert abs(linked["contribution"].sum() - compounded(made["return"])) <= EXACT
    assert linked.loc["transaction", "contribution"] != 0
    assert "transaction" in program.ok(*call, "--returns", "made.csv").out


def test_dated_positions_hold_until_the_next(program: Program, model: Model) -> None:
    """They drift or stay in between, and end one period after the last unless --through says otherwise."""
    days = last_dates(model, 10)
    first, second = book(), book(seed=4)
    frame = pd.concat([first.assign(date=days[0]), second.assign(date=days[4])])
    save(frame, program.folder / "book.csv")
    returns = asset_returns(model)
    for rule in ("drift", "constant"):
        program.ok("attribute", "model", "--positions", "book.csv", "--weights", rule, "--out", "out")
        table = rows(program.folder / "out", "attribution")
        assert list(table["date"]) == days[1:6]
        x = first.set_index("asset")["weight"]
        held = drifted(x, returns.loc[days[1:4]]) if rule == "drift" else [x] * 4
        held.append(second.set_index("asset")["weight"])
        expected = [(w * returns.loc[day].reindex(w.index)).sum() for w, day in zip(held, days[1:6])]
        np.testing.assert_allclose(table["return"], expected, rtol=0, atol=EXACT)
    program.ok("attribute", "model", "--positions", "book.csv", "--from", f"{days[2]:%Y-%m-%d}", "--through",
               f"{days[8]:%Y-%m-%d}", "--out", "out")
    later = rows(program.folder / "out", "attribution")
    assert list(later["date"]) == days[3:9]
    # What counts later has drifted since the first day all the same.
    x = drifted(first.set_index("asset")["weight"], returns.loc[days[1:3]])[-1]
    assert abs(later["return"].iloc[0] - (x * returns.loc[days[3]].reindex(x.index)).sum()) <= EXACT


def test_many_portfolios_have_what_they_have_alone(program: Program, model: Model) -> None:
    """With the universe as their benchmark, for any number of threads."""
    days = last_dates(model, 6)
    parts = {f"B{number}": book(seed=number) for number in range(3)}
    save(pd.concat([part.assign(portfolio=name, date=days[0]) for name, part in parts.items()]),
         program.folder / "books.csv")
    call = ("--benchmark", "universe", "--through", f"{days[-1]:%Y-%m-%d}")
    for threads in (1, 3):
        program.ok("attribute", "model", "--positions", "books.csv", *call, "--threads", threads, "--out",
                   f"out{threads}")
    assert Results(program.folder / "out1").table_hashes == Results(program.folder / "out3").table_hashes
    table = rows(program.folder / "out1", "attribution")
    for name, part in parts.items():
        save(part.assign(date=days[0]), program.folder / f"{name}.csv")
        program.ok("attribute", "model", "--positions", f"{name}.csv", *call, "--out", "alone")
        here = table[table["portfolio"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(rows(program.folder / "alone", "attribution"), here, check_exact=True)
    # The universe by capitalization at the start of each period.
    panel = model.frame("loadings").set_index(["date", "asset"])
    day = panel.loc[days[0]]
    caps = day[day[[*STYLES, "industry"]].notna().all(axis=1) & (day["market_cap"] > 0)]["market_cap"]
    returns = panel.loc[days[1]]["ret"].reindex(caps.index)
    found = table[table["date"] == days[1]].iloc[0]
    assert found["benchmark_return"] == pytest.approx((caps * returns).sum() / caps.sum(), abs=EXACT)


def test_periods_without_an_estimate_are_unmodelled(program: Program) -> None:
    """A model from its first date on: what no regression explains is named, and the sums hold."""
    model = estimated(program, dates=80, regression={"weights": "equal"}, idio={"estimation": "off"})
    days = sorted(model.frame("loadings")["date"].unique())
    save(book(), program.folder / "book.csv")
    program.ok("attribute", "model", "--positions", "book.csv", "--from", f"{days[0]:%Y-%m-%d}", "--out", "out")
    table = rows(program.folder / "out", "attribution")
    assert len(table) == len(days) - 1
    parts = ["factor_contribution", "idio_contribution", "unmodelled_contribution"]
    np.testing.assert_allclose(table[parts].sum(axis=1), table["return"], rtol=0, atol=EXACT)
    assert (table.loc[~table["is_estimated"], "factor_contribution"] == 0).all()
