"""Builds the engine's shared library with Swift and puts it, and what it needs, into the wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LIBRARY = "libRiskEngineC.so"
# Beside the engine, whatever else the process has loaded. Arrow is that of the installed pyarrow.
BUNDLED = ("libopenblas.so", "liblapacke.so", "liblapack.so", "libblas.so", "libtmglib.so", "libgfortran.so",
           "libquadmath.so", "libcrypto.so", "libswift", "libFoundation", "lib_Foundation", "libdispatch.so",
           "libBlocksRuntime.so")
# Its own folder comes first where libraries are looked for, then that of pyarrow.
LOOKED_FOR_IN = "$ORIGIN:$ORIGIN/../pyarrow"


def environment() -> dict[str, str]:
    """What scripts/setup found, which is run first."""
    if not (ROOT / "Package.swift").is_file():
        raise SystemExit("riskengine builds from a clone of its repository: pip install ./scripts/python")
    subprocess.check_call([str(ROOT / "scripts" / "setup"), "--quiet"])
    names = ("riskengine_arrow_library_dir", "riskengine_python")
    script = f"source {ROOT}/.build/riskengine.env\n" + "".join(
        f'printf "%s\\0" "{name}=${{{name}:-}}"\n' for name in names)
    told = subprocess.check_output(["bash", "-c", script]).decode()
    return dict(part.split("=", 1) for part in told.split("\0") if part)


def version() -> str:
    """The engine's version."""
    text = (ROOT / "Sources" / "RiskEngine" / "Version.swift").read_text()
    found = re.search(r'current = "([^"]+)"', text)
    assert found, "Version.swift has no version"
    return found[1]


def requirements(found: dict[str, str]) -> list[str]:
    """NumPy, and the pyarrow whose Arrow library the engine is linked to: its name has the major version."""
    if not found["riskengine_arrow_library_dir"]:
        return ["numpy>=1.26", "pyarrow>=16"]
    command = [found["riskengine_python"], "-c", "import pyarrow; print(pyarrow.__version__)"]
    major = int(subprocess.check_output(command).decode().split(".")[0])
    return ["numpy>=1.26", f"pyarrow>={major},<{major + 1}"]


class BuildWithEngine(build_py):
    """Python's files, then the library and the libraries beside it."""

    def run(self) -> None:
        super().run()
        target = Path(self.build_lib) / "riskengine"
        target.mkdir(parents=True, exist_ok=True)
        library = build_library()
        subprocess.check_call(["strip", "--strip-unneeded", "-o", str(target / LIBRARY), str(library)])
        subprocess.check_call(["patchelf", "--force-rpath", "--set-rpath", LOOKED_FOR_IN, str(target / LIBRARY)])
        for name, path in needed(library, FOUND).items():
            shutil.copyfile(path, target / name)


def build_library() -> Path:
    """The library that RISKENGINE_LIBRARY names, else one built with whatever scripts/build has built before."""
    named = os.environ.get("RISKENGINE_LIBRARY")
    if named:
        return Path(named)
    subprocess.check_call([str(ROOT / "scripts" / "build"), "--product", "RiskEngineC"])
    return ROOT / ".build" / "release" / LIBRARY


def needed(library: Path, found: dict[str, str]) -> dict[str, str]:
    """The libraries to bundle, by the names under which they are looked for."""
    paths = os.environ | {"LD_LIBRARY_PATH": found["riskengine_arrow_library_dir"]}
    told = subprocess.check_output(["ldd", str(library)], env=paths).decode()
    missing = re.findall(r"^\s*(\S+) => not found", told, re.MULTILINE)
    if missing:
        raise SystemExit(f"{library} needs {', '.join(missing)}, which is not there")
    found_at = dict(re.findall(r"^\s*(\S+) => (\S+)", told, re.MULTILINE))
    return {name: path for name, path in found_at.items() if name.startswith(BUNDLED)}


class PlatformWheel(bdist_wheel):
    """For this platform and any Python 3: the library is called through ctypes."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", super().get_tag()[2]


class BinaryDistribution(Distribution):
    """A distribution that is not pure Python."""

    def has_ext_modules(self) -> bool:
        return True


FOUND = environment()
setup(
    version=version(), install_requires=requirements(FOUND), distclass=BinaryDistribution,
    # Nothing that is built lies among the sources.
    options={"build": {"build_base": str(ROOT / ".build" / "python")}},
    cmdclass={"build_py": BuildWithEngine, "bdist_wheel": PlatformWheel})
