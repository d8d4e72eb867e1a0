"""Models: estimated and updated with the bits of the command line, opened and asked."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import vendors
from conftest import CommandLine
from markets import STYLES
from models import dates_of
from models import Model as Stored
from models import assert_same_models

import riskengine

CONFIGURATION: dict[str, object] = {
    "version": 1, "frequency": "daily", "factor_covariance": {"eigenfactor": "off"},
    "data": {"panel": {
        "path": "panel.parquet", "groups": ["industry"], "styles": STYLES,
        "columns": {"date": "date", "asset": "asset", "return": "ret", "cap": "market_cap"}}},
}


@pytest.fixture
def model(history: pd.DataFrame, tmp_path: Path) -> riskengine.Model:
    """A model that was estimated from memory."""
    return riskengine.estimate(CONFIGURATION, tmp_path / "model", panel=history)


def test_a_frame_gives_the_bits_of_the_command_line(
    model: riskengine.Model, command: CommandLine, tmp_path: Path
) -> None:
    command.ok("estimate", "--config", "config.yaml", "--out", "expected")
    assert_same_models(Stored(tmp_path / "model"), Stored(tmp_path / "expected"))
    assert model.summary is not None


def test_a_configuration_file_gives_the_bits_of_the_command_line(
    history: pd.DataFrame, command: CommandLine, tmp_path: Path
) -> None:
    command.ok("estimate", "--config", "config.yaml", "--out", "expected")
    riskengine.estimate(tmp_path / "config.yaml", tmp_path / "model")
    assert_same_models(Stored(tmp_path / "model"), Stored(tmp_path / "expected"))


@pytest.mark.parametrize("kind", ["memory", "path"])
def test_an_update_gives_the_bits_of_an_estimate_of_all(kind: str, history: pd.DataFrame, tmp_path: Path) -> None:
    # The span of the iterated estimate is part of the model, so both have the same.
    dates = dates_of(history)
    sections = CONFIGURATION | {"idio": {"initial": str(dates[40])[:10]}}
    whole = riskengine.estimate(sections, tmp_path / "whole", panel=history)
    riskengine.estimate(sections, tmp_path / "model", panel=history[history["date"] <= dates[80]])
    new = history[history["date"] > dates[78]]
    new.to_parquet(tmp_path / "new.parquet")
    updated = riskengine.update(tmp_path / "model", new if kind == "memory" else tmp_path / "new.parquet")
    assert_same_models(Stored(tmp_path / "model"), Stored(tmp_path / "whole"))
    assert updated.metadata["last_date"] == whole.metadata["last_date"] == str(dates[-1])[:10]
    again = riskengine.update(tmp_path / "model", new)
    assert again.summary is not None and again.summary["date_count"] == 0
    assert again.metadata == updated.metadata


def test_a_correction_is_refused(model: riskengine.Model, history: pd.DataFrame) -> None:
    changed = history.copy()
    changed.loc[changed["date"] == dates_of(history)[50], "ret"] += 0.01
    with pytest.raises(riskengine.BadDataError, match="differs on") as caught:
        model.update(changed)
    assert caught.value.date == str(dates_of(history)[50])[:10]


def test_tables_are_those_on_disk(model: riskengine.Model, history: pd.DataFrame) -> None:
    dates = dates_of(history)
    returns = model.factor_returns(str(dates[20])[:10], dates[30])
    assert returns["date"].to_pylist() == [date.date() for date in dates[20:31]]
    assert set(returns.column_names) == {"date", *model.factors}
    whole = pd.concat(pd.read_parquet(path) for path in sorted(Path(model.path, "factor_returns").glob("*.parquet")))
    # NaN where a period has no estimate.
    np.testing.assert_array_equal(returns.to_pandas()["market"], whole["market"][19:30])
    assert model.dates[-1] == np.datetime64(dates[-1], "D")
    assert len(model.loadings(dates[10])) == (history["date"] == dates[10]).sum()
    with pytest.raises(KeyError, match="no rows of 'loadings' on 1999-01-01"):
        model.loadings("1999-01-01")
    with pytest.raises(KeyError, match="no table 'loading'"):
        model.table("loading")


def test_the_covariance_of_portfolios_is_that_of_the_parts(
    model: riskengine.Model, command: CommandLine, tmp_path: Path
) -> None:
    date = str(model.dates[-1])
    command.ok("export", "model", "--date", date, "--out", "flat", "--format", "parquet")
    flat = tmp_path / "flat"
    loadings = pd.read_parquet(flat / "loadings.parquet").set_index("asset")
    covariance = pd.read_parquet(flat / "factor_covariance.parquet").set_index("factor")
    idio = pd.read_parquet(flat / "idio_risk.parquet").set_index("asset")["variance"].loc[loadings.index]
    factors = list(covariance.columns)
    design = loadings[factors].to_numpy()
    total = design @ covariance.loc[factors].to_numpy() @ design.T + np.diag(idio)
    pairs = pd.read_parquet(flat / "idio_covariance.parquet")
    place = {asset: index for index, asset in enumerate(loadings.index)}
    for pair in pairs.itertuples():
        total[place[pair.asset_1], place[pair.asset_2]] += pair.covariance
        total[place[pair.asset_2], place[pair.asset_1]] += pair.covariance
    random = np.random.default_rng(2)
    weights = random.normal(size=(len(loadings), 2))
    book = pd.DataFrame({
        "portfolio": ["one"] * len(loadings) + ["two"] * len(loadings), "asset": list(loadings.index) * 2,
        "weight": weights.T.ravel()})
    found = model.covariance(book, date)
    # Rounding of sums over n assets and K factors, of terms no larger than the variances.
    tolerance = 1e-12 * np.abs(weights.T) @ np.abs(total) @ np.abs(weights)
    scale = found.matrix[0, 0] / (weights.T @ total @ weights)[0, 0]
    # The flat files are over the model's horizon, the answer is over one period.
    assert np.isclose(1 / scale, model.metadata["horizon"], rtol=1e-12)
    assert (np.abs(found.matrix - scale * (weights.T @ total @ weights)) <= tolerance).all()
    assert found.portfolios == ["one", "two"]
    assert found.covered_share.tolist() == [1, 1]
    assert model.variance(book, date).tolist() == found.matrix.diagonal().tolist()


def test_the_factor_covariance_is_symmetric_and_whole(model: riskengine.Model, tmp_path: Path) -> None:
    found = model.factor_covariance()
    rows = pd.concat(pd.read_parquet(path) for path in Path(model.path, "factor_covariance").glob("*.parquet"))
    rows = rows[rows["date"] == rows["date"].max()]
    assert len(rows) == len(found.factors) * (len(found.factors) + 1) / 2
    assert (found.matrix == found.matrix.T).all()
    for row in rows.itertuples():
        at = found.factors.index(row.factor_1), found.factors.index(row.factor_2)
        assert found.matrix[at] == row.covariance
    assert found.date == str(rows["date"].max())[:10]


def test_risk_and_attribution_sum_up(model: riskengine.Model, history: pd.DataFrame) -> None:
    book = pa.table({"asset": sorted(history[history["date"] == history["date"].max()]["asset"])[:5], "weight": [0.2] * 5})
    result = model.risk(book, benchmark="universe")
    summary = result.summary[0]
    assert np.isclose(sum(block["contribution"] for block in summary["blocks"]), summary["volatility"], rtol=1e-12)
    assert np.isclose(result["risk_assets"].to_pandas()["contribution"].sum(), summary["volatility"], rtol=1e-9)
    assert summary["relative"]["tracking_error"] > 0
    # What risk and variance say of a period is the same.
    assert np.isclose(summary["period_volatility"] ** 2, model.variance(book)[0], rtol=1e-9)
    attributed = model.attribute(book, from_=dates_of(history)[-10])
    effects = sum(effect["contribution"] for effect in attributed.summary[0]["kinds"])
    assert np.isclose(effects, attributed.summary[0]["return"], rtol=1e-9, atol=1e-12)


def test_weights_by_asset_are_a_portfolio(model: riskengine.Model, history: pd.DataFrame) -> None:
    """In a series or a mapping, at a date as the model tells it."""
    date = model.dates[-2]
    assets = model.loadings(date)["asset"].to_pylist()[:3]
    weights = {asset: 0.25 * place for place, asset in enumerate(assets, 1)}
    expected = model.risk(pa.table({"asset": assets, "weight": [0.25, 0.5, 0.75]}), date=str(date))
    dated = pd.Series([0.25, 0.5, 0.75], index=pd.MultiIndex.from_product([[date], assets], names=["date", "asset"]))
    for book in (weights, pd.Series(weights), pd.Series(weights, name="own"), dated):
        found = model.risk(book, date=pd.Timestamp(date))
        assert found["risk_assets"].equals(expected["risk_assets"])
    every = model.loadings(date)["asset"].to_pylist()
    returns = pd.Series({asset: 0.001 * place for place, asset in enumerate(every, 1)})
    table = pa.table({"asset": every, "expected_return": returns.to_numpy()})
    found, expected = (
        model.optimize(objective="maximum-sharpe", expected_returns=given, date=date) for given in (returns, table))
    assert found.summary == expected.summary


def test_a_book_that_the_model_does_not_cover_is_refused(model: riskengine.Model) -> None:
    for ask in (model.risk, model.covariance):
        with pytest.raises(riskengine.BadDataError, match="covers none") as caught:
            ask(pa.table({"asset": ["nobody"], "weight": [1.0]}))
        assert caught.value.asset == "nobody"


def test_performance_and_evaluation_are_those_of_the_command_line(
    model: riskengine.Model, command: CommandLine, tmp_path: Path
) -> None:
    command.ok("performance", "model", "--out", "performance.parquet")
    assert model.performance().equals(pq.read_table(tmp_path / "performance.parquet"))
    command.ok("evaluate", "model", "--warmup", "70", "--out", "expected")
    result = model.evaluate(warmup=70, out=tmp_path / "evaluation")
    assert result.summary["periods"] > 0
    for path in (tmp_path / "expected").glob("*.parquet"):
        assert path.read_bytes() == (tmp_path / "evaluation" / path.name).read_bytes()


def test_verification_finds_a_changed_byte(model: riskengine.Model) -> None:
    assert model.verify()["faults"] == []
    file = next(Path(model.path, "idio_risk").glob("*.parquet"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    faults = riskengine.verify(model.path)["faults"]
    assert [fault["file"] for fault in faults] == [f"idio_risk/{file.name}"]


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(riskengine.MissingInputError):
        riskengine.Model.open(tmp_path / "absent")
    with pytest.raises(riskengine.BadDataError, match="expected a model"):
        riskengine.Model.open(tmp_path)


def test_sources_may_be_in_memory(command: CommandLine, tmp_path: Path) -> None:
    raw = vendors.vendor(dates=140)
    last = sorted(raw["date"].unique())[129]
    vendors.configuration(tmp_path, factor_covariance={"eigenfactor": "off"}, idio={"initial": "2020-04-01"})
    raw.to_parquet(tmp_path / "raw.parquet")
    command.ok("estimate", "--config", "config.yaml", "--out", "expected")
    model = riskengine.estimate(
        tmp_path / "config.yaml", tmp_path / "model", sources={"vendor": raw[raw["date"] <= last]})
    model.update(raw[raw["date"] > last])
    assert_same_models(Stored(tmp_path / "model"), Stored(tmp_path / "expected"))
    with pytest.raises(riskengine.UsageError, match="no source 'nobody'"):
        riskengine.estimate(tmp_path / "config.yaml", tmp_path / "model", sources={"nobody": raw})
    raw.loc[5, "date"] = pd.NaT
    with pytest.raises(riskengine.BadDataError) as caught:
        riskengine.estimate(tmp_path / "config.yaml", tmp_path / "other", sources={"vendor": raw})
    assert (caught.value.row, caught.value.column) == (6, "date")
    assert not (tmp_path / "other").exists()


def test_a_locked_model_is_told(model: riskengine.Model, history: pd.DataFrame, tmp_path: Path) -> None:
    folder = os.open(model.path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        with pytest.raises(riskengine.LockedError) as caught:
            model.update(history)
    finally:
        os.close(folder)
    assert caught.value.exit_code == 75
