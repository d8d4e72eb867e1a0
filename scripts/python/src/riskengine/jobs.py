"""The verbs: each runs in this process, lets other threads run meanwhile, and can be interrupted."""

from __future__ import annotations

import datetime
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq

from ._job import Job, Progress
from .tables import ArrowStream, Table, give, place

PathLike = Union[str, "os.PathLike[str]"]
Date = Union[str, datetime.date, np.datetime64]
"""A date, as Python, NumPy or pandas has it, or its text `yyyy-mm-dd`."""


def day(date: Optional[Date]) -> Optional[str]:
    """The text of a date."""
    if date is None or isinstance(date, str):
        return date
    if isinstance(date, np.datetime64):
        return str(date.astype("datetime64[D]"))
    return date.date().isoformat() if isinstance(date, datetime.datetime) else date.isoformat()


def text(path: Optional[PathLike]) -> Optional[str]:
    """The text of a path."""
    return None if path is None else os.fspath(path)


def run(
    verb: str, options: Mapping[str, object], tables: Optional[Mapping[str, ArrowStream]] = None,
    progress: Optional[Progress] = None,
) -> Any:
    """Runs a verb with its options and gives its summary."""
    job = Job(verb, options)
    give(job, tables or {})
    return job.run(progress)


def read_folder(folder: Path) -> dict[str, pa.Table]:
    """The tables of a folder of results, by their names."""
    tables = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".parquet":
            tables[path.stem] = pq.read_table(path, partitioning=None)
        elif path.suffix == ".feather":
            tables[path.stem] = pyarrow.feather.read_table(path)
    return tables


@dataclass(frozen=True)
class Regression:
    """What the regressions of a panel came to: tables as the command line writes them."""

    factor_returns: pa.Table
    """`date`, then a column for each factor; a row for each period, also where nothing could be estimated."""
    factor_statistics: pa.Table
    """`date, factor, factor_return, standard_error, t_statistic, vif`."""
    idio_returns: pa.Table
    """`date, asset, idio_return, in_regression`."""
    periods: pa.Table
    """The outcome of each period, its fit, and the rows excluded by reason."""
    factor_portfolios: Optional[pa.Table]
    """`date, factor, asset, weight` for the dates asked for."""
    summary: dict[str, Any]
    """Periods by outcome, rows excluded by reason, warnings, seconds by stage."""
    idio_variances: Optional[pa.Table] = None
    """`asset, idio_variance, weight_variance, observation_count, verdict, change`, where idio returns make the weights:
    the iterated estimate."""
    convergence: Optional[pa.Table] = None
    """`pass, largest_change, asset` of that estimate."""
    last_idio_variances: Optional[pa.Table] = None
    """`asset, idio_variance, observation_count` after the last period of weights that walk forward."""


