"""Rows before a part of a panel that make it stand for the whole."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Optional

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ._plan import RegressionPlan


def anchored(
    table: pa.Table, first_day: int, plan: RegressionPlan, labels: Mapping[str, pa.Array],
    assets: Optional[pa.Array] = None, has_returns: bool = True,
) -> pa.Table:
    """A part with rows of a made-up market on `lag + 1` dates before it, whose periods are to be left out.

    They show the engine every label of the panel, so that each part has the same factors under the same names, and
    they can be estimated, so that a part in which nothing can be is no error. A period's regression sees nothing but
    its own rows, so the periods of the part keep their bits.

    Args:
        table: the rows of the part; its dates are days.
        first_day: its first date, in days since 1970-01-01.
        labels: of each group over the whole panel.
        assets: assets that memberships are known of, where there are memberships.
        has_returns: whether the rows can be estimated; otherwise they only show labels.

    Complexity: O(lag (G + K)) rows, G labels and K styles.
    """
    most = max([1, *(len(found) for found in labels.values())])
    factors = 1 + sum(len(found) for found in labels.values()) + len(plan.options.get("styles", ()))
    count = max(int(plan.options.get("min_assets") or 0), 2 * factors + 10, most)
    if assets is not None and len(assets):
        count = max(len(assets), 1)
    place = np.arange(count)
    columns: dict[str, pa.Array] = {}
    for field in table.schema:
        name, kind = field.name, field.type
        if name == plan.asset:
            columns[name] = _as(pa.array(place) if assets is None else assets, kind)
        elif name in labels:
            found = labels[name]
            indices = pa.array(place % max(len(found), 1))
            columns[name] = _as(found.take(indices), kind) if len(found) else pa.nulls(count, kind)
        elif name == plan.universe:
            columns[name] = _as(pa.array(np.ones(count)), kind)
        elif name == plan.options.get("return_", "ret"):
            values = pa.array(0.01 * np.sin(place + 1.0)) if has_returns else pa.nulls(count, pa.float64())
            columns[name] = _as(values, kind)
        elif name in plan.options.get("styles", ()):
            columns[name] = _as(pa.array(_loadings(place, plan.options["styles"].index(name))), kind)
        elif name in plan.numbers:
            columns[name] = _as(pa.array(1.0 + place % 7), kind)
    days = []
    for before in range(plan.lag + 1, 0, -1):
        dates = pa.array(np.full(count, first_day - before, np.int32)).cast(pa.date32())
        days.append(pa.table(
            [dates if name == plan.date else columns[name] for name in table.column_names], schema=table.schema))
    return pa.concat_tables([*days, table])


def _loadings(place: Any, style: int) -> Any:
    """Loadings that no sum of others makes."""
    return np.cos((place + 1.0) * math.sqrt(2.0 + style) + style)


def _as(values: pa.Array, kind: pa.DataType) -> pa.Array:
    """Values as a column has them."""
    if pa.types.is_boolean(kind) and not pa.types.is_boolean(values.type):
        return pc.not_equal(values, pa.scalar(0, values.type))
    if pa.types.is_integer(kind) and pa.types.is_floating(values.type):
        values = pc.round(values)
    return values.cast(kind, safe=False)
