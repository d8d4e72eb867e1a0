"""Regressions of a panel, its dates spread over workers."""

from __future__ import annotations

import os
from typing import Any, Optional

from ..errors import UsageError
from ..jobs import Regression
from ._dask import DaskCluster, dask_client, frame_pieces
from ._files import open_pieces
from ._idio import regress_by_idio
from ._members import in_memory
from ._merge import merged
from ._part import regress_span
from ._plan import Layout, RegressionPlan, layout
from ._spans import Spans, good
from ._spark import SparkCluster, is_spark, spark_frame

def regress(
    panel: Any, *, client: Optional[Any] = None, dates_per_task: Optional[int] = None, retries: int = 3,
    sweep_tolerance: Optional[float] = 1e-9, **options: Any,
) -> Regression:
    """Regresses every period's returns, spans of dates at a time on many workers; tables with the bits, the rows and
    the order of `riskengine.regress` on one machine.

    Each task reads the rows of its own dates and of the `lag` dates before them, and gives the periods of its own. All
    tasks know the labels of the whole panel, which a first pass over the columns of dates and labels finds.

    Weights out of idio returns take several passes over the panel, which stays with the workers meanwhile. Of
    `iterated` each pass is spread over them, and its sums put together here: the bits are those of one machine. Of
    `walk-forward` so is the iterated part; the spans after it walk at the same time, again and again, until the variances
    that each starts from are those that the one before it ends with. After `k` sweeps the first `k` spans have the bits
    of one machine; sweeps stop where no start moves by more than `sweep_tolerance`.

    Args:
        panel: a path of a Parquet file or of a folder of them that every worker sees, also with folders `date=...`,
            best with few dates a row group; or a Dask or a Spark frame.
        client: a `dask.distributed.Client`, by default the one that was made last, or a Spark session.
        dates_per_task: by default so many that there are four tasks for each thread of the workers.
        retries: how often Dask tries a task again that failed for another reason than its data; Spark has a setting.
        sweep_tolerance: of the logarithm of a variance; `None` sweeps until all has the bits of one machine, at most as
            often as there are spans.
        options: those of `riskengine.regress`, but for `out`, `format`, `progress` and `temp`; `threads`, those of a
            task, is 1 by default. Membership tables in memory go to every worker.

    Returns:
        Tables in the memory of this process. `summary` has what that of one machine has, but for seconds, memory,
        the order of rows and `thin_label_count`, and `task_count`; of a walk `sweeps`: the largest change of each.

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
        return _on_spark(panel, client, plan, dates_per_task, sweep_tolerance)
    found = dask_client(client)
    cluster = DaskCluster(found, retries)
    if isinstance(panel, (str, os.PathLike)):
        pieces = open_pieces(os.fspath(panel), plan)
    elif type(panel).__module__.startswith("dask"):
        pieces = frame_pieces(panel, found, plan)
    else:
        raise _no_panel(panel)
    whole = layout(good(cluster.surveys(pieces, plan)), plan, cluster.threads, dates_per_task)
    return _regressed(cluster.spans(pieces, plan, whole), plan, whole, sweep_tolerance)


def _regressed(spans: Spans, plan: RegressionPlan, whole: Layout, sweep_tolerance: Optional[float]) -> Regression:
    """The regressions of spans, put together."""
    try:
        if plan.iterates:
            return regress_by_idio(spans, plan, whole, sweep_tolerance)
        return merged(spans.map(regress_span, whole.spans, [()] * len(whole.spans)), plan, whole)
    finally:
        spans.close()


def _on_spark(
    panel: Any, session: Optional[Any], plan: RegressionPlan, dates_per_task: Optional[int],
    sweep_tolerance: Optional[float],
) -> Regression:
    """The regressions of a path or a Spark frame on Spark's executors."""
    if not isinstance(panel, (str, os.PathLike)) and not type(panel).__module__.startswith("pyspark."):
        raise _no_panel(panel)
    if isinstance(panel, os.PathLike):
        panel = os.fspath(panel)
    session = panel.sparkSession if session is None else session
    frame = spark_frame(panel, session, plan)
    cluster = SparkCluster(session)
    whole = layout(good(cluster.surveys(frame, plan)), plan, cluster.threads, dates_per_task)
    return _regressed(cluster.spans(frame, plan, whole), plan, whole, sweep_tolerance)


def _no_panel(panel: Any) -> UsageError:
    """Says what a panel may be."""
    return UsageError(
        f"panel is {type(panel).__name__}; expected a path, a Dask frame or a Spark frame (riskengine.regress takes "
        "tables in memory)", 64)
