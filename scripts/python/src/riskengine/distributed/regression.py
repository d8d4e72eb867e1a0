"""Regressions of a panel, its dates spread over workers."""

from __future__ import annotations

import os
from typing import Any, Optional

from ..errors import RiskEngineError, UsageError
from ..jobs import Regression
from ._dask import DaskCluster, dask_client, frame_pieces
from ._files import open_pieces
from ._members import in_memory, member_assets
from ._merge import merged
from ._plan import RegressionPlan, layout

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
            best with few dates a row group; or a Dask frame.
        client: a `dask.distributed.Client`, by default the one that was made last.
        dates_per_task: by default so many that there are four tasks for each thread of the workers.
        retries: how often a task is tried again that failed for another reason than its data.
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
    found = dask_client(client)
    cluster = DaskCluster(found, retries)
    if isinstance(panel, (str, os.PathLike)):
        pieces = open_pieces(os.fspath(panel), plan)
    elif type(panel).__module__.startswith("dask"):
        pieces = frame_pieces(panel, found, plan)
    else:
        raise UsageError(
            f"panel is {type(panel).__name__}; expected a path or a Dask frame (riskengine.regress takes tables in "
            "memory)", 64)
    surveys = []
    for outcome in cluster.surveys(pieces, plan):
        if isinstance(outcome, RiskEngineError):
            raise outcome
        surveys.append(outcome)
    whole = layout(surveys, plan, TASKS_PER_THREAD * cluster.threads, dates_per_task)
    return merged(cluster.parts(pieces, plan, whole, member_assets(plan)), plan, whole)
