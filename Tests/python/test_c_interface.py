"""The C interface as a program in C sees it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pyarrow
import pytest
from conftest import ROOT

import riskengine

PROGRAM = r"""
#include <stdio.h>
#include "riskengine.h"

static void tell(void *context, const char *stage, int64_t done, int64_t total) {
  (void)stage, (void)done, (void)total;
  ++*(int *)context;
}

int main(int count, char **arguments) {
  int calls = 0;
  if (count != 2) return 64;
  riskengine_job *job = riskengine_job_create(arguments[1]);
  riskengine_job_set_progress(job, tell, &calls);
  int status = riskengine_job_run(job);
  printf("%s\n%d\n%s\n", riskengine_version(), calls, riskengine_job_response(job));
  riskengine_job_release(job);
  return status;
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that runs the request that it is given."""
    compiler = shutil.which("cc")
    assert compiler, "no C compiler, which building the engine needs"
    folder = tmp_path_factory.mktemp("c")
    (folder / "main.c").write_text(PROGRAM)
    subprocess.run(
        [compiler, "-std=c99", "-Wall", "-Werror", "-pedantic", f"-I{ROOT / 'Sources' / 'RiskEngineC'}", "main.c",
         os.environ["RISKENGINE_LIBRARY"], "-Wl,--allow-shlib-undefined", "-o", "main"], cwd=folder, check=True)
    return folder / "main"


def run(program: Path, request: dict[str, object]) -> tuple[int, list[str]]:
    """Runs a request: the status, and the lines of the output."""
    libraries = f"{Path(os.environ['RISKENGINE_LIBRARY']).parent}:{Path(pyarrow.__file__).parent}"
    done = subprocess.run(
        [str(program), json.dumps(request)], capture_output=True, text=True,
        env=os.environ | {"LD_LIBRARY_PATH": libraries})
    return done.returncode, done.stdout.splitlines()


def test_a_program_in_c_runs_a_verb(program: Path, tmp_path: Path) -> None:
    status, lines = run(program, {
        "verb": "simulate", "out": str(tmp_path / "market"), "assets": 20, "periods": 10, "industries": 2, "styles": 1,
        "mode": "gauss_static", "raw": False})
    assert status == 0
    assert lines[0] == riskengine.__version__
    assert int(lines[1]) > 0
    assert json.loads("".join(lines[2:]))["date_count"] == 10
    assert (tmp_path / "market" / "panel.parquet").exists()


def test_a_program_in_c_is_told_what_went_wrong(program: Path, tmp_path: Path) -> None:
    status, lines = run(program, {"verb": "verify", "model": str(tmp_path / "absent")})
    error = json.loads("".join(lines[2:]))["error"]
    assert status == error["exit_code"] == 66
    assert error["file"] == str(tmp_path / "absent")
