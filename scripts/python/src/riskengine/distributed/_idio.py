"""Weights out of idio returns: the passes of the iteration and the spans of a walk forward, put together."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import UsageError
from ..jobs import Regression, read_folder, run
from ..tables import ArrowStream, place
from ._merge import merged
from ._part import Labels, ask, regress_span
from ._plan import Layout, RegressionPlan, Span
from ._spans import Spans, good


PASSES = pa.schema([
    pa.field("pass", pa.int64(), nullable=False), ("largest_change", pa.float64()), ("asset", pa.string())])
"""The table of passes, as `regress` writes it."""


def regress_by_idio(spans: Spans, plan: RegressionPlan, whole: Layout, tolerance: Optional[float]) -> Regression:
    """Regressions whose weights come out of idio returns.

    Raises:
        UsageError: the tolerance is no number between 0 and 1.
        RiskEngineError: that of the earliest dates that have one.
    """
    if tolerance is not None and not 0 < tolerance < 1:
        raise UsageError(f"sweep_tolerance is {tolerance}; expected None, or a number above 0 and below 1", 64)
    first = [span for span in whole.spans if span.in_sample]
    rest = [span for span in whole.spans if not span.in_sample]
    iterated = iterate(spans, plan, first)
    starts, sweeps = walk(spans, plan, rest, iterated.variances, tolerance)
    result = merged(
        spans.map(regress_span, whole.spans, [(iterated.variances,)] * len(first) + [(start,) for start in starts]),
        plan, whole)
    summary = {**result.summary, "convergence": iterated.summary}
    if not iterated.summary["has_converged"] and plan.options.get("idio_mode") != "two-stage":
        summary["warnings"] = [*summary["warnings"], (
            f"idio variances: NOT converged after {iterated.summary['iterations']} passes: the variances of "
            f"{iterated.summary['unsettled_count']} assets move")]
    if rest:
        summary["sweeps"] = sweeps
    return replace(result, summary=summary, idio_variances=iterated.table, convergence=iterated.passes)


@dataclass(frozen=True)
class Iterated:
    """An iterated estimate of idio variances."""

    variances: pa.Table
    """As the engine hands them on."""
    table: pa.Table
    """As `regress` gives them."""
    passes: pa.Table
    """The passes."""
    summary: dict[str, Any]
    """How it ended."""


def iterate(spans: Spans, plan: RegressionPlan, first: Sequence[Span]) -> Iterated:
    """Passes over spans until the variances stay."""
    variances: Optional[pa.Table] = None
    passes: list[tuple[int, Optional[float], Optional[str]]] = []
    while True:
        found = good(spans.map(sum_span, first, [(variances,)] * len(first)))
        parts = [part for counts, _ in found for part in counts]
        step, tables = _job("iterate_step", {
            **plan.iteration, "passes": len(passes), "parts": parts, "variances": variances,
            "sums": _numbered([sums for _, sums in found], [len(counts) for counts, _ in found])})
        variances = tables["variances"]
        passes.append((len(passes) + 1, step["largest_change"], step.get("asset")))
        if not step["needs_pass"]:
            break
    # The last date alone tells of assets with a short history.
    (last,) = good(spans.map(finish_span, first[-1:], [(variances, len(passes))]))
    end, tables = last
    change = passes[-1][1]
    summary = {
        "last_date": first[-1].dates[1].isoformat(), "periods": step["counts"]["periods"], "iterations": len(passes),
        "has_converged": step["has_converged"], "largest_change": -1 if change is None else change, **end,
        "skipped_periods": step["counts"]["skipped"], "guarded_count": step["counts"]["guarded"]}
    numbers, changes, assets = zip(*passes)
    return Iterated(
        tables["variances"], tables["idio_variances"],
        pa.table([pa.array(numbers), pa.array(changes), pa.array(assets)], schema=PASSES), summary)


def walk(
    spans: Spans, plan: RegressionPlan, rest: Sequence[Span], variances: pa.Table, tolerance: Optional[float],
) -> tuple[list[pa.Table], list[float]]:
    """The variances that each span of a walk forward starts from, and the largest change of each sweep.

    A span is walked again only where its start has moved; the last one's end is of no use.
    """
    if not rest:
        return [], []
    joined, tables = _job("walk_join", {"variances": variances, "lengths": [span.periods for span in rest]})
    starts = _spans(tables["variances"], len(rest))
    ends: list[Optional[pa.Table]] = [None] * (len(rest) - 1)
    sweeps: list[float] = []
    moved: list[Optional[float]] = joined["changes"]
    while len(rest) > 1:
        due = [place for place in range(len(rest) - 1) if moved[place] != 0]
        found = good(spans.map(walk_span, [rest[place] for place in due], [(starts[place],) for place in due]))
        for place, end in zip(due, found):
            ends[place] = end
        joined, tables = _job("walk_join", {
            "starts": _numbered(starts, [1] * len(starts), "span"),
            "ends": _numbered(ends, [1] * len(ends), "span")})
        starts = _spans(tables["variances"], len(rest))
        moved = joined["changes"]
        sweeps.append(max(math.inf if change is None else change for change in moved))
        if sweeps[-1] == 0 or (tolerance is not None and sweeps[-1] < tolerance):
            break
    return starts, sweeps


def sum_span(
    table: pa.Table, span: Span, plan: RegressionPlan, labels: Labels, variances: Optional[pa.Table]
) -> tuple[list[dict[str, int]], pa.Table]:
    """The sums of a pass over a span: the numbers of the periods of each part, and the sums."""
    summary, tables = ask(table, span, plan, labels, {"task": "pass"}, variances)
    return summary["parts"], tables["sums"]


def finish_span(
    table: pa.Table, span: Span, plan: RegressionPlan, labels: Labels, variances: pa.Table, passes: int
) -> tuple[dict[str, Any], dict[str, pa.Table]]:
    """The end of the iteration at the last date of a span."""
    return ask(table, span, plan, labels, {"task": "finish", "passes": passes}, variances)


def walk_span(
    table: pa.Table, span: Span, plan: RegressionPlan, labels: Labels, variances: pa.Table
) -> pa.Table:
    """The variances after a span that starts from some."""
    _, tables = ask(table, span, plan, labels, {"task": "walk"}, variances)
    return tables["variances"]


def _job(verb: str, options: Mapping[str, Any]) -> tuple[Any, dict[str, pa.Table]]:
    """What the engine makes of tables of all spans."""
    streams: dict[str, ArrowStream] = {}
    ready = {
        name: place(value, name, streams) if isinstance(value, pa.Table) else value
        for name, value in options.items()}
    with tempfile.TemporaryDirectory(prefix="riskengine-") as scratch:
        folder = Path(scratch) / "out"
        summary = run(verb, {**ready, "out": str(folder)}, streams)
        return summary, read_folder(folder)


def _numbered(tables: Sequence[Any], counts: Sequence[int], column: str = "part") -> pa.Table:
    """Tables one after the other, their own numbers, each from 0, counted on over all."""
    numbered = []
    before = 0
    for table, count in zip(tables, counts):
        own = pc.add(table[column], pa.scalar(before, pa.int32()))
        numbered.append(table.set_column(table.column_names.index(column), column, own))
        before += count
    return pa.concat_tables(numbered, promote_options="permissive")


def _spans(table: pa.Table, count: int) -> list[pa.Table]:
    """The rows of each span, as a table of one."""
    numbers = table["span"]
    place_of = table.column_names.index("span")
    found = []
    for number in range(count):
        own = table.filter(pc.equal(numbers, pa.scalar(number, pa.int32())))
        found.append(own.set_column(place_of, "span", pa.array([0] * len(own), pa.int32())))
    return found
