"""The results of all spans as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Union

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import BadDataError, RiskEngineError
from ..jobs import Regression, day
from ._part import TABLES, Part
from ._plan import Layout, RegressionPlan


def merged(outcomes: Sequence[Union[Part, RiskEngineError]], plan: RegressionPlan, whole: Layout) -> Regression:
    """The tables of one machine: parts one after the other in the order of their dates.

    Raises:
        RiskEngineError: the error of the earliest part that had one; or no period could be estimated.
    """
    for outcome in outcomes:
        if isinstance(outcome, RiskEngineError):
            raise outcome
    parts = sorted((part for part in outcomes if isinstance(part, Part)), key=lambda part: part.number)
    if [part.number for part in parts] != [span.number for span in whole.spans]:
        raise RiskEngineError(f"{len(parts)} parts of {len(whole.spans)} came back; expected each once")
    tables = {}
    for name in TABLES:
        found = [part.tables[name] for part in parts if name in part.tables]
        if found:
            tables[name] = pa.concat_tables(found).combine_chunks()
    summary = _summary(tables, parts, plan, whole)
    if not any(not outcome.startswith("failed") for outcome in summary["outcomes"]):
        commonest = max(summary["outcomes"].items(), key=lambda pair: pair[1])[0]
        raise BadDataError(
            f"panel: none of {whole.period_count} periods could be estimated, most of them {commonest}", 65)
    return Regression(
        tables["factor_returns"], tables["factor_statistics"], tables["idio_returns"], tables["periods"],
        tables.get("factor_portfolios"), summary, last_idio_variances=parts[-1].tables.get("last_idio_variances"))


def _summary(
    tables: dict[str, pa.Table], parts: Sequence[Part], plan: RegressionPlan, whole: Layout
) -> dict[str, Any]:
    """What `regress` says of one machine's run, but for times and memory, which belong to a machine, and counts
    that its tables do not hold."""
    periods = tables["periods"]
    fits = periods["r2"].drop_null().to_numpy()
    fits = fits[np.isfinite(fits)]
    exclusions = [name for name in periods.column_names if name.startswith("excluded_")]
    return {
        "period_count": len(periods),
        "outcomes": dict(sorted(Counter(periods["outcome"].to_pylist()).items())),
        "solvers": dict(sorted(Counter(periods["solver"].drop_null().to_pylist()).items())),
        "exclusions": {name: pc.sum(periods[name]).as_py() for name in exclusions},
        "regressed_row_count": pc.sum(periods["asset_count"]).as_py(),
        "factor_count": len(tables["factor_returns"].column_names) - 1,
        "row_count": whole.rows,
        "first_date": str(pc.min(periods["date"]).as_py()),
        "last_date": str(pc.max(periods["date"]).as_py()),
        "median_r_squared": float(np.median(fits)) if fits.size else None,
        "task_count": len(parts),
        "warnings": _warnings(tables, parts, plan, whole),
    }


def _warnings(
    tables: dict[str, pa.Table], parts: Sequence[Part], plan: RegressionPlan, whole: Layout
) -> list[str]:
    """What a user should know."""
    warnings = []
    percent = [part.percent_like for part in parts if part.percent_like]
    if percent:
        warnings.append(f"in {len(percent)} of {len(parts)} parts {percent[0]}")
    if whole.missing_universe:
        warnings.append(f"{whole.missing_universe} rows have no universe flag and were taken to be outside")
    wanted = [text for text in map(day, plan.options.get("factor_portfolios", ())) if text]
    held = set()
    if "factor_portfolios" in tables:
        held = {str(date) for date in pc.unique(tables["factor_portfolios"]["date"]).to_pylist()}
    lacking = [text for text in wanted if text not in held]
    if lacking:
        warnings.append(
            f"no factor portfolios of {', '.join(lacking)}: no period that could be estimated ends there")
    return warnings
