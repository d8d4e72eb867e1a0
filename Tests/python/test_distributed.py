"""Jobs on the workers of a real cluster of processes: the bits of one machine, also where a worker is killed."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import models
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import REGRESSION
from markets import STYLES, arrow, market
from spreading import SlowTask, a_worker_killed, assert_same, folder_of, worker_of
from test_package import run

import riskengine
from riskengine import distributed as spread

pytest.importorskip("distributed")


@pytest.mark.parametrize("lag", [0, 1, 3])
@pytest.mark.parametrize("dates_per_task", [None, 1, 7])
def test_files_of_dates_give_the_bits_of_one_machine(
    lag: int, dates_per_task: int | None, long_market: pd.DataFrame, client: Any, tmp_path: Path
) -> None:
    frame = long_market[long_market["date"] >= models.dates_of(long_market)[70]]
    path = folder_of(frame, tmp_path / "panel", dates_a_file=2)
    expected = riskengine.regress(frame, lag=lag, **REGRESSION)
    found = spread.regress(path, client=client, dates_per_task=dates_per_task, lag=lag, **REGRESSION)
    assert "Aerospace" in expected.factor_returns.column_names
    assert_same(found, expected)
    assert found.summary["task_count"] == (8 if dates_per_task is None else -(-(30 - lag) // dates_per_task))


@pytest.mark.parametrize("options", [
    {"robust": "huber"}, {"weights": "column:precision"}, {"clip_weights": 0.05}, {"market": False},
    {"thin_industries": 6.0}, {"storage": "float32"}, {"constraint_weights": "equal", "min_assets": 12},
], ids=str)
def test_options_give_the_bits_of_one_machine(
    options: dict[str, Any], long_market: pd.DataFrame, client: Any, tmp_path: Path
) -> None:
    path = folder_of(long_market, tmp_path / "panel", dates_a_file=9)
    expected = riskengine.regress(long_market, **REGRESSION, **options)
    assert_same(spread.regress(path, client=client, **REGRESSION, **options), expected)


def test_names_of_factors_do_not_depend_on_the_part(client: Any, tmp_path: Path) -> None:
    # `Energy` is a country too, on the first dates only; a style has the name of a label that comes last.
    frame = market(60, 20, holes=False)
    dates = models.dates_of(frame)
    early, late = frame["date"] < dates[5], frame["date"] >= dates[15]
    frame.loc[early & (frame["country"] == "US"), "country"] = "Energy"
    frame.loc[late & (frame["industry"] == "Banks"), "industry"] = "beta"
    options = {**REGRESSION, "groups": ["industry", "country"]}
    expected = riskengine.regress(frame, **options)
    assert {"country:Energy", "industry:beta"} <= set(expected.factor_returns.column_names)
    path = folder_of(frame, tmp_path / "panel")
    assert_same(spread.regress(path, client=client, dates_per_task=3, **options), expected)


def test_folders_named_by_date_and_a_single_file(long_market: pd.DataFrame, client: Any, tmp_path: Path) -> None:
    expected = riskengine.regress(long_market, **REGRESSION)
    table = arrow(long_market)
    texts = table.set_column(0, "date", table["date"].cast(pa.string()))
    pq.write_to_dataset(texts, tmp_path / "hive", partition_cols=["date"])
    assert_same(spread.regress(tmp_path / "hive", client=client, **REGRESSION), expected)
    shuffled = arrow(long_market.sample(frac=1, random_state=3))
    pq.write_table(shuffled, tmp_path / "one.parquet", row_group_size=500)
    assert_same(spread.regress(tmp_path / "one.parquet", client=client, **REGRESSION), expected)


def test_dask_frames_stay_on_the_workers(long_market: pd.DataFrame, client: Any) -> None:
    frames = pytest.importorskip("dask.dataframe")
    expected = riskengine.regress(long_market, **REGRESSION)
    frame = frames.from_pandas(long_market, npartitions=7, sort=False)
    assert_same(spread.regress(frame, client=client, **REGRESSION), expected)
    indexed = frames.from_pandas(long_market.set_index("date"), npartitions=5)
    assert_same(spread.regress(indexed, client=client, **REGRESSION), expected)


def test_parts_in_which_nothing_is_estimated_are_rows_like_others(
    long_market: pd.DataFrame, client: Any, tmp_path: Path
) -> None:
    dates = models.dates_of(long_market)
    frame = long_market.copy()
    frame.loc[frame["date"].between(dates[10], dates[20]), "ret"] = np.nan
    expected = riskengine.regress(frame, **REGRESSION)
    assert "failed: too few assets" in expected.summary["outcomes"]
    path = folder_of(frame, tmp_path / "panel")
    assert_same(spread.regress(path, client=client, dates_per_task=2, **REGRESSION), expected)
    frame["ret"] = np.nan
    path = folder_of(frame, tmp_path / "nothing")
    with pytest.raises(riskengine.BadDataError, match="none of 99 periods could be estimated"):
        spread.regress(path, client=client, **REGRESSION)


def test_memberships_and_factor_portfolios(long_market: pd.DataFrame, client: Any, tmp_path: Path) -> None:
    shares = pd.DataFrame([
        {"asset": asset, "industry": label, "fraction": fraction}
        for place, asset in enumerate(sorted(long_market["asset"].unique()))
        for label, fraction in ([("Banks", 0.25), ("Energy", 0.75)] if place % 3 else [("Retail", 1.0)])])
    shares.to_parquet(tmp_path / "shares.parquet")
    dates = [str(models.dates_of(long_market)[place])[:10] for place in (0, 40, 41, 99)]
    path = folder_of(long_market, tmp_path / "panel", dates_a_file=10)
    expected = riskengine.regress(
        long_market, memberships={"industry": shares}, factor_portfolios=dates, **REGRESSION)
    assert expected.factor_portfolios is not None and expected.summary["warnings"]
    for table in (shares, tmp_path / "shares.parquet"):
        found = spread.regress(
            path, client=client, memberships={"industry": table}, factor_portfolios=dates, **REGRESSION)
        assert_same(found, expected)


def test_integer_assets(long_market: pd.DataFrame, client: Any, tmp_path: Path) -> None:
    frame = long_market.assign(asset=long_market["asset"].astype("int32"))
    path = folder_of(frame, tmp_path / "panel", dates_a_file=10)
    assert_same(spread.regress(path, client=client, **REGRESSION), riskengine.regress(frame, **REGRESSION))


# What is wrong


def test_the_earliest_error_is_told_with_its_place(long_market: pd.DataFrame, client: Any, tmp_path: Path) -> None:
    dates = models.dates_of(long_market)
    frame = long_market.copy()
    for place in (80, 30):
        first = frame.index[frame["date"] == dates[place]][4]
        frame.loc[first, "size"] = np.inf
    path = folder_of(frame, tmp_path / "panel")
    with pytest.raises(riskengine.BadDataError, match="the style 'size' of asset .* is infinite") as caught:
        spread.regress(path, client=client, **REGRESSION)
    assert caught.value.date == str(dates[30])[:10]
    assert caught.value.row is None and "row" not in caught.value.message
    assert caught.value.asset is not None


def test_what_is_missing_is_named(panel: pd.DataFrame, client: Any, tmp_path: Path) -> None:
    path = folder_of(panel, tmp_path / "panel")
    with pytest.raises(riskengine.BadDataError, match="no column 'value'; found date, asset"):
        spread.regress(path, client=client, styles=["value"])
    with pytest.raises(riskengine.MissingInputError, match="nowhere"):
        spread.regress(tmp_path / "nowhere", client=client, styles=STYLES)
    with pytest.raises(riskengine.UsageError, match="found option 'out'"):
        spread.regress(path, client=client, styles=STYLES, out="x")
    with pytest.raises(riskengine.BadDataError, match="has 12 dates, which leaves no period at lag 12"):
        spread.regress(path, client=client, styles=STYLES, lag=12)
    with pytest.raises(riskengine.UsageError, match="DataFrame; expected a path"):
        spread.regress(panel, client=client, styles=STYLES)


# Workers that die


def test_a_killed_worker_loses_nothing(
    long_market: pd.DataFrame, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder_of(long_market, tmp_path / "panel")
    expected = riskengine.regress(long_market, **REGRESSION)
    begun = tmp_path / "begun"
    monkeypatch.setattr(
        "riskengine.distributed._dask.run_pieces", SlowTask(begun, "riskengine.distributed._dask", "run_pieces"))
    with a_worker_killed(client, begun):
        found = spread.regress(path, client=client, dates_per_task=5, **REGRESSION)
    # More tasks were begun than there are: one was run again.
    assert len(list(begun.iterdir())) > found.summary["task_count"]
    assert_same(found, expected)


# Models


def jobs_in(folder: Path, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Two models of different universes, and one whose configuration is wrong."""
    pq.write_table(arrow(frame), folder / "panel.parquet")
    half = frame[frame["asset"].astype(int) % 2 == 0]
    pq.write_table(arrow(half), folder / "half.parquet")
    models.configuration(folder, "all.json")
    models.configuration(folder, "half.json", data=models.panel_section("half.parquet"))
    models.configuration(folder, "wrong.json", data=models.panel_section(styles=["value"]))
    return [{"config": folder / f"{name}.json", "out": folder / name} for name in ("all", "wrong", "half")]


