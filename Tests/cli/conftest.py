"""What the tests of the command line share: the program, a folder for each test, and the option --full."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from program import Program

ROOT = Path(__file__).resolve().parents[2]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --full, which also runs the tests that are slow or need the rights of root."""
    parser.addoption("--full", action="store_true", help="also run slow tests")
    parser.addoption("--update-snapshots", action="store_true", help="write the snapshots instead of comparing")


def pytest_configure(config: pytest.Config) -> None:
    """Declares the marker of slow tests."""
    config.addinivalue_line("markers", "full: runs only with --full")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out slow tests unless --full is given: they do not count as skipped."""
    if config.getoption("--full"):
        return
    slow = [item for item in items if item.get_closest_marker("full")]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if item not in slow]


@pytest.fixture(scope="session")
def binary() -> Path:
    """The program that RISKENGINE names, else the newest that was built here."""
    named = os.environ.get("RISKENGINE")
    if named:
        path = Path(named).resolve()
        assert path.is_file(), f"RISKENGINE names {path}, which is no file"
        return path
    built = [ROOT / ".build" / kind / "riskengine" for kind in ("release", "debug")]
    built = sorted((path for path in built if path.is_file()), key=lambda path: path.stat().st_mtime)
    assert built, "no riskengine is built: run scripts/build, or name one by RISKENGINE"
    return built[-1]


@pytest.fixture
def program(binary: Path, tmp_path: Path) -> Iterator[Program]:
    """The program, run in a folder of the test's own, which must hold no hidden leftovers at the end."""
    program = Program(binary, tmp_path)
    yield program
    assert program.hidden() == [], "something half-written was left"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the repository; tests that need it are skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("no ../shared/data beside the repository")
    return folder
