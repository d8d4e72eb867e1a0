"""The wheel in a virtual environment that has nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from test_package import PACKAGE

PROGRAM = """
import json
import numpy
import riskengine

model = riskengine.example("example")
date = model.dates[-1]
weights = {asset: 0.25 for asset in model.loadings(date)["asset"].to_pylist()[:4]}
volatility = model.risk(weights, date=date).summary[0]["volatility"]
numpy.ones((300, 300)) @ numpy.ones((300, 300))
with open("/proc/self/maps") as maps:
    files = sorted({line.split()[-1] for line in maps if ".so" in line})
print(json.dumps({"volatility": volatility, "at": riskengine.__file__, "files": files}))
"""


def test_the_wheel_stands_alone(tmp_path: Path) -> None:
    """It brings the Swift runtime and an OpenBLAS, and leaves NumPy its own."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "LD_LIBRARY_PATH")}
    python = tmp_path / "venv" / "bin" / "python"
    for command in ([sys.executable, "-m", "venv", tmp_path / "venv"],
                    [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]):
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    alone = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run([python, "-c", PROGRAM], cwd=tmp_path, env=alone, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["volatility"] > 0
    folder = Path(told["at"]).parent
    assert folder.is_relative_to(tmp_path)

    def places(name: str) -> set[Path]:
        return {Path(file).parent for file in told["files"] if Path(file).name.startswith(name)}

    for name in ("libRiskEngineC", "libswiftCore", "libFoundation", "liblapacke", "libopenblas.so"):
        assert places(name) == {folder}, name
    assert places("libscipy_openblas") == {folder.parent / "numpy.libs"}
    assert places("libparquet") == {folder.parent / "pyarrow"}