def digests(folder: Path) -> dict[str, str]:
    """The files of a folder with digests of what is in them."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()}


def test_many_models_have_the_bits_of_one_machine(long_market: pd.DataFrame, client: Any, tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path, long_market)
    found = spread.estimate_many(jobs, client=client)
    assert [one.outcome for one in found] == ["estimated", "failed", "estimated"]
    assert isinstance(found[1].error, riskengine.BadDataError) and "value" in found[1].error.message
    assert not (tmp_path / "wrong").exists()
    with pytest.raises(riskengine.BadDataError, match="value"):
        found[1].model()
    for name in ("all", "half"):
        riskengine.estimate(tmp_path / f"{name}.json", tmp_path / "alone" / name)
        assert digests(tmp_path / name) == digests(tmp_path / "alone" / name)
    assert found[0].model().verify()["faults"] == []


def test_models_that_are_there_are_not_estimated_again(
    long_market: pd.DataFrame, client: Any, tmp_path: Path
) -> None:
    jobs = jobs_in(tmp_path, long_market)
    del jobs[1]
    mapping = {"version": 1, "frequency": "daily", "factor_covariance": {"eigenfactor": "off"},
               "data": models.panel_section(str(tmp_path / "half.parquet"))}
    jobs.append({"config": mapping, "out": tmp_path / "mapping"})
    assert [one.outcome for one in spread.estimate_many(jobs, client=client)] == ["estimated"] * 3
    written = [(tmp_path / name / "manifest.json").stat().st_mtime_ns for name in ("all", "half", "mapping")]
    assert [one.outcome for one in spread.estimate_many(jobs, client=client)] == ["already there"] * 3
    assert written == [(tmp_path / name / "manifest.json").stat().st_mtime_ns for name in ("all", "half", "mapping")]

    damaged = next((tmp_path / "all" / "idio_returns").iterdir())
    content = bytearray(damaged.read_bytes())
    content[100] ^= 1
    damaged.write_bytes(content)
    assert [one.outcome for one in spread.estimate_many(jobs, client=client)] == [
        "estimated", "already there", "already there"]
    pq.write_table(arrow(long_market[long_market["asset"].astype(int) % 3 > 0]), tmp_path / "half.parquet")
    models.configuration(tmp_path, "all.json", data=models.panel_section(styles=STYLES[:2]))
    assert [one.outcome for one in spread.estimate_many(jobs, client=client)] == ["estimated"] * 3


class SlowEstimates:
    """Estimates a model, and leaves a file that says which process does; slow enough to be killed before it is done."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, job: dict[str, Any]) -> Any:
        """Runs a job: the first attempt lasts until the worker is killed."""
        from riskengine.distributed._models import run_estimate

        is_first = not any(self.folder.iterdir())
        (self.folder / f"{os.getpid()}-{time.monotonic_ns()}").touch()
        if is_first:
            time.sleep(60)
        return run_estimate(job)


