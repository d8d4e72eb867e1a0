"""The process that the peers run in: threads, BLAS kernel, versions. Import it before NumPy."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

OVERRIDES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""Settings that pin OpenBLAS to another processor's kernel; they slow a current NumPy."""

PACKAGES = (
    "numpy", "scipy", "pandas", "polars", "pyarrow", "skfolio", "scikit-learn",
    "statsmodels", "toraniko", "polars-ols", "threadpoolctl",
)  # fmt: skip


def clear_overrides() -> list[str]:
    """Removes OVERRIDES from this process and its children, and returns those that were set.

    OpenBLAS reads them when it is loaded, so this has to run before NumPy is imported.
    """
    return [name for name in OVERRIDES if os.environ.pop(name, None) is not None]


def core_count() -> int:
    """The cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def use_threads(count: int) -> None:
    """Gives every library's own thread pool `count` threads. Has to run before they are imported."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"):
        os.environ[name] = str(count)


def cpu_model() -> str:
    """The processor's name as the operating system gives it."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def memory_gib() -> float:
    """Installed memory in GiB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def machine() -> dict[str, Any]:
    """What a table of times has to name about the machine, its load at the start included."""
    return {
        "cpu": cpu_model(),
        "cores": core_count(),
        "memory_gib": round(memory_gib(), 1),
        "system": f"{platform.system()} {platform.machine()}",
        "load_average_1min": round(os.getloadavg()[0], 2),
    }


def versions() -> dict[str, str]:
    """Versions of Python and of every package whose speed or reading matters."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "absent"
    return found


def blas_libraries() -> list[dict[str, Any]]:
    """The BLAS libraries in this process with their kernels and threads (threadpoolctl), paths left out."""
    from threadpoolctl import threadpool_info

    kept = ("internal_api", "version", "architecture", "num_threads", "threading_layer")
    return [
        {"library": Path(entry["filepath"]).name} | {key: entry[key] for key in kept if key in entry}
        for entry in threadpool_info()
        if entry.get("user_api") == "blas"
    ]
