"""Synthetic markets: every mode, the same bits for the same seed, and a truth that regressions find."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from program import Program, read_table

SMALL = ("--assets", 60, "--periods", 20, "--industries", 5, "--styles", 3)
MODES = ["exact", "gauss_static", "gauss_missing", "full"]
REGRESS = ("--cap", "market_cap", "--groups", "industry", "--styles", "S00,S01,S02", "--universe",
           "in_estimation_universe")


def hashes(folder: Path) -> dict[str, str]:
    """The hash of every table of a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.*")) if path.name != "manifest.json"
    }


def truth(folder: Path, name: str) -> pd.DataFrame:
    """A table of the truth."""
    return read_table(folder / "truth" / f"{name}.parquet").to_pandas()


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_makes_a_market_that_regress_takes(program: Program, mode: str) -> None:
    """As the program itself proposes."""
    run = program.ok("simulate", *SMALL, "--mode", mode, "--no-raw", "--out", "a market")
    folder = program.folder / "a market"
    assert {path.name for path in folder.iterdir()} == {"panel.parquet", "truth", "manifest.json"}
    assert {path.stem for path in (folder / "truth").iterdir()} == {
        "factor_returns", "idio_returns", "factor_covariance"}
    panel = read_table(folder / "panel.parquet")
    assert panel.schema.names == [
        "date", "asset", "ret", "market_cap", "in_estimation_universe", "industry", "S00", "S01", "S02"]
    assert len(panel.column("date").unique()) == 20
    command = run.out.split("next: ")[1].replace("riskengine", f"'{program.binary}'", 1)
    done = subprocess.run(["bash", "-euc", command], cwd=program.folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("mode", MODES)
def test_the_same_seed_gives_the_same_bits_whatever_the_threads(program: Program, mode: str) -> None:
    """Another seed gives other numbers in every table but the covariance."""
    found = []
    for number, (seed, threads) in enumerate([(7, 1), (7, 2), (7, 3), (8, 1)]):
        program.ok("simulate", *SMALL, "--mode", mode, "--no-raw", "--seed", seed, "--threads", threads, "--out",
                   number)
        found.append(hashes(program.folder / str(number)))
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 4
    assert found[0]["panel.parquet"] != found[3]["panel.parquet"]
    assert found[0]["truth/factor_returns.parquet"] != found[3]["truth/factor_returns.parquet"]


@pytest.mark.parametrize("countries", [0, 3])
def test_an_exact_market_is_recovered_to_rounding(program: Program, countries: int) -> None:
    """Without idio returns, factor returns are the true ones."""
    program.ok("simulate", *SMALL, "--countries", countries, "--mode", "exact", "--out", "m")
    groups = "industry,country" if countries else "industry"
    results = program.regress("m/panel.parquet", *REGRESS, "--groups", groups)
    found = results.table("factor_returns").to_pandas().set_index("date")
    expected = truth(program.folder / "m", "factor_returns").set_index("date")
    pd.testing.assert_frame_equal(found, expected[found.columns], atol=1e-13, rtol=0)
    assert results.table("periods").to_pandas()["r2"].min() > 1 - 1e-12


def test_a_normal_market_is_recovered_within_standard_errors(program: Program) -> None:
    """Errors over standard errors, weighted by inverse variances, are standard normal: their mean and variance."""
    program.ok("simulate", "--assets", 300, "--periods", 200, "--industries", 6, "--styles", 3, "--mode",
               "gauss_static", "--seed", 5, "--out", "m")
    panel = read_table(program.folder / "m" / "panel.parquet").to_pandas()
    idio = truth(program.folder / "m", "idio_returns")
    panel["precision"] = 1 / idio["idio_variance"]
    assert (panel["asset"] == idio["asset"]).all() and (panel["date"] == idio["date"]).all()
    panel.to_parquet(program.folder / "panel.parquet", index=False)
    results = program.regress("panel.parquet", *REGRESS, "--weights", "column:precision")
    statistics = results.table("factor_statistics").to_pandas().set_index(["date", "factor"])
    expected = truth(program.folder / "m", "factor_returns").set_index("date").stack()
    expected.index.names = ["date", "factor"]
    score = (statistics["factor_return"] - expected[statistics.index]) / statistics["standard_error"]
    # 199 independent periods of 10 factors of which 9 are free: five standard deviations of mean and variance.
    free = 199 * 9
    assert abs(score.mean()) < 5 / np.sqrt(199)
    assert abs((score**2).mean() - 1) < 5 * np.sqrt(2 / free)
    assert statistics["factor_return"].notna().all()

    merged = results.table("idio_returns").to_pandas().merge(idio, on=["date", "asset"], suffixes=("", "_true"))
    assert len(merged) == 199 * 300
    assert np.corrcoef(merged["idio_return"], merged["idio_return_true"])[0, 1] > 0.97


def test_the_true_covariance_is_that_of_the_factor_returns(program: Program) -> None:
    """Symmetric, positive semidefinite, one row a pair."""
    program.ok("simulate", *SMALL, "--out", "m")
    wide = truth(program.folder / "m", "factor_covariance").pivot(
        index="factor_1", columns="factor_2", values="covariance")
    names = list(truth(program.folder / "m", "factor_returns").columns[1:])
    matrix = wide.loc[names, names].to_numpy()
    assert np.array_equal(matrix, matrix.T)
    assert np.linalg.eigvalsh(matrix).min() > -1e-12 * matrix.trace()


@pytest.mark.parametrize("kind", ["csv", "feather"])
def test_markets_of_every_format_regress_to_the_same_bits(program: Program, kind: str) -> None:
    """Numbers survive a round trip through text."""
    found = []
    for name in ("parquet", kind):
        program.ok("simulate", *SMALL, "--mode", "full", "--format", name, "--out", name)
        found.append(program.regress(f"{name}/panel.{name}", *REGRESS).table_hashes)
    assert found[0] == found[1]


def test_a_market_may_lack_groups_and_styles(program: Program) -> None:
    """0 of them is a choice."""
    run = program.ok("simulate", "--assets", 30, "--periods", 5, "--industries", 0, "--styles", 0, "--out", "m")
    assert "--groups" not in run.out and "--styles" not in run.out
    assert read_table(program.folder / "m" / "panel.parquet").num_columns == 5


def test_the_summary_as_json_counts_what_was_made(program: Program) -> None:
    """And the manifest says how it was made."""
    summary = program.ok("simulate", *SMALL, "--out", "m", "--json").json()
    panel = read_table(program.folder / "m" / "panel.parquet")
    assert summary["row_count"] == panel.num_rows and summary["date_count"] == 20
    assert summary["asset_count"] == len(panel.column("asset").unique())
    assert summary["factor_count"] == 9 and summary["styles"] == ["S00", "S01", "S02"]


@pytest.mark.parametrize("options,says", [
    (("--assets", "0"), ("--assets is 0; expected from 10",)), (("--periods", "0"), ("--periods is 0;",)),
    (("--industries=-1",), ("--industries is -1",)), (("--styles=-2",), ("--styles is -2; expected from 0 to 1000",)),
    (("--assets", "50"), ("--industries is 60; expected from 0 to 50, the number of --assets",)),
    (("--seed=-1",), ("--seed", "-1")), (("--seed", "x"), ("--seed", "'x'")),
    (("--mode", "chaos"), ("--mode", "exact", "full")), (("--periods", "99999999"), ("periods", "99999999")),
    (("--threads", "0"), ("--threads",)),
], ids=str)
def test_bad_options_are_64_and_named(program: Program, options: tuple[str, ...], says: tuple[str, ...]) -> None:
    """Before anything is made."""
    program.fails(64, "simulate", "--out", "m", *options, says=says)