def regress(
    panel: Table, *, date: str = "date", asset: str = "asset", return_: str = "ret", cap: Optional[str] = None,
    groups: Sequence[str] = (), styles: Sequence[str] = (), memberships: Optional[Mapping[str, Table]] = None,
    market: bool = True, universe: Optional[str] = None, lag: int = 1, weights: Optional[str] = None,
    idio_mode: Optional[str] = None, initial: Optional[Date] = None, half_life: Optional[float] = None,
    max_iterations: Optional[int] = None, clip_weights: Optional[float] = None, robust: str = "none", robust_k: Optional[float] = None,
    constraint_weights: Optional[str] = None, thin_industries: Optional[float] = None,
    min_assets: Optional[int] = None, factor_portfolios: Sequence[Date] = (), storage: str = "float64",
    out: Optional[PathLike] = None, format: str = "parquet", threads: Optional[int] = None,
    sort_memory: Optional[int] = None, temp: Optional[PathLike] = None, progress: Optional[Progress] = None,
) -> Regression:
    """Regresses every period's returns on loadings known before it; the same bits as `riskengine regress`.

    A row of the panel dated t holds what was known at t's close; its return covers the period that ends at t. The
    regression of t joins the returns of t with the loadings, caps, groups and universe `lag` dates before.

    Args:
        panel: rows of date and asset, in any order. Returns and loadings are fractions; missing ones are excluded.
        groups: columns of labels; styles: columns of numbers.
        memberships: for a group whose labels are fractional a table of asset, label and fraction.
        weights: `sqrt-cap`, `equal`, `cap` or `column:NAME`; by default sqrt-cap where `cap` is given, else equal. Or
            inverse idio variances: `iterated` over all periods, so that each period's weights know the whole sample, or
            `walk-forward`: iterated up to `initial`, and known before each period after it.
        idio_mode: of the latter two: `aue` (default), `naive`, `two-stage` or `em-random`; `max_iterations`: the most
            passes, 200 by default.
        initial: of `walk-forward`: `half` (default) or a date; `half_life`: of idio variances, 84 observations by
            default.
        out: a folder to write into, whole or not at all; by default results are in memory only.
        format: of the files under `out`, parquet or feather.

    Raises:
        BadDataError: the panel contradicts itself, or no period can be estimated.
        UsageError: options do not go together.

    >>> import tempfile
    >>> folder = tempfile.mkdtemp() + "/market"
    >>> _ = simulate(folder, assets=60, periods=30, industries=3, styles=2, mode="gauss_static", raw=False)
    >>> result = regress(f"{folder}/panel.parquet", cap="market_cap", groups=["industry"], styles=["S00", "S01"])
    >>> result.periods["outcome"].unique().to_pylist()
    ['estimated']
    """
    if format not in ("parquet", "feather"):
        raise ValueError(f"format is '{format}'; expected parquet or feather")
    options, tables = regression_request(panel, {
        "date": date, "asset": asset, "return_": return_, "cap": cap, "groups": groups, "styles": styles,
        "memberships": memberships, "market": market, "universe": universe, "lag": lag, "weights": weights,
        "idio_mode": idio_mode, "initial": initial, "half_life": half_life, "max_iterations": max_iterations,
        "clip_weights": clip_weights, "robust": robust, "robust_k": robust_k, "constraint_weights": constraint_weights,
        "thin_industries": thin_industries, "min_assets": min_assets, "factor_portfolios": factor_portfolios,
        "storage": storage, "threads": threads, "sort_memory": sort_memory, "temp": text(temp), "format": format,
    })
    with tempfile.TemporaryDirectory(prefix="riskengine-", dir=text(temp)) as scratch:
        folder = Path(text(out) or f"{scratch}/out")
        summary = run("regress", {**options, "out": str(folder)}, tables, progress)
        found = read_folder(folder)
    return Regression(
        found["factor_returns"], found["factor_statistics"], found["idio_returns"], found["periods"],
        found.get("factor_portfolios"), summary, found.get("idio_variances"), found.get("convergence"),
        found.get("last_idio_variances"))


def regression_request(
    panel: Table, options: Mapping[str, Any]
) -> tuple[dict[str, object], dict[str, ArrowStream]]:
    """What `regress` asks the engine for by options of its own, and the tables that go with it."""
    tables: dict[str, ArrowStream] = {}
    request: dict[str, object] = {"panel": place(panel, "panel", tables)}
    for name, value in options.items():
        if name == "return_":
            request["return"] = value
        elif name == "memberships":
            request[name] = {group: place(table, group, tables) for group, table in (value or {}).items()}
        elif name in ("groups", "styles"):
            request[name] = list(value)
        elif name == "factor_portfolios":
            request[name] = [day(one) for one in value]
        elif name == "initial":
            request[name] = day(value)
        else:
            request[name] = value
    return request, tables


def simulate(
    out: PathLike, *, assets: int = 3000, periods: int = 2520, industries: int = 60, countries: int = 0,
    styles: int = 12, seed: int = 1, mode: str = "full", raw: Optional[bool] = None, error_rate: float = 20.0,
    format: str = "parquet", threads: Optional[int] = None, progress: Optional[Progress] = None,
) -> dict[str, Any]:
    """Writes a synthetic market whose truth is known under `out`, and gives its summary.

    >>> import tempfile
    >>> simulate(tempfile.mkdtemp() + "/m", assets=20, periods=5, industries=2, styles=1, raw=False)["date_count"]
    5
    """
    options = {
        "out": text(out), "assets": assets, "periods": periods, "industries": industries, "countries": countries,
        "styles": styles, "seed": seed, "mode": mode, "raw": raw, "error_rate": error_rate, "format": format,
        "threads": threads,
    }
    summary: dict[str, Any] = run("simulate", options, progress=progress)
    return summary
