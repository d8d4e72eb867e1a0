"""Regressions of a panel, its dates spread over workers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Optional, Union

from ..errors import RiskEngineError, UsageError
from ..jobs import Regression
from ._dask import DaskCluster, dask_client, frame_pieces
from ._files import open_pieces
from ._members import in_memory, member_assets
from ._merge import merged
from ._plan import RegressionPlan, Survey, layout
from ._spark import SparkCluster, is_spark, spark_frame

TASKS_PER_THREAD = 4
"""Enough that no worker waits long for the last one."""


def regress(
    panel: Any, *, client: Optional[Any] = None, dates_per_task: Optional[int] = None, retries: int = 3,
    **options: Any,
) -> Regression:
    """Regresses every period's returns, spans of dates at a time on many workers; tables with the bits, the rows and
    the order of `riskengine.regress` on one machine.

    Each task reads the rows of its own dates and of the `lag` dates before them, and gives the periods of its own. All
    tasks know the labels of the whole panel, which a first pass over the columns of dates and labels finds.

    Args:
        panel: a path of a Parquet file or of a folder of them that every worker sees, also with folders `date=...`,
            best with few dates a row group; or a Dask or a Spark frame.
        client: a `dask.distributed.Client`, by default the one that was made last, or a Spark session.
        dates_per_task: by default so many that there are four tasks for each thread of the workers.
        retries: how often Dask tries a task again that failed for another reason than its data; Spark has a setting.
        options: those of `riskengine.regress`, but for `out`, `format`, `progress` and `temp`; `threads`, those of a
            task, is 1 by default. Membership tables in memory go to every worker.

    Returns:
        Tables in the memory of this process. `summary` has what that of one machine has, but for seconds, memory,
        the order of rows and `thin_label_count`, and `task_count`.

    Raises:
        BadDataError: of the earliest dates that have an error; `row` is not known.
        UsageError: options do not go together, or there is no client.

    Complexity: each row is read by one task, those of the last `lag` dates of a span by two.

    >>> import tempfile
    >>> from dask.distributed import Client
    >>> from riskengine import distributed, simulate
    >>> folder = tempfile.mkdtemp() + "/market"
    >>> _ = simulate(folder, assets=60, periods=30, industries=3, styles=2, mode="gauss_static", raw=False)
    >>> with Client(processes=False, dashboard_address=None) as client:
    ...     result = distributed.regress(
    ...         f"{folder}/panel.parquet", client=client, cap="market_cap", groups=["industry"], styles=["S00", "S01"])
    >>> result.factor_returns.num_rows
    29
    """
    plan = RegressionPlan.checked(options)
    if plan.options.get("memberships"):
        plan.options["memberships"] = in_memory(plan.options["memberships"])
    if is_spark(client) or type(panel).__module__.startswith("pyspark."):
        return _on_spark(panel, client, plan, dates_per_task)
    found = dask_client(client)
    cluster = DaskCluster(found, retries)
    if isinstance(panel, (str, os.PathLike)):
        pieces = open_pieces(os.fspath(panel), plan)
    elif type(panel).__module__.startswith("dask"):
        pieces = frame_pieces(panel, found, plan)
    else:
        raise _no_panel(panel)
    whole = layout(_good(cluster.surveys(pieces, plan)), plan, TASKS_PER_THREAD * cluster.threads, dates_per_task)
    return merged(cluster.parts(pieces, plan, whole, member_assets(plan)), plan, whole)


def _on_spark(panel: Any, session: Optional[Any], plan: RegressionPlan, dates_per_task: Optional[int]) -> Regression:
    """The regressions of a path or a Spark frame on Spark's executors."""
    if not isinstance(panel, (str, os.PathLike)) and not type(panel).__module__.startswith("pyspark."):
        raise _no_panel(panel)
    if isinstance(panel, os.PathLike):
        panel = os.fspath(panel)
    session = panel.sparkSession if session is None else session
    frame = spark_frame(panel, session, plan)
    cluster = SparkCluster(session)
    whole = layout(_good(cluster.surveys(frame, plan)), plan, TASKS_PER_THREAD * cluster.threads, dates_per_task)
    return merged(cluster.parts(frame, plan, whole, member_assets(plan)), plan, whole)


def _good(outcomes: Sequence[Union[Survey, RiskEngineError]]) -> list[Survey]:
    """What pieces have, where none has an error.

    Raises:
        RiskEngineError: the first.
    """
    surveys = []
    for outcome in outcomes:
        if isinstance(outcome, RiskEngineError):
            raise outcome
        surveys.append(outcome)
    return surveys


def _no_panel(panel: Any) -> UsageError:
    """Says what a panel may be."""
    return UsageError(
        f"panel is {type(panel).__name__}; expected a path, a Dask frame or a Spark frame (riskengine.regress takes "
        "tables in memory)", 64)