def test_a_killed_worker_loses_no_model(
    long_market: pd.DataFrame, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = jobs_in(tmp_path, long_market)
    begun = tmp_path / "begun"
    begun.mkdir()
    monkeypatch.setattr("riskengine.distributed.models.run_estimate", SlowEstimates(begun))
    killer = threading.Thread(target=lambda: os.kill(worker_of(client, begun), signal.SIGKILL))
    killer.start()
    found = spread.estimate_many(jobs, client=client)
    killer.join()
    client.wait_for_workers(2)
    assert [one.outcome for one in found] == ["estimated", "failed", "estimated"]
    assert len(list(begun.iterdir())) > len(jobs)
    for name in ("all", "half"):
        riskengine.estimate(tmp_path / f"{name}.json", tmp_path / "alone" / name)
        assert digests(tmp_path / name) == digests(tmp_path / "alone" / name)


def test_jobs_that_cannot_be_are_refused(client: Any, tmp_path: Path) -> None:
    job = {"config": tmp_path / "c.yaml", "out": tmp_path / "m"}
    with pytest.raises(riskengine.UsageError, match="jobs 0 and 1 both have out"):
        spread.estimate_many([job, job], client=client)
    with pytest.raises(riskengine.UsageError, match="job 0 has no 'out'"):
        spread.estimate_many([{"config": "x"}], client=client)
    with pytest.raises(riskengine.UsageError, match="job 0 has 'thread'; expected config"):
        spread.estimate_many([{**job, "thread": 1}], client=client)


def test_the_example_takes_up_what_is_there(tmp_path: Path) -> None:
    told = [run("examples/spread.py", str(tmp_path)).splitlines() for _ in range(2)]
    assert told[0] == ["299 periods, 8 tasks", "universe-0: estimated", "universe-1: estimated"]
    assert told[1] == ["299 periods, 8 tasks", "universe-0: already there", "universe-1: already there"]
