"""Models of many universes and configurations, spread over workers."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional, Union

import pyarrow as pa

from ..errors import RiskEngineError, UsageError
from ..model import Model
from ..tables import as_stream
from ._dask import DaskCluster, dask_client
from ._models import run_estimate
from ._spark import SparkCluster, is_spark


@dataclass(frozen=True)
class Estimation:
    """What became of one model."""

    out: str
    """The folder of the model."""
    outcome: str
    """`estimated`, `already there`, or `failed`."""
    error: Optional[RiskEngineError]
    """Why it failed."""
    summary: Any
    """What estimating it came to, where it was estimated now."""

    def model(self) -> Model:
        """The model, opened here.

        Raises:
            RiskEngineError: it failed.
        """
        if self.error is not None:
            raise self.error
        return Model(self.out, self.summary)


def estimate_many(
    jobs: Sequence[Mapping[str, Any]], *, client: Optional[Any] = None, retries: int = 3,
) -> list[Estimation]:
    """Estimates many models, each as one task; each has the bits of `riskengine.estimate`.

    A model that is there already is not estimated again: one that this version of the engine wrote from the same bytes
    of configuration and files, and that verifies. So a list that was cut short can be given once more. A folder with
    anything else is written over, as `riskengine.estimate` does. Models are whole or not at all: of a task whose worker
    dies nothing is left but a folder that the next attempt removes.

    Args:
        jobs: mappings of `config`, as `riskengine.estimate` takes it, `out`, and its further options `panel`,
            `sources`, `threads` (1 by default), `sort_memory` and `temp`. Paths are those of the workers, and relative
            ones start from the folder of this process.
        client: a `dask.distributed.Client`, by default the one that was made last, or a Spark session.
        retries: how often Dask tries a task again that failed for another reason than its data; Spark has a setting.

    Returns:
        What became of each, in the order given. Errors of the engine are values, so that one does not end the rest.

    Raises:
        UsageError: a job has no `config` or no `out`, an option that there is not, or the `out` of another.

    >>> import tempfile
    >>> from dask.distributed import Client
    >>> from riskengine import distributed, simulate
    >>> folder = tempfile.mkdtemp()
    >>> _ = simulate(folder + "/m", assets=60, periods=130, industries=3, styles=2, mode="gauss_static", raw=False)
    >>> columns = {"date": "date", "asset": "asset", "return": "ret", "cap": "market_cap"}
    >>> panel = {"path": folder + "/m/panel.parquet", "columns": columns, "groups": ["industry"]}
    >>> config = {"version": 1, "frequency": "daily", "factor_covariance": {"eigenfactor": "off"}}
    >>> jobs = [{"config": {**config, "data": {"panel": {**panel, "styles": styles}}}, "out": f"{folder}/{styles[0]}"}
    ...         for styles in (["S00"], ["S01"], ["S02"])]
    >>> with Client(processes=False, dashboard_address=None) as client:
    ...     [one.outcome for one in distributed.estimate_many(jobs, client=client)]
    ...     [one.outcome for one in distributed.estimate_many(jobs, client=client)]
    ['estimated', 'estimated', 'failed']
    ['already there', 'already there', 'failed']
    """
    ready = [_ready(job, place) for place, job in enumerate(jobs)]
    taken: dict[str, int] = {}
    for place, job in enumerate(ready):
        other = taken.setdefault(os.path.realpath(job["out"]), place)
        if other != place:
            raise UsageError(f"jobs {other} and {place} both have out '{job['out']}'; expected one each", 64)
    cluster: Union[DaskCluster, SparkCluster] = (
        SparkCluster(client) if is_spark(client) else DaskCluster(dask_client(client), retries))
    outcomes = cluster.map(run_estimate, [(job,) for job in ready])
    return [
        Estimation(job["out"], outcome, error, summary)
        for job, (outcome, error, summary) in zip(ready, outcomes)]


def _ready(job: Mapping[str, Any], place: int) -> dict[str, Any]:
    """A job as a worker can take it: whole paths, tables that cross processes."""
    known = ("config", "out", "panel", "sources", "threads", "sort_memory", "temp")
    for name in ("config", "out"):
        if name not in job:
            raise UsageError(f"job {place} has no '{name}'; expected config and out", 64)
    for name in job:
        if name not in known:
            raise UsageError(f"job {place} has '{name}'; expected {', '.join(known)}", 64)
    ready = dict(job)
    ready["out"] = os.path.abspath(job["out"])
    if not isinstance(job["config"], Mapping):
        ready["config"] = os.path.abspath(job["config"])
    if job.get("panel") is not None:
        ready["panel"] = _crossing(job["panel"])
    if job.get("sources"):
        ready["sources"] = {name: _crossing(table) for name, table in job["sources"].items()}
    return ready


def _crossing(table: Any) -> Any:
    """A table as it crosses processes."""
    if isinstance(table, (str, os.PathLike)):
        return os.path.abspath(table)
    return pa.table(as_stream(table))
