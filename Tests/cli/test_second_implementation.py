"""Regressions equal those of statsmodels and NumPy with dense dummies, for a grid of flags."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from agreement import ROUNDING, assert_agrees, close
from markets import COUNTRIES, FLAGS, INDUSTRIES, STYLES, market, write
from program import Program
from reference import Definition, estimate

BOTH = ("--cap", "market_cap", "--groups", "industry,country", "--styles", "beta,momentum,size")

GRID = {
    "defaults": (FLAGS, Definition()),
    "universe": ((*FLAGS, "--universe", "universe"), Definition(universe="universe")),
    "no market": ((*FLAGS, "--no-market"), Definition(market=False)),
    "two groups": (BOTH, Definition(groups=["industry", "country"])),
    "two groups, the smaller first": (
        ("--cap", "market_cap", "--groups", "country,industry", "--styles", "beta"),
        Definition(groups=["country", "industry"], styles=["beta"])),
    "two groups, no market": (
        (*BOTH, "--no-market"), Definition(groups=["industry", "country"], market=False)),
    "two groups, no market, no caps": (
        ("--groups", "industry,country", "--styles", "beta", "--no-market"),
        Definition(groups=["industry", "country"], styles=["beta"], market=False, weights="equal", constraint="equal")),
    "styles alone": (("--styles", "beta,size"), Definition(
        groups=[], styles=["beta", "size"], weights="equal", constraint="equal")),
    "styles alone, no market": (("--styles", "beta,size", "--no-market"), Definition(
        groups=[], styles=["beta", "size"], weights="equal", constraint="equal", market=False)),
    "groups alone": (("--groups", "industry", "--cap", "market_cap"), Definition(styles=[])),
    "market alone": (("--cap", "market_cap"), Definition(groups=[], styles=[])),
    "equal weights": ((*FLAGS, "--weights", "equal"), Definition(weights="equal")),
    "no caps": (
        ("--groups", "industry", "--styles", "beta"),
        Definition(styles=["beta"], weights="equal", constraint="equal")),
    "cap weights": ((*FLAGS, "--weights", "cap"), Definition(weights="cap")),
    "weights of a column": (
        (*FLAGS, "--weights", "column:precision"), Definition(weights="column:precision")),
    "weights of a column, no caps": (
        ("--groups", "industry", "--styles", "beta", "--weights", "column:precision"),
        Definition(styles=["beta"], weights="column:precision", constraint="equal")),
    "equal constraints": ((*FLAGS, "--constraint-weights", "equal"), Definition(constraint="equal")),
    "constraints of a column": (
        (*FLAGS, "--constraint-weights", "column:stake"), Definition(constraint="column:stake")),
    "constraints of a column with gaps": (
        (*FLAGS, "--constraint-weights", "column:precision"), Definition(constraint="column:precision")),
    "lag 0": ((*FLAGS, "--lag", "0"), Definition(lag=0)),
    "lag 2": ((*FLAGS, "--lag", "2"), Definition(lag=2)),
    "clipped weights": ((*FLAGS, "--clip-weights", "0.1"), Definition(clip=0.1)),
    "thin industries": ((*FLAGS, "--thin-industries", "6"), Definition(thin=6)),
    "thin industries, two groups": (
        (*BOTH, "--thin-industries", "5"), Definition(groups=["industry", "country"], thin=5)),
    "least assets": ((*FLAGS, "--min-assets", "43"), Definition(min_assets=43)),
}

ROBUST = {
    "huber": (("--robust", "huber"), Definition(robust="huber")),
    "huber, k": (("--robust", "huber", "--robust-k", "2.5"), Definition(robust="huber", k=2.5)),
    "huber, two groups": (
        ("--robust", "huber", "--groups", "industry,country"),
        Definition(robust="huber", groups=["industry", "country"])),
    "bisquare": (("--robust", "bisquare"), Definition(robust="bisquare")),
    "bisquare, k": (("--robust", "bisquare", "--robust-k", "6"), Definition(robust="bisquare", k=6)),
}


@pytest.mark.parametrize("name", GRID)
def test_least_squares_equal_the_second_implementation(program: Program, name: str) -> None:
    """Factor returns, errors, t, VIF, fits, idio returns, counts: all to rounding."""
    flags, definition = GRID[name]
    panel = market(assets=60, dates=5, seed=len(name))
    write(panel, program.folder / "panel.parquet")
    expected = estimate(panel, definition)
    estimated = assert_agrees(program.regress("panel.parquet", *flags), expected)
    assert estimated >= 2
    if name == "least assets":
        assert estimated < len(expected)


def test_pulled_labels_are_counted(program: Program) -> None:
    """Every label is thin below a thousand names; none without the option."""
    write(market(), program.folder / "panel.parquet")
    plain = program.regress("panel.parquet", *FLAGS)
    assert plain.manifest["summary"]["thin_label_count"] == 0
    pulled = program.regress("panel.parquet", *FLAGS, "--thin-industries", "1000", out="pulled")
    returns = pulled.table("factor_returns").to_pandas()[INDUSTRIES]
    assert pulled.manifest["summary"]["thin_label_count"] == returns.notna().sum().sum() > 0


@pytest.mark.parametrize("name", ROBUST)
def test_robust_losses_equal_those_of_statsmodels(program: Program, name: str) -> None:
    """Solutions of the estimating equations agree to where both iterations stop, 1e-10 standard errors."""
    flags, definition = ROBUST[name]
    panel = market(assets=90, dates=4, seed=3)
    write(panel, program.folder / "panel.parquet")
    results = program.regress("panel.parquet", *FLAGS, *flags)
    assert assert_agrees(results, estimate(panel, definition), tolerance=1e-7) == 3


def test_a_robust_loss_with_a_large_k_is_least_squares(program: Program) -> None:
    """Nothing is beyond k."""
    write(market(), program.folder / "panel.parquet")
    plain = program.regress("panel.parquet", *FLAGS).table("factor_returns").to_pandas()
    wide = program.regress("panel.parquet", *FLAGS, "--robust", "huber", "--robust-k", "1e6", out="huber")
    pd.testing.assert_frame_equal(plain, wide.table("factor_returns").to_pandas(), rtol=1e-12)


@pytest.mark.parametrize("is_dated", [False, True])
def test_fractional_memberships_equal_the_second_implementation(program: Program, is_dated: bool) -> None:
    """Industries of which assets have parts, constant or known as of dates."""
    panel = market(assets=60, dates=5, seed=9)
    random = np.random.default_rng(2)
    rows = []
    for asset in sorted(panel["asset"].unique())[:-2]:
        labels = random.choice(INDUSTRIES, size=random.integers(1, 4), replace=False)
        parts = random.dirichlet(np.ones(len(labels)))
        rows += [(asset, label, part) for label, part in zip(labels, parts)]
    table = pd.DataFrame(rows, columns=["asset", "industry", "fraction"])
    written = table.copy()
    if is_dated:
        # What becomes known only after the panel's end changes nothing.
        later = table.assign(date="2030-01-01", industry="Banks").drop_duplicates("asset").assign(fraction=1.0)
        written = pd.concat([table.assign(date="2000-01-01"), later])
    written.to_csv(program.folder / "parts.csv", index=False)
    write(panel.drop(columns="industry"), program.folder / "panel.parquet")
    for number, (flags, changes) in enumerate([
        ((), {}), (("--no-market",), {"market": False}),
        (("--groups", "industry,country"), {"groups": ["industry", "country"]}),
        (("--groups", "country,industry"), {"groups": ["country", "industry"]}),
    ]):
        results = program.regress(
            "panel.parquet", *FLAGS, "--membership", "industry=parts.csv", *flags, out=f"out{number}")
        expected = estimate(panel, Definition(memberships={"industry": table}, **changes))
        assert assert_agrees(results, expected) == 4


def test_factor_portfolios_earn_the_factor_returns(program: Program) -> None:
    """P'r = f, and each portfolio has the loadings that it should, of the market, its group and the styles."""
    panel = market(assets=60, dates=5, seed=4)
    write(panel, program.folder / "panel.parquet")
    expected = estimate(panel, Definition(groups=["industry", "country"]))
    dates = [period.date.date().isoformat() for period in expected]
    results = program.regress("panel.parquet", *BOTH, "--factor-portfolios", ",".join(dates[:3]))
    table = results.table("factor_portfolios")
    assert table.schema.names == ["date", "factor", "asset", "weight"]
    frame = table.to_pandas()
    assert [day.isoformat() for day in frame["date"].unique()] == dates[:3]
    assert frame.equals(frame.sort_values(["date", "factor", "asset"], ignore_index=True))
    returns = results.table("factor_returns").to_pandas().set_index("date")
    for period in expected[:3]:
        day = period.date.date()
        wide = frame[frame["date"] == day].pivot(index="asset", columns="factor", values="weight").fillna(0)
        P = wide.reindex(period.design.index, columns=period.names).fillna(0.0)
        close(P.T @ period.returns, returns.loc[day, period.names], ROUNDING)
        loadings = (P.T @ period.design).to_numpy()
        identity = np.eye(len(period.names))
        for group in ("industry", "country"):
            positions = [period.names.index(label) for label in period.labels[group]]
            identity[0, positions] = period.shares[group]
            for position in positions:
                identity[position, positions] -= period.shares[group]
        close(loadings, identity, ROUNDING)
        net = P.sum()
        close(net, np.eye(len(net))[0], ROUNDING)


