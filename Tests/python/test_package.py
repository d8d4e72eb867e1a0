"""The package itself: types, examples, and what it says of itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

import riskengine

PACKAGE = ROOT / "scripts" / "python"


def run(*arguments: str) -> str:
    """Runs a Python program that must go well."""
    environment = os.environ | {"PYTHONPATH": str(PACKAGE / "src")}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=PACKAGE, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_types_are_strict(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    run("-m", "mypy", "--config-file", "pyproject.toml", "--cache-dir", str(tmp_path))
    assert (PACKAGE / "src" / "riskengine" / "py.typed").exists()


def test_examples_of_the_documentation_run() -> None:
    told = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "--doctest-modules", "src/riskengine")
    assert "passed" in told


def test_the_example_runs() -> None:
    assert "tracking error" in run("examples/decompose.py")


def test_every_public_name_is_documented() -> None:
    for name in riskengine.__all__:
        value = getattr(riskengine, name)
        if callable(value) and getattr(value, "__module__", "").startswith("riskengine"):
            assert value.__doc__, name


def test_the_version_is_that_of_the_engine() -> None:
    text = (ROOT / "Sources" / "RiskEngine" / "Version.swift").read_text()
    assert f'"{riskengine.__version__}"' in text
