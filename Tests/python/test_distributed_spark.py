"""Jobs on Spark: a cluster of two executors, each a process of its own; runs with --full."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import models
import numpy as np
import pandas as pd
import pytest
from conftest import REGRESSION, ROOT
from dying import DyingSpan
from spreading import assert_same, folder_of
from test_distributed import jobs_in
from test_distributed_idio import assert_same_idio

import riskengine
from riskengine import distributed as spread

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Spark session with two executors of one core."""
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java: there is no java on the PATH")
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    paths = os.pathsep.join([str(ROOT / "scripts" / "python" / "src"), str(ROOT / "Tests" / "python")])
    session = (
        sql.SparkSession.builder.master("local-cluster[2,1,1024]").appName("riskengine")
        .config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1").config("spark.sql.shuffle.partitions", "4")
        .config("spark.local.dir", str(tmp_path_factory.mktemp("spark")))
        .config("spark.executorEnv.PYTHONPATH", paths)
        .config("spark.executorEnv.RISKENGINE_LIBRARY", os.environ["RISKENGINE_LIBRARY"])
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "700").getOrCreate())
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.mark.parametrize("lag", [0, 2])
def test_spark_gives_the_bits_of_one_machine(
    lag: int, long_market: pd.DataFrame, session: Any, tmp_path: Path
) -> None:
    expected = riskengine.regress(long_market, lag=lag, **REGRESSION)
    path = folder_of(long_market, tmp_path / "panel", dates_a_file=5)
    assert_same(spread.regress(path, client=session, lag=lag, **REGRESSION), expected)
    frame = session.read.parquet(str(path)).repartition(5)
    assert_same(spread.regress(frame, dates_per_task=7, lag=lag, **REGRESSION), expected)


def test_weights_out_of_idio_returns_on_executors(long_market: pd.DataFrame, session: Any, tmp_path: Path) -> None:
    path = folder_of(long_market, tmp_path / "panel", dates_a_file=5)
    options = {**REGRESSION, "weights": "walk-forward", "half_life": 20, "max_iterations": 5}
    expected = riskengine.regress(long_market, **options)
    found = spread.regress(path, client=session, dates_per_task=20, sweep_tolerance=None, **options)
    assert_same_idio(found, expected)


def test_an_error_is_that_of_the_earliest_dates(long_market: pd.DataFrame, session: Any, tmp_path: Path) -> None:
    dates = models.dates_of(long_market)
    frame = long_market.copy()
    for place in (80, 30):
        frame.loc[frame.index[frame["date"] == dates[place]][4], "size"] = np.inf
    path = folder_of(frame, tmp_path / "panel", dates_a_file=5)
    with pytest.raises(riskengine.BadDataError, match="the style 'size' of asset .* is infinite") as caught:
        spread.regress(path, client=session, **REGRESSION)
    assert caught.value.date == str(dates[30])[:10]
    with pytest.raises(riskengine.BadDataError, match="no column 'value'"):
        spread.regress(path, client=session, styles=["value"])


def test_models_on_executors(long_market: pd.DataFrame, session: Any, tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path, long_market)
    assert [one.outcome for one in spread.estimate_many(jobs, client=session)] == ["estimated", "failed", "estimated"]
    assert [one.outcome for one in spread.estimate_many(jobs, client=session)] == [
        "already there", "failed", "already there"]


def test_a_killed_executor_loses_nothing(
    long_market: pd.DataFrame, session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = riskengine.regress(long_market, **REGRESSION)
    begun = tmp_path / "begun"
    begun.mkdir()
    monkeypatch.setattr("riskengine.distributed._spark.RunSpan", functools.partial(DyingSpan, begun))
    path = folder_of(long_market, tmp_path / "panel", dates_a_file=5)
    assert_same(spread.regress(path, client=session, dates_per_task=5, **REGRESSION), expected)
    killed = (begun / "killed").read_text()
    assert not Path(f"/proc/{killed}").exists()
    assert {name.name for name in begun.iterdir()} - {"first", "killed", killed}
