"""Running the program as its users do, and reading what it wrote."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet as pq

LONGEST_RUN = 300
"""Seconds after which a run counts as hung."""


@dataclass(frozen=True)
class Run:
    """What a run came to."""

    code: int
    out: str
    err: str

    @property
    def message(self) -> str:
        """What the user was told, as one line."""
        return " ".join(self.err.split())

    def json(self) -> dict[str, Any]:
        """The summary that --json prints."""
        return json.loads(self.out)


class Program:
    """The program, run in one folder."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self.binary = binary
        self.folder = folder

    def run(self, *arguments: object, environment: dict[str, str] | None = None) -> Run:
        """Runs the program and waits for its end."""
        done = subprocess.run(
            [self.binary, *map(str, arguments)], cwd=self.folder, env=self.environment(environment),
            capture_output=True, text=True, timeout=LONGEST_RUN, stdin=subprocess.DEVNULL,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Starts the program without waiting for its end.

        SIGHUP is as a terminal leaves it, also where the tests themselves run under nohup.
        """
        return subprocess.Popen(
            [self.binary, *map(str, arguments)], cwd=self.folder, env=self.environment(None),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )

    def ok(self, *arguments: object) -> Run:
        """Runs the program, which must succeed."""
        run = self.run(*arguments)
        assert run.code == 0, f"exit code {run.code}: {run.err}"
        return run

    def fails(self, code: int, *arguments: object, says: tuple[str, ...] = ()) -> Run:
        """Runs the program, which must fail with a code and a message that has some parts, and write nothing."""
        before = self.listing()
        run = self.run(*arguments)
        assert run.code == code, f"exit code {run.code} in place of {code}: {run.err or run.out}"
        for part in says:
            assert part in run.message, f"'{part}' is not in: {run.err}"
        assert run.out == ""
        assert "Fatal error" not in run.err
        assert self.listing() == before, "a run that failed changed files"
        return run

    def regress(self, panel: object, *arguments: object, out: str = "out") -> "Results":
        """Regresses a panel and reads the results."""
        self.ok("regress", "--panel", panel, "--out", out, *arguments)
        return Results(self.folder / out)

    def listing(self) -> dict[str, int]:
        """Every file and folder below the folder with its time of change."""
        return {
            str(path.relative_to(self.folder)): path.lstat().st_mtime_ns
            for path in self.folder.rglob("*") if not path.is_dir() or path.is_symlink()
        } | {str(path.relative_to(self.folder)): 0 for path in self.folder.rglob("*") if path.is_dir()}

    def hidden(self) -> list[str]:
        """The hidden files and folders below the folder."""
        return sorted(str(path) for path in self.folder.rglob(".*"))

    @staticmethod
    def environment(more: dict[str, str] | None) -> dict[str, str]:
        """The environment of a run: terminals and locales of the caller play no part."""
        kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        return {**kept, "LC_ALL": "C.UTF-8", **(more or {})}


class Results:
    """The tables in a folder of results."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def table(self, name: str) -> pa.Table:
        """A table by its name."""
        found = [path for path in self.folder.glob(f"{name}.*")]
        assert len(found) == 1, f"{name}: {found}"
        return read_table(found[0])

    @property
    def manifest(self) -> dict[str, Any]:
        """What the folder says of itself."""
        return json.loads((self.folder / "manifest.json").read_text())

    @property
    def table_hashes(self) -> dict[str, str]:
        """The hash of each table, by file name."""
        return {entry["path"]: entry["sha256"] for entry in self.manifest["tables"]}

    def outcomes(self) -> list[str]:
        """The outcome of each period."""
        return self.table("periods").column("outcome").to_pylist()


def read_table(path: Path) -> pa.Table:
    """Reads a table file of any format that the program writes."""
    if path.suffix == ".parquet":
        return pq.ParquetFile(path).read()
    if path.suffix == ".feather":
        return pyarrow.feather.read_table(path, memory_map=False)
    return pyarrow.csv.read_csv(path)
