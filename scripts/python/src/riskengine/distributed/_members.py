"""The assets whose fractional memberships are known."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Optional

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet as pq

from ..tables import as_stream
from ._plan import RegressionPlan


def in_memory(memberships: Mapping[str, Any]) -> dict[str, Any]:
    """Membership tables that can cross processes; paths stay paths, which every worker must see."""
    return {
        group: os.fspath(table) if isinstance(table, (str, os.PathLike)) else pa.table(as_stream(table))
        for group, table in memberships.items()}


def member_assets(plan: RegressionPlan) -> Optional[pa.Array]:
    """The assets that all membership tables have, ascending; `None` without such tables, or where one cannot be read
    here, of which the engine has more to say."""
    both: Optional[pa.Array] = None
    for table in (plan.options.get("memberships") or {}).values():
        try:
            rows = _read(table) if isinstance(table, str) else table
            column = rows[plan.asset]
        except (OSError, KeyError, pa.ArrowInvalid):
            return None
        found = pc.unique(column.cast(pa.string()))
        found = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
        both = found if both is None else both.filter(pc.is_in(both, value_set=found))
    return None if both is None else both.take(pc.sort_indices(both))


def _read(path: str) -> pa.Table:
    """A table in a file."""
    if path.endswith(".csv"):
        return pyarrow.csv.read_csv(path)
    if path.endswith(".feather") or path.endswith(".arrow"):
        return pyarrow.feather.read_table(path)
    return pq.read_table(path, partitioning=None)