def test_factor_portfolios_of_no_period_are_refused_or_absent(program: Program) -> None:
    """A date that the panel lacks gives no table that looks complete."""
    write(market(), program.folder / "panel.parquet")
    run = program.ok("regress", "--panel", "panel.parquet", "--out", "out", *FLAGS,
                     "--factor-portfolios", "1999-01-04")
    assert "1999-01-04" in run.err
    program.fails(64, "regress", "--panel", "panel.parquet", "--out", "o2", *FLAGS, "--factor-portfolios", "soon",
                  says=("--factor-portfolios", "soon", "yyyy-mm-dd"))


def test_constraints_hold(program: Program) -> None:
    """Constraint-weighted factor returns of each group sum to zero."""
    panel = market(assets=60, dates=4, seed=5)
    write(panel, program.folder / "panel.parquet")
    returns = program.regress("panel.parquet", *BOTH).table("factor_returns").to_pandas().set_index("date")
    for period in estimate(panel, Definition(groups=["industry", "country"])):
        for group, labels in (("industry", INDUSTRIES), ("country", COUNTRIES)):
            f = returns.loc[period.date.date(), period.labels[group]]
            assert set(period.labels[group]) <= set(labels)
            close(f @ period.shares[group], 0, 1e-15)
    assert set(STYLES) < set(returns.columns)
