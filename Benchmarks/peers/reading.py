"""Yardsticks: reading the panel in memory, and a fresh process reading its file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from panel import Panel
from timing import Seconds, repeat

FRESH_READ = """
import sys, time
import numpy, pyarrow, pyarrow.dataset, pyarrow.fs, pyarrow.parquet
pyarrow.set_cpu_count(int(sys.argv[2]))
begin = time.perf_counter()
table = pyarrow.parquet.read_table(sys.argv[1])
print(time.perf_counter() - begin, table.num_rows, table.nbytes)
"""


def read_memory(panel: Panel, threads: int, runs: int) -> dict[str, Any]:
    """Times adding up the panel's numbers with one slice a thread; the faster of sum and dot product counts.

    The seconds are those of the panel's own bytes (`Panel.byte_count`) at the rate measured on its returns
    and styles, the contiguous bulk of it.
    """
    slices = np.array_split(panel.rows, threads)
    ways: dict[str, Callable[[np.ndarray], Any]] = {"np.sum": np.sum, "np.dot": lambda x: np.dot(x, x)}
    timed: dict[str, list[float]] = {}
    with threadpool_limits(1), ThreadPoolExecutor(threads) as pool:
        for name, way in ways.items():
            timed[name] = repeat(partial(read_once, pool, way, slices), max(runs, 5))
    name = min(timed, key=lambda way: Seconds.of(timed[way]).middle)
    scale = panel.byte_count / panel.rows.nbytes
    seconds = Seconds.of(timed[name], scale)
    return {
        "way": name,
        "threads": threads,
        "bytes": panel.byte_count,
        "seconds": seconds.as_json(),
        "gigabytes_per_second": panel.byte_count / seconds.middle / 1e9,
        "others": {way: Seconds.of(runs, scale).as_json() for way, runs in timed.items() if way != name},
    }


def read_once(pool: ThreadPoolExecutor, way: Callable[[np.ndarray], Any], slices: list[np.ndarray]) -> list[Any]:
    """Reads every slice, each on a thread of the pool."""
    return list(pool.map(way, slices))


def read_file(path: Path, threads: int, runs: int) -> dict[str, Any]:
    """Times `pyarrow.parquet.read_table` of the whole file in fresh processes, imports outside the clock.

    One process goes first uncounted, so that the file is in the system's page cache for all that count.
    """
    seconds, rows, size = [], 0, 0
    for run in range(runs + 1):
        output = subprocess.run(
            [sys.executable, "-c", FRESH_READ, str(path), str(threads)],
            check=True, capture_output=True, text=True,
        ).stdout.split()  # fmt: skip
        if run > 0:
            seconds.append(float(output[0]))
        rows, size = int(output[1]), int(output[2])
    return {
        "way": "pyarrow.parquet.read_table in a fresh process, imports excluded, file in the page cache",
        "threads": threads,
        "file_bytes": path.stat().st_size,
        "table_bytes": size,
        "rows": rows,
        "seconds": Seconds.of(seconds).as_json(),
    }
