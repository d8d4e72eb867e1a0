"""Vendors' tables: checked, and made into style loadings."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Optional

from ._configuration import Configuration, configured
from ._job import Progress
from .jobs import PathLike, read_folder, run, text
from .model import Results
from .tables import ArrowStream, Table


def check(
    configuration: Configuration, *, sources: Optional[Mapping[str, Table]] = None, out: Optional[PathLike] = None,
    threads: Optional[int] = None, sort_memory: Optional[int] = None, temp: Optional[PathLike] = None,
    progress: Optional[Progress] = None,
) -> Results:
    """Checks vendors' tables, and says what is wrong with which value, as `riskengine check` does.

    Fatal findings are in `summary["quality"]["fatal"]`, and raise nothing: `estimate` and `loadings` refuse such data.

    Args:
        configuration: a file or mappings; it names the sources.
        sources: tables in place of the paths of `data.sources`, by the names of the sources.

    Raises:
        BadDataError: configuration or tables cannot be understood.

    >>> import tempfile
    >>> from riskengine import simulate
    >>> folder = tempfile.mkdtemp() + "/market"
    >>> _ = simulate(folder, assets=60, periods=130, industries=3)
    >>> checked = check(f"{folder}/config.yaml")
    >>> checked["quality"].num_rows > 0
    True
    """
    return _run("check", configuration, sources, out, threads, sort_memory, temp, progress)


def loadings(
    configuration: Configuration, *, sources: Optional[Mapping[str, Table]] = None, out: Optional[PathLike] = None,
    threads: Optional[int] = None, sort_memory: Optional[int] = None, temp: Optional[PathLike] = None,
    progress: Optional[Progress] = None,
) -> Results:
    """Makes style loadings of vendors' tables, as `riskengine loadings` does; `regress` takes the table `panel`.

    Args:
        configuration: a file or mappings; it names the sources, and says how loadings are made.
        sources: tables in place of the paths of `data.sources`, by the names of the sources.

    Raises:
        BadDataError: configuration or tables cannot be understood, or a finding is fatal.

    >>> import tempfile
    >>> from riskengine import simulate
    >>> folder = tempfile.mkdtemp() + "/market"
    >>> _ = simulate(folder, assets=60, periods=130, industries=3)
    >>> made = loadings(f"{folder}/config.yaml")
    >>> made["panel"].num_rows == made.summary["panel_row_count"]
    True
    """
    return _run("loadings", configuration, sources, out, threads, sort_memory, temp, progress)


def _run(
    verb: str, configuration: Configuration, sources: Optional[Mapping[str, Table]], out: Optional[PathLike],
    threads: Optional[int], sort_memory: Optional[int], temp: Optional[PathLike], progress: Optional[Progress],
) -> Results:
    """Runs a verb that a configuration drives, and reads its tables."""
    with tempfile.TemporaryDirectory(prefix="riskengine-") as scratch:
        folder = Path(text(out) or f"{scratch}/out")
        tables: dict[str, ArrowStream] = {}
        options = {
            **configured(configuration, sources, tables), "out": str(folder), "threads": threads,
            "sort_memory": sort_memory, "temp": text(temp), "format": None if out else "parquet",
        }
        summary = run(verb, options, tables, progress)
        return Results(summary, read_folder(folder))
