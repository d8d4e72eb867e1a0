"""Interruptions, progress and threads."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
from conftest import REGRESSION

import riskengine

# A run in the background inherits that SIGINT is ignored, and Python leaves it so.
LONG_JOB = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {source!r})
import riskengine
def tell(stage, done, total):
    print(stage, done, flush=True)
try:
    riskengine.simulate({out!r}, assets=2000, periods=20000, raw=False, progress=tell)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_control_c_stops_a_job_and_leaves_nothing(tmp_path: Path) -> None:
    source = str(Path(riskengine.__file__).parents[1])
    script = LONG_JOB.format(source=source, out=str(tmp_path / "market"))
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("simulate")
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert rest.splitlines()[-1] == "interrupted"
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [RuntimeError("enough"), KeyboardInterrupt()])
def test_an_exception_of_the_callback_stops_the_job(error: BaseException, tmp_path: Path) -> None:
    def tell(stage: str, done: int, total: int) -> None:
        raise error

    with pytest.raises(type(error)):
        riskengine.simulate(tmp_path / "market", assets=200, periods=2000, raw=False, progress=tell)
    assert list(tmp_path.iterdir()) == []


def test_an_update_that_is_stopped_leaves_the_model(history: pd.DataFrame, tmp_path: Path) -> None:
    dates = sorted(history["date"].unique())
    model = riskengine.estimate(
        tmp_path / "config.yaml", tmp_path / "model", panel=history[history["date"] <= dates[90]])

    def tell(stage: str, done: int, total: int) -> None:
        if stage == "model":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.update(history, progress=tell)
    assert riskengine.Model.open(model.path).metadata["last_date"] == str(dates[90])[:10]
    assert model.verify()["faults"] == []
    assert model.update(history).metadata["last_date"] == str(dates[-1])[:10]


def test_the_iterated_estimate_stops_within_a_pass(history: pd.DataFrame, tmp_path: Path) -> None:
    passes: list[int] = []

    def tell(stage: str, done: int, total: int) -> None:
        if stage == "iterate":
            passes.append(done)
            if done == 2:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        riskengine.estimate(tmp_path / "config.yaml", tmp_path / "model", progress=tell)
    assert sorted(set(passes)) == [0, 1, 2] and passes.count(2) == 1
    assert not (tmp_path / "model").exists()


def test_a_verification_can_be_stopped(history: pd.DataFrame, tmp_path: Path) -> None:
    model = riskengine.estimate(tmp_path / "config.yaml", tmp_path / "model")
    done: list[int] = []

    def tell(stage: str, count: int, total: int) -> None:
        done.append(count)
        if count == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        riskengine.verify(model.path, progress=tell)
    assert done[-1] == 3
    assert model.verify()["faults"] == []


def test_progress_is_told(history: pd.DataFrame, tmp_path: Path) -> None:
    stages: list[tuple[str, int, int]] = []
    riskengine.estimate(
        tmp_path / "config.yaml", tmp_path / "model", progress=lambda *told: stages.append(told))
    assert [stage for stage in dict.fromkeys(stage for stage, _, _ in stages)] == ["loadings", "iterate", "model"]
    assert stages[-1][1:] == (100, 100)


def test_jobs_run_at_once_with_the_same_bits(panel: pd.DataFrame) -> None:
    expected = riskengine.regress(panel, **REGRESSION).idio_returns
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.append(riskengine.regress(panel, **REGRESSION).idio_returns))
        for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert all(expected.equals(one) for one in found)


def test_other_threads_run_meanwhile(tmp_path: Path) -> None:
    done = threading.Event()
    longest = 0.0

    def count() -> None:
        nonlocal longest
        last = time.monotonic()
        while not done.is_set():
            time.sleep(0.001)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()

    counter = threading.Thread(target=count)
    counter.start()
    start = time.monotonic()
    riskengine.simulate(tmp_path / "market", assets=1500, periods=1000, raw=False)
    seconds = time.monotonic() - start
    done.set()
    counter.join()
    # Where the interpreter were held, one wait would be as long as the job.
    assert longest < 0.5 * seconds
