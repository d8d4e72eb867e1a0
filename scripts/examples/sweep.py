#!/usr/bin/env python3
"""Estimates and evaluates a risk model for every combination of some settings, and makes a table of the results.

    sweep.py --base config.yaml --out sweep \\
        --set factor_covariance.volatility.half_life=42,84,252 --set idio.regime_half_life=off,42

Each combination is a configuration, a model and an evaluation under the folder, named by its settings. A combination
whose evaluation is there, of the same configuration, is not made again, so that a sweep that was stopped goes on. The
table is results.csv: the settings, the exit code and what was wrong, and by family of test portfolios the mean bias
statistic (1 where risk is forecast right), QLIKE (smaller is better) and the share of portfolios outside their intervals.

Needs PyYAML, and riskengine on the PATH or named by RISKENGINE. Exits with 0 where all went well, 1 where a combination
failed (the others are made), 64 for wrong arguments, 66 where a file is missing, 130 where it is interrupted.
"""

from __future__ import annotations

import argparse
import copy
import csv
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Combination:
    """A configuration of the sweep, and where what is made of it goes."""

    name: str
    settings: dict[str, Any]
    folder: Path

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.folder / "config.yaml"

    @property
    def result(self) -> Path:
        """The summary of the evaluation, which is written last."""
        return self.folder / "evaluation.json"


class Engine:
    """The program, each run of which can be stopped from another thread."""

    def __init__(self, program: str, threads: int) -> None:
        self.program = program
        self.threads = threads
        self.is_stopped = False
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()

    def run(self, *arguments: object) -> tuple[int, str, str]:
        """Runs a verb; gives its exit code, what it printed, and the last message of its log."""
        command = [self.program, *map(str, arguments), "--threads", str(self.threads), "--json", "--log-format", "json"]
        with self._lock:
            if self.is_stopped:
                return 130, "", "interrupted"
            process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
            self._running.add(process)
        out, log = process.communicate()
        with self._lock:
            self._running.discard(process)
        return process.returncode, out, last_message(log)

    def stop(self) -> None:
        """Ends what runs: each run removes what it has begun."""
        with self._lock:
            self.is_stopped = True
            for process in self._running:
                process.terminate()


def last_message(log: str) -> str:
    """What the last event of a log says; the line itself where it is none."""
    line = log.strip().rpartition("\n")[2]
    try:
        return str(json.loads(line)["message"])
    except (ValueError, KeyError, TypeError):
        return line


def parsed_setting(text: str) -> tuple[str, list[Any]]:
    """A key and its values, each of them read as YAML reads it."""
    key, equals, values = text.partition("=")
    if not (key and equals and values):
        raise argparse.ArgumentTypeError(f"'{text}' is not KEY=VALUE,VALUE...")
    # Commas inside brackets and braces belong to a value.
    parsed = yaml.safe_load(f"[{values}]")
    # YAML reads off as false; the engine's word is off.
    return key, [("off" if value is False else "on" if value is True else value) for value in parsed]


def with_setting(document: dict[str, Any], key: str, value: Any) -> None:
    """Sets the value of a key with dots; a section that was one word (off) becomes a section."""
    *sections, last = key.split(".")
    for section in sections:
        if not isinstance(document.get(section), dict):
            document[section] = {}
        document = document[section]
    document[last] = value


def with_absolute_paths(document: dict[str, Any], folder: Path) -> None:
    """Makes the paths of data independent of where the configuration lies."""

    def absolute(path: Any) -> Any:
        return [absolute(one) for one in path] if isinstance(path, list) else str(folder / str(path))

    data = document.get("data") or {}
    for source in [*(data.get("sources") or []), *([data["panel"]] if data.get("panel") else [])]:
        if "path" in source:
            source["path"] = absolute(source["path"])
    if document.get("calendar", "infer") != "infer":
        document["calendar"] = absolute(document["calendar"])


