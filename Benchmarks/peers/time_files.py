"""Times `riskengine regress` from file to files beside a fresh process that reads the file, run and run about.

Both go through the same weather of the machine; adds the figures to those of the benchmark.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from reading import read_file

FIXED = {"date", "asset", "ret", "market_cap", "industry", "in_estimation_universe"}


def styles(panel: Path) -> list[str]:
    """The panel's columns of style loadings: every other column of floating-point numbers."""
    schema = parquet.read_schema(panel)
    return [field.name for field in schema if field.name not in FIXED and pa.types.is_floating(field.type)]


def main() -> None:
    """Runs the command one time that does not count, then as often as asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--riskengine", type=Path, required=True)
    parser.add_argument("--panel", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--result", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    command = [
        str(arguments.riskengine), "regress", "--panel", str(arguments.panel), "--out", str(arguments.out),
        "--cap", "market_cap", "--groups", "industry", "--styles", ",".join(styles(arguments.panel)), "--json",
    ]  # fmt: skip
    threads = len(os.sched_getaffinity(0))
    seconds = []
    reading = []
    summary: dict[str, object] = {}
    for run in range(arguments.runs + 1):
        start = time.perf_counter()
        finished = subprocess.run(command, check=True, capture_output=True, text=True)
        if run > 0:
            seconds.append(time.perf_counter() - start)
            reading.append(read_file(arguments.panel, threads, 1)["seconds"]["median"])
        summary = json.loads(finished.stdout)
    ratio = statistics.median(seconds) / statistics.median(reading)
    result = json.loads(arguments.result.read_text(encoding="utf-8"))
    for case in result["cases"]:
        case["stages"].append(
            {
                "name": "regress-files",
                "threads": threads,
                "seconds": {"min": min(seconds), "median": statistics.median(seconds), "max": max(seconds)},
                "per_read": 0,
                "file_read_seconds": {"min": min(reading), "median": statistics.median(reading), "max": max(reading)},
                "peak_bytes": summary["peak_bytes"],
            }
        )
    arguments.result.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(
        f"regress, file to files: {statistics.median(seconds):.2f} s, {ratio:.1f} times a fresh process's read_table "
        f"({statistics.median(reading):.2f} s), {summary['peak_bytes'] / 1e6:.0f} MB at most"
    )


if __name__ == "__main__":
    main()
