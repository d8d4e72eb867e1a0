"""What the tests of jobs on clusters share."""

from __future__ import annotations

import importlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import models
import pandas as pd
import pyarrow.parquet as pq
from markets import arrow
from test_regress import TABLES, bits

import riskengine


def folder_of(frame: pd.DataFrame, folder: Path, dates_a_file: int = 1, name: str = "part") -> Path:
    """Writes a panel as a folder of files, some dates in each, dates in the files."""
    folder.mkdir()
    dates = models.dates_of(frame)
    for number, first in enumerate(range(0, len(dates), dates_a_file)):
        rows = frame[frame["date"].isin(dates[first:first + dates_a_file])]
        pq.write_table(arrow(rows), folder / f"{name}-{number:04}.parquet")
    return folder


def assert_same(found: riskengine.Regression, expected: riskengine.Regression) -> None:
    """Compares two results: tables to the bit, types and order of rows and columns included, and what is counted."""
    for name in (*TABLES, "factor_portfolios"):
        one, other = getattr(found, name), getattr(expected, name)
        if other is None:
            assert one is None
            continue
        assert one.schema.equals(other.schema), name
        assert bits(one) == bits(other), name
    counted = set(expected.summary) - {"seconds", "peak_bytes", "row_order", "thin_label_count"}
    assert {name: found.summary[name] for name in counted} == {name: expected.summary[name] for name in counted}


def worker_of(client: Any, folder: Path, seconds: float = 60) -> int:
    """The process of a worker that has begun one of the tasks that leave a file."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name in folder.iterdir():
            return int(name.name.split("-")[0])
        time.sleep(0.01)
    raise AssertionError("no task began")


@contextmanager
def a_worker_killed(client: Any, begun: Path) -> Iterator[None]:
    """Kills the first process that leaves a file there, which must be a worker, and waits for the one in its place."""
    before = set(client.run(os.getpid).values())
    killed: list[int] = []

    def kill() -> None:
        killed.append(worker_of(client, begun))
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    yield
    killer.join()
    assert killed[0] in before
    client.wait_for_workers(2)
    assert killed[0] not in client.run(os.getpid).values()


class SlowTask:
    """Runs a function of a module on the arguments that it takes, and leaves a file that says which process does; slow
    enough to be killed meanwhile."""

    def __init__(self, folder: Path, module: str, function: str) -> None:
        folder.mkdir()
        self.folder = folder
        self.module = module
        self.function = function

    def __call__(self, *arguments: Any) -> Any:
        """Runs it."""
        (self.folder / f"{os.getpid()}-{arguments[2].number}-{time.monotonic_ns()}").touch()
        time.sleep(0.3)
        return getattr(importlib.import_module(self.module), self.function)(*arguments)
