"""What a worker does: the regressions of one span of dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional, Union

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import BadDataError, RiskEngineError
from ..jobs import Regression, day, regress
from ._anchor import anchored
from ._days import days
from ._plan import RegressionPlan, Span

TABLES = ("factor_returns", "factor_statistics", "idio_returns", "periods", "factor_portfolios")
"""The tables of a regression, as `Regression` names them."""


@dataclass(frozen=True)
class Part:
    """The results of a span."""

    number: int
    tables: dict[str, pa.Table]
    percent_like: Optional[str]
    """The engine's warning that returns look like percent."""


def plain(table: pa.Table, plan: RegressionPlan) -> pa.Table:
    """The columns that the regression reads, dates as days, and texts not in codes, which differ between pieces."""
    columns = {}
    for name in plan.columns:
        column = table[name]
        if name == plan.date:
            column = days(column, name)
        elif pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        columns[name] = column
    return pa.table(columns)


def within(table: pa.Table, column: str, first: int, last: int) -> pa.Table:
    """The rows of some dates."""
    dates = table[column]
    low, high = (pa.scalar(one, pa.int32()).cast(pa.date32()) for one in (first, last))
    return table.filter(pc.and_(pc.greater_equal(dates, low), pc.less_equal(dates, high)))


def run_part(
    pieces: Sequence[pa.Table], span: Span, plan: RegressionPlan, labels: Mapping[str, pa.Array],
    member_assets: Optional[pa.Array] = None,
) -> Union[Part, RiskEngineError]:
    """The results of a span, or the error of the engine as a value, so that the earliest one can be told.

    Args:
        pieces: tables that hold, among others, all rows from `span.first_read` through `span.last`.
    """
    try:
        return _run(pieces, span, plan, labels, member_assets)
    except RiskEngineError as error:
        return _placed(error, span)


def _run(
    pieces: Sequence[pa.Table], span: Span, plan: RegressionPlan, labels: Mapping[str, pa.Array],
    member_assets: Optional[pa.Array],
) -> Part:
    """The results of a span."""
    own = [within(plain(piece, plan), plan.date, span.first_read, span.last) for piece in pieces]
    table = pa.concat_tables(own, promote_options="permissive")
    first, last = span.dates
    wanted = [
        text for text in map(day, plan.options.get("factor_portfolios", ()))
        if text is not None and first.isoformat() <= text <= last.isoformat()]
    options = {**plan.options, "factor_portfolios": wanted}

    def result_of(has_returns: bool) -> Regression:
        assets = member_assets if has_returns else None
        return regress(anchored(table, span.first_read, plan, labels, assets, has_returns), **options)

    try:
        # Memberships are what they are: made-up returns on them are only for a part that needs them.
        result = result_of(has_returns=not plan.options.get("memberships"))
    except BadDataError as error:
        if not plan.options.get("memberships") or "could be estimated" not in error.message:
            raise
        result = result_of(has_returns=True)
    tables = {
        name: within(getattr(result, name), "date", span.first, span.last)
        for name in TABLES if getattr(result, name) is not None}
    warnings = [text for text in result.summary["warnings"] if "look like percent" in text]
    return Part(span.number, tables, warnings[0] if warnings else None)


def _placed(error: RiskEngineError, span: Span) -> RiskEngineError:
    """An error of a part; its rows are not those of the panel, so the dates say where it is."""
    first, last = span.dates
    message = error.message
    if error.row is not None:
        message = message.replace(f"panel, row {error.row}", "panel").replace(f", row {error.row}:", ":")
    kind: Any = type(error)
    placed: RiskEngineError = kind(
        f"{message} (in the periods from {first} through {last})", error.exit_code, error.file, None, error.column,
        error.date, error.asset)
    return placed