def combinations(base: Path, out: Path, settings: list[tuple[str, list[Any]]]) -> list[Combination]:
    """Every combination, its configuration written where it is new."""
    document = yaml.safe_load(base.read_text())
    with_absolute_paths(document, base.resolve().parent)
    made = []
    for values in itertools.product(*(values for _, values in settings)):
        chosen = {key: value for (key, _), value in zip(settings, values)}
        name = "_".join(f"{key.rpartition('.')[2]}={value}" for key, value in chosen.items()) or "base"
        name = "".join(letter if letter.isalnum() or letter in "_=.-" else "-" for letter in name)
        if any(name == other.name for other in made):
            name += f"_{len(made)}"
        varied = copy.deepcopy(document)
        for key, value in chosen.items():
            with_setting(varied, key, value)
        combination = Combination(name, chosen, out / name)
        text = yaml.safe_dump(varied, sort_keys=False)
        if not combination.config.exists() or combination.config.read_text() != text:
            # What was made of another configuration says nothing of this one.
            shutil.rmtree(combination.folder, ignore_errors=True)
            combination.folder.mkdir(parents=True)
            combination.config.write_text(text)
        made.append(combination)
    return made


def make(combination: Combination, engine: Engine, warmup: int | None) -> tuple[int, str]:
    """Estimates and evaluates a combination; gives the exit code and what was wrong."""
    if combination.result.exists():
        return 0, ""
    model = combination.folder / "model"
    if not (model / "manifest.json").exists():
        code, _, message = engine.run("estimate", "--config", combination.config, "--out", model)
        if code != 0:
            return code, message
    code, summary, message = engine.run("evaluate", model, *([] if warmup is None else ["--warmup", warmup]))
    if code != 0:
        return code, message
    # Whole or not at all.
    unfinished = combination.result.with_suffix(".new")
    unfinished.write_text(summary)
    unfinished.replace(combination.result)
    return 0, ""


def row_of(combination: Combination, code: int, message: str) -> dict[str, Any]:
    """A row of the table."""
    row: dict[str, Any] = {"name": combination.name, **combination.settings, "exit_code": code, "message": message}
    if code == 0:
        summary = json.loads(combination.result.read_text())
        row |= {"periods": summary["periods"], "mahalanobis": summary["mean_distance"]}
        for family in summary["families"]:
            prefix = family["name"].replace(" ", "_").replace("-", "_")
            judged = family["judged"]
            row[f"{prefix}.bias"] = family["mean_bias"]
            row[f"{prefix}.qlike"] = family["qlike"]
            row[f"{prefix}.outside"] = family["outside"] / judged if judged else None
    return row


def write_table(rows: list[dict[str, Any]], path: Path) -> None:
    """Writes the table, whole or not at all."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    unfinished = path.with_suffix(".new")
    with unfinished.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    unfinished.replace(path)


def main() -> int:
    """The sweep."""
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0], epilog=__doc__.split("\n\n", 1)[1],
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="the configuration that is varied")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the sweep")
    parser.add_argument("--set", dest="settings", type=parsed_setting, action="append", default=[],
                        metavar="KEY=VALUE,VALUE...", help="a key of the configuration, with dots, and its values")
    parser.add_argument("--jobs", type=int, default=max(1, (os.cpu_count() or 1) // 2), help="runs at a time")
    parser.add_argument("--threads", type=int, default=1, help="threads of each run")
    parser.add_argument("--warmup", type=int, help="dates before the first judged forecast")
    try:
        options = parser.parse_args()
        if options.jobs < 1 or options.threads < 1:
            parser.error("--jobs and --threads are 1 or more")
    except SystemExit as end:
        return 64 if end.code else 0
    if not options.base.is_file():
        print(f"sweep: {options.base}: no such configuration", file=sys.stderr)
        return 66
    program = os.environ.get("RISKENGINE", "riskengine")
    if shutil.which(program) is None:
        print(f"sweep: no '{program}' on the PATH (or in RISKENGINE)", file=sys.stderr)
        return 66

    engine = Engine(program, options.threads)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: engine.stop())
    made = combinations(options.base, options.out, options.settings)
    # A pool of processes of the engine: the threads here only wait for them.
    with ThreadPoolExecutor(options.jobs) as pool:
        outcomes = list(pool.map(lambda combination: make(combination, engine, options.warmup), made))
    if engine.is_stopped:
        print("sweep: interrupted; what is finished stays, and the same command goes on", file=sys.stderr)
        return 130
    write_table([row_of(combination, *outcome) for combination, outcome in zip(made, outcomes)],
                options.out / "results.csv")
    failures = [(combination.name, *outcome) for combination, outcome in zip(made, outcomes) if outcome[0] != 0]
    print(f"{options.out / 'results.csv'}: {len(made)} combinations, {len(failures)} failed")
    for name, code, message in failures:
        print(f"sweep: {name} failed with {code}: {message}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
