"""What a worker does for one span of dates: its regressions, or what weights out of idio returns need of it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional, Union

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import RiskEngineError
from ..jobs import day, read_folder, regression_request, run
from ..tables import place
from ._days import days
from ._plan import RegressionPlan, Span

TABLES = ("factor_returns", "factor_statistics", "idio_returns", "periods", "factor_portfolios")
"""The tables of a regression that have dates, as `Regression` names them."""
Labels = Mapping[str, list[str]]
"""The labels of each group over the whole panel."""
Task = Callable[..., Any]
"""What is done with the rows of a span: `task(table, span, plan, labels, *arguments)`."""


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


def span_table(
    pieces: Sequence[pa.Table], span: Span, plan: RegressionPlan
) -> Union[pa.Table, RiskEngineError]:
    """The rows of a span, or the error of the engine as a value, so that the earliest one can be told.

    Args:
        pieces: tables that hold, among others, all rows from `span.first_read` through `span.last`.
    """
    try:
        own = [within(plain(piece, plan), plan.date, span.first_read, span.last) for piece in pieces]
        return pa.concat_tables(own, promote_options="permissive")
    except RiskEngineError as error:
        return _placed(error, span)


def run_task(
    task: Task, table: Union[pa.Table, RiskEngineError], span: Span, plan: RegressionPlan, labels: Labels,
    *arguments: Any,
) -> Any:
    """What a task makes of the rows of a span, or an error as a value."""
    if isinstance(table, RiskEngineError):
        return table
    try:
        return task(table, span, plan, labels, *arguments)
    except RiskEngineError as error:
        return _placed(error, span)


def regress_span(
    table: pa.Table, span: Span, plan: RegressionPlan, labels: Labels, variances: Optional[pa.Table] = None
) -> Part:
    """The regressions of a span.

    Args:
        variances: where idio returns make the weights, the idio variances of all its periods, or those that a walk
            starts from.
    """
    first, last = span.dates
    wanted = [
        text for text in map(day, plan.options.get("factor_portfolios", ()))
        if text is not None and first.isoformat() <= text <= last.isoformat()]
    summary, tables = ask(table, span, plan, labels, {"task": "regress"}, variances, factor_portfolios=wanted)
    warnings = [text for text in summary["warnings"] if "look like percent" in text]
    return Part(span.number, tables, warnings[0] if warnings else None)


def ask(
    table: pa.Table, span: Span, plan: RegressionPlan, labels: Labels, asked: Mapping[str, Any],
    variances: Optional[pa.Table] = None, **options: Any,
) -> tuple[Any, dict[str, pa.Table]]:
    """What the engine says of the rows of a span, and the tables that it makes.

    Every span is told the labels of the whole panel, so that all have the same factors under the same names. A period's
    regression sees nothing but its own rows and the rows of its loadings, so its bits are those of one machine.
    """
    request, tables = regression_request(table, {**plan.options, **options})
    told: dict[str, Any] = {"labels": labels, "in_sample": span.in_sample, **asked}
    if variances is not None:
        told["variances"] = place(variances, "variances", tables)
    with tempfile.TemporaryDirectory(prefix="riskengine-") as scratch:
        folder = Path(scratch) / "out"
        summary = run("regress", {**request, "span": told, "out": str(folder)}, tables)
        return summary, read_folder(folder)


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
