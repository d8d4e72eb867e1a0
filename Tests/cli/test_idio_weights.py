"""Regressions whose weights are inverse idio variances: `regress --weights iterated` and `walk-forward`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from markets import STYLES, write
from models import Model, configuration, dates_of, history
from program import Program

COLUMNS = ["--cap", "market_cap", "--groups", "industry", "--styles", ",".join(STYLES)]
FLAGS = [*COLUMNS, "--universe", "universe"]


def regress(program: Program, out: str, *flags: str, panel: str = "panel.parquet") -> dict[str, pd.DataFrame]:
    """The tables of a run."""
    program.ok("regress", "--panel", panel, "--out", out, *FLAGS, *flags)
    return tables(program.folder / out)


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of a folder."""
    return {path.stem: pq.read_table(path).to_pandas() for path in sorted(folder.glob("*.parquet"))}


def assert_same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    """Requires the same tables to the bit."""
    assert one.keys() == other.keys()
    for name, table in one.items():
        pd.testing.assert_frame_equal(table, other[name], check_exact=True, obj=name)


@pytest.mark.parametrize("kind", ["iterated", "walk-forward"])
def test_factor_returns_are_those_of_a_model(program: Program, kind: str) -> None:
    """The same panel through the whole estimate: the same factor returns to the bit."""
    write(history(dates=90), program.folder / "panel.parquet")
    config = configuration(
        program.folder, idio={"estimation": kind, "half_life": 30, "correlations": "off"},
        regression={"missing_cap_limit": "off"}, factor_covariance={"eigenfactor": "off"})
    program.ok("estimate", "--config", config, "--out", "model")
    model = Model(program.folder / "model")
    flags = ["--half-life", "30"] if kind == "walk-forward" else []
    program.ok("regress", "--panel", "panel.parquet", "--out", "out", *COLUMNS, "--weights", kind, *flags)
    found = tables(program.folder / "out")
    expected, returns = model.frame("factor_returns"), found["factor_returns"]
    assert len(expected) == len(returns) > 0 and set(expected.columns) == set(returns.columns)
    for factor in expected.columns.drop("date"):
        np.testing.assert_array_equal(expected[factor], returns[factor])
    periods = found["periods"]
    assert periods["in_sample"].sum() == (len(periods) if kind == "iterated" else len(periods) // 2)


def test_weights_are_what_the_table_says(program: Program) -> None:
    """Factor returns, standard errors and idio returns of weights `1 / v`, given as a column."""
    frame = history(dates=60)
    write(frame, program.folder / "panel.parquet")
    found = regress(program, "out", "--weights", "iterated")
    variances = found["idio_variances"].set_index("asset")["weight_variance"]
    # Weights are taken from the row of the loadings, as all but returns; an asset's is the same at all dates.
    known = frame["asset"].map(1 / variances)
    write(frame.assign(w=known.fillna(known.median())), program.folder / "weighted.parquet")
    given = regress(program, "given", "--weights", "column:w", panel="weighted.parquet")
    seen = set(variances.index) == set(frame["asset"])
    assert seen and not known.isna().any()
    for table, columns in (
        ("factor_statistics", ["factor_return", "standard_error", "t_statistic", "vif"]),
        ("idio_returns", ["idio_return"]), ("periods", ["r2", "idio_std"]),
    ):
        # The same arithmetic on weights that differ by a rounding of 1 / v.
        np.testing.assert_allclose(found[table][columns], given[table][columns], rtol=1e-9, atol=1e-12)


def test_iteration_by_hand(program: Program) -> None:
    """Two passes made out of the program's own regressions: `v = sum e^2 / sum (1 - h)` with `h` from plain algebra."""
    frame = history(dates=40, holes=False)
    write(frame, program.folder / "panel.parquet")
    found = regress(program, "out", "--weights", "iterated", "--idio-mode", "two-stage")
    weights = pd.Series(1.0, frame["asset"].unique())
    for _ in range(2):
        variances = pass_by_hand(frame, weights)
        least = 0.01 * variances.median()
        used = 0.9 * variances.clip(lower=least) + 0.1 * variances.clip(lower=least).mean()
        weights = 1 / used
    table = found["idio_variances"].set_index("asset")
    own = table[table["verdict"] != "too few observations"]
    assert len(own) > 20
    np.testing.assert_allclose(own["idio_variance"], variances[own.index], rtol=1e-8)
    assert len(found["convergence"]) == 2


def pass_by_hand(frame: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Variances from dense designs with a dummy for each industry and none for the market."""
    dates = dates_of(frame)
    squares: dict[str, float] = {}
    divisors: dict[str, float] = {}
    counts: dict[str, int] = {}
    for before, date in zip(dates, dates[1:]):
        loadings = frame[frame["date"] == before].set_index("asset")
        returns = frame[frame["date"] == date].set_index("asset")["ret"]
        rows = loadings.join(returns.rename("next"), how="inner").dropna(subset=["next", *STYLES, "industry"])
        design = np.column_stack([
            *(rows["industry"] == label for label in sorted(rows["industry"].unique())), rows[STYLES].to_numpy()])
        design = design.astype(float)
        inside = rows["universe"].astype(bool).to_numpy() & (rows["market_cap"] > 0).to_numpy()
        weight = weights[rows.index].to_numpy()
        inverse = np.linalg.pinv(design[inside].T * weight[inside] @ design[inside])
        residuals = rows["next"].to_numpy() - design @ (
            inverse @ (design[inside].T * weight[inside] @ rows["next"].to_numpy()[inside]))
        forms = weight * np.einsum("ij,jk,ik->i", design, inverse, design)
        for asset, e, h, is_inside in zip(rows.index, residuals, forms, inside):
            divisor = 1 - h if is_inside else 1 + h
            if is_inside and h > 0.9:
                continue
            squares[asset] = squares.get(asset, 0.0) + e * e
            divisors[asset] = divisors.get(asset, 0.0) + divisor
            counts[asset] = counts.get(asset, 0) + 1
    variances = pd.Series(squares) / pd.Series(divisors)
    short = pd.Series(counts) < 20
    assert not short.any(), "this second implementation has no size groups"
    return variances


@pytest.mark.parametrize("kind", ["iterated", "walk-forward"])
def test_threads_order_and_format_do_not_matter(program: Program, kind: str) -> None:
    frame = history(dates=60)
    write(frame, program.folder / "panel.parquet")
    write(frame.sample(frac=1, random_state=3), program.folder / "shuffled.parquet")
    one = regress(program, "one", "--weights", kind, "--threads", "1")
    for out, panel, flags in (
        ("three", "panel.parquet", ["--threads", "3"]),
        ("shuffled", "shuffled.parquet", ["--threads", "2"]),
        ("spilled", "shuffled.parquet", ["--sort-memory", "1MB"]),
    ):
        assert_same(one, regress(program, out, "--weights", kind, *flags, panel=panel))
    manifest = json.loads((program.folder / "one" / "manifest.json").read_text())
    assert manifest["options"]["weights"] == kind
    assert manifest["summary"]["convergence"]["has_converged"]
    assert {table["path"] for table in manifest["tables"]} == {f"{name}.parquet" for name in one}


def test_a_walk_forward_knows_nothing_of_later_dates(program: Program) -> None:
    """Periods up to a date after the iterated span, with all later rows gone and with them there."""
    frame = history(dates=80)
    dates = dates_of(frame)
    write(frame, program.folder / "panel.parquet")
    flags = ["--weights", "walk-forward", "--initial", str(dates[30])[:10]]
    whole = regress(program, "whole", *flags)
    for last in (45, 60):
        write(frame[frame["date"] <= dates[last]], program.folder / "early.parquet")
        early = regress(program, "early", *flags, panel="early.parquet")
        for name in ("idio_returns", "periods"):
            table = whole[name]
            until = table[pd.to_datetime(table["date"]) <= dates[last]].reset_index(drop=True)
            pd.testing.assert_frame_equal(early[name], until, check_exact=True)
        pd.testing.assert_frame_equal(early["idio_variances"], whole["idio_variances"], check_exact=True)


def test_what_did_not_converge_is_said(program: Program) -> None:
    write(history(dates=60), program.folder / "panel.parquet")
    run = program.ok(
        "regress", "--panel", "panel.parquet", "--out", "out", *FLAGS, "--weights", "iterated", "--max-iterations", "3")
    assert "NOT converged after 3 passes" in run.out and "NOT converged after 3 passes" in run.err
    found = tables(program.folder / "out")
    moving = found["idio_variances"][found["idio_variances"]["verdict"] == "not converged"]
    assert len(moving) > 0 and (moving["change"] >= 1e-6).all()
    assert found["idio_variances"]["change"].notna().sum() == len(moving)
    assert found["convergence"]["largest_change"].iloc[-1] == moving["change"].max()


@pytest.mark.parametrize(("flags", "code", "message"), [
    (["--weights", "iterated", "--initial", "half"], 64, "--initial goes with --weights walk-forward"),
    (["--weights", "iterated", "--half-life", "9"], 64, "--half-life goes with --weights walk-forward"),
    (["--idio-mode", "aue"], 64, "--idio-mode goes with --weights iterated or walk-forward"),
    (["--weights", "walk-forward", "--half-life", "0"], 64, "--half-life is 0.0; expected a positive number"),
    (["--weights", "walk-forward", "--initial", "soon"], 64, "--initial is 'soon'; expected half, or a date"),
    (["--weights", "walk-forward", "--initial", "1990-01-01"], 65, "is 1990-01-01; expected a date from 20"),
    (["--weights", "iterated", "--max-iterations", "0"], 64, "--max-iterations is 0; expected 1 or more"),
    (["--weights", "iterated", "--robust", "huber"], 64, "--weights iterated goes with --robust none"),
    (["--weights", "iterated", "--clip-weights", "0.05"], 64, "--clip-weights goes with weights that are given"),
    (["--constraint-weights", "iterated"], 64, "--constraint-weights is iterated; expected cap, equal or column:NAME"),
])
def test_what_does_not_go_together(program: Program, flags: list[str], code: int, message: str) -> None:
    write(history(dates=30), program.folder / "panel.parquet")
    program.fails(code, "regress", "--panel", "panel.parquet", "--out", "out", *FLAGS, *flags, says=(message,))


def test_one_period_cannot_be_split(program: Program) -> None:
    write(history(dates=2), program.folder / "panel.parquet")
    program.fails(
        65, "regress", "--panel", "panel.parquet", "--out", "out", *FLAGS, "--weights", "walk-forward",
        says=("the data have 1 periods; expected at least 2",))
