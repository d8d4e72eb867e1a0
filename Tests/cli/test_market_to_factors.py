"""The four commands of the README: a synthetic market's vendors, their errors found, and its factor returns recovered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from program import Program

STYLES = ["S00", "S01", "S02", "S03", "S04"]


@pytest.fixture(scope="module")
def folder(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market of vendors with errors, checked, made into loadings and regressed."""
    folder = tmp_path_factory.mktemp("market")
    program = Program(binary, folder)
    program.ok(
        "simulate", "--assets", 300, "--periods", 300, "--industries", 10, "--styles", 5, "--seed", 3,
        "--mode", "full", "--out", "market",
    )
    program.ok("check", "--config", "market/config.yaml", "--out", "checked")
    run = program.ok("loadings", "--config", "market/config.yaml", "--out", "loadings")
    command = run.out.split("next: riskengine ")[1].split()
    program.ok(*command)
    flags = ["--cap", "market_cap", "--groups", "industry", "--universe", "in_estimation_universe"]
    program.ok(
        "regress", "--panel", "market/panel.parquet", "--out", "true", *flags, "--styles", ",".join(STYLES)
    )
    return folder


def test_injected_errors_are_found(folder: Path) -> None:
    """Every error that a check of single values is made for has a finding of that check, source, asset and date."""
    errors = pd.read_parquet(folder / "market/truth/errors.parquet")
    found = pd.read_parquet(folder / "checked/quality.parquet")
    counts = pd.read_parquet(folder / "checked/quality_counts.parquet").groupby("check")["count"].sum()
    keys = set(zip(found["check"], found["source"], found["asset"], found["date"].astype(str)))
    assets = set(zip(found["check"], found["source"], found["asset"]))
    for kind in ("impossible_value", "unit_error", "conflicting_rows", "non_trading_date", "cap_mismatch", "look_ahead"):
        mine = errors[errors["kind"] == kind]
        assert len(mine) > 0, kind
        if kind == "unit_error":
            # The vendor's return of the next day is wrong in consequence, and is no error of units.
            mine = mine[mine["field"] != "return"]
        rows = set(zip(mine["kind"], mine["vendor"], mine["asset"], mine["date"].astype(str)))
        assert rows <= keys, (kind, sorted(rows - keys)[:5])
    for kind in ("spike", "stale_price", "unadjusted_split", "return_mismatch"):
        # These are dated by the day that tells, which may be another than the first wrong one.
        mine = errors[errors["kind"] == kind]
        assert len(mine) > 0, kind
        rows = set(zip(mine["kind"], mine["vendor"], mine["asset"]))
        assert len(rows & assets) >= 0.99 * len(rows), (kind, sorted(rows - assets)[:5])
    duplicates = errors[errors["kind"] == "duplicate_row"]
    assert counts["duplicate_row"] >= len(duplicates) > 0


def test_prices_without_errors_are_left_alone(folder: Path) -> None:
    """Of the errors on prices that stop at nothing, few are of assets that have no error near them."""
    errors = pd.read_parquet(folder / "market/truth/errors.parquet")
    found = pd.read_parquet(folder / "checked/quality.parquet")
    rows = pd.read_parquet(folder / "loadings/panel.parquet")
    wrong = set(zip(errors["vendor"], errors["asset"]))
    for kind in ("unit_error", "spike", "conflicting_rows", "impossible_value"):
        mine = found[(found["check"] == kind) & (found["severity"] == "error")]
        false = [key for key in zip(mine["source"], mine["asset"]) if key not in wrong]
        assert len(false) <= 1e-4 * 2 * len(rows), (kind, false[:5])


def test_loadings_are_the_true_ones(folder: Path) -> None:
    """Normal scores of what vendors show agree with the latent loadings up to the sample and to what was wrong."""
    mine = pd.read_parquet(folder / "loadings/panel.parquet").set_index(["date", "asset"])
    true = pd.read_parquet(folder / "market/panel.parquet").set_index(["date", "asset"])
    both = mine.join(true[STYLES].add_suffix("_true"), how="inner")
    assert len(both) > 0.99 * len(true)
    for style in STYLES:
        assert both[style].corr(both[f"{style}_true"]) > 0.99, style


def test_returns_are_the_true_ones(folder: Path) -> None:
    """Total returns of prices and actions less the risk-free rate are the panel's, where nothing was wrong."""
    mine = pd.read_parquet(folder / "loadings/panel.parquet").set_index(["date", "asset"])["ret"]
    true = pd.read_parquet(folder / "market/panel.parquet").set_index(["date", "asset"])["ret"]
    both = pd.concat([mine, true.rename("true")], axis=1, join="inner").dropna()
    assert len(both) > 0.97 * len(true)
    assert (abs(both["ret"] - both["true"]) > 1e-9).mean() < 0.01


def test_factor_returns_are_recovered(folder: Path) -> None:
    """As well as from the true panel, and by the size of errors that the standard errors tell."""
    truth = pd.read_parquet(folder / "market/truth/factor_returns.parquet").set_index("date")
    fits = {name: pd.read_parquet(folder / path / "factor_returns.parquet").set_index("date")
            for name, path in (("mine", "loadings-regressed"), ("true", "true"))}  # fmt: skip
    errors = pd.read_parquet(folder / "loadings-regressed/factor_statistics.parquet")
    errors = errors.pivot(index="date", columns="factor", values="standard_error")
    for factor in ["market", *STYLES]:
        off = {name: fit[factor] - truth[factor].reindex(fit.index) for name, fit in fits.items()}
        size = {name: np.sqrt(np.mean(values.dropna() ** 2)) for name, values in off.items()}
        assert size["mine"] < 1.1 * size["true"], (factor, size)
        scores = (off["mine"] / errors[factor]).dropna()
        # Standard errors are those of weights by the root of the cap, which are not the true ones, so scores vary more
        # than by sampling.
        assert 0.5 < np.mean(scores**2) < 2, (factor, np.mean(scores**2))
