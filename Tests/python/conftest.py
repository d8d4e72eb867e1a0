"""What the tests of the Python package share: the package, the command line beside it, and small markets."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts" / "python" / "src"), str(ROOT / "Tests" / "cli")]
os.environ.setdefault("RISKENGINE_LIBRARY", str(ROOT / ".build" / "release" / "libRiskEngineC.so"))

import models  # noqa: E402
from markets import STYLES, market, write  # noqa: E402

REGRESSION: dict[str, object] = {"cap": "market_cap", "groups": ["industry"], "styles": STYLES, "universe": "universe"}
"""The options that regress a market of the tests."""
FLAGS = ["--cap", "market_cap", "--groups", "industry", "--styles", ",".join(STYLES), "--universe", "universe"]
"""The same for the command line."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --full, which also runs the tests that are slow."""
    parser.addoption("--full", action="store_true", help="also run slow tests")


def pytest_configure(config: pytest.Config) -> None:
    """Names the marker of slow tests."""
    config.addinivalue_line("markers", "full: runs only with --full")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out slow tests unless --full is given: they do not count as skipped."""
    if config.getoption("--full"):
        return
    slow = [item for item in items if item.get_closest_marker("full")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("full")]


class CommandLine:
    """The command line, run in a folder."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self.binary = binary
        self.folder = folder

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a verb."""
        return subprocess.run([str(self.binary), *arguments], cwd=self.folder, capture_output=True, text=True)

    def ok(self, *arguments: str) -> None:
        """Runs a verb that must go well."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def command(tmp_path: Path) -> CommandLine:
    """The command line in the folder of a test."""
    named = os.environ.get("RISKENGINE", str(ROOT / ".build" / "release" / "riskengine"))
    assert Path(named).is_file(), f"{named} is not there: run scripts/build, or name the program by RISKENGINE"
    return CommandLine(Path(named), tmp_path)


@pytest.fixture
def panel(tmp_path: Path) -> pd.DataFrame:
    """A small market with holes, which is also in `panel.parquet`."""
    frame = market(60, 12)
    write(frame, tmp_path / "panel.parquet")
    return frame


@pytest.fixture
def history(tmp_path: Path) -> pd.DataFrame:
    """A market over enough dates for a model, which is also in `panel.parquet`, with `config.yaml`."""
    frame = models.history(dates=100)
    write(frame, tmp_path / "panel.parquet")
    models.configuration(tmp_path)
    return frame


@pytest.fixture(scope="session")
def client() -> Iterator[Any]:
    """Two workers, each a process of its own."""
    dask_distributed = pytest.importorskip("distributed")
    with (
        dask_distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1") as cluster,
        dask_distributed.Client(cluster) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def long_market() -> pd.DataFrame:
    """A market in which labels and assets come and go."""
    return models.history(assets=60, dates=100)
