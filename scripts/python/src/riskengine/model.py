"""Risk models: estimated, opened, carried on, and asked."""

from __future__ import annotations

import datetime
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from ._configuration import Configuration, configured
from ._job import Progress
from .jobs import Date, PathLike, day, read_folder, run, simulate, text
from .tables import ArrowStream, Table, place


@dataclass(frozen=True)
class FactorCovariance:
    """The covariance of factor returns at a date."""

    date: str
    factors: list[str]
    """K names, in the order of the matrix."""
    matrix: npt.NDArray[np.float64]
    """K x K, symmetric; squared fractions over the model's horizon."""


@dataclass(frozen=True)
class PortfolioCovariance:
    """The covariance of the returns of portfolios at a date."""

    date: str
    portfolios: list[str]
    """P names."""
    matrix: npt.NDArray[np.float64]
    """P x P, symmetric; squared fractions over one period."""
    covered_share: npt.NDArray[np.float64]
    """The part of each portfolio's gross weight whose assets the model covers."""


@dataclass(frozen=True)
class Results:
    """What a verb came to: its summary, and its tables by their names."""

    summary: Any
    tables: dict[str, pa.Table] = field(repr=False)

    def __getitem__(self, table: str) -> pa.Table:
        """A table by its name."""
        return self.tables[table]


def estimate(
    configuration: Configuration, out: PathLike, *, panel: Optional[Table] = None,
    sources: Optional[Mapping[str, Table]] = None, threads: Optional[int] = None,
    sort_memory: Optional[int] = None, temp: Optional[PathLike] = None, progress: Optional[Progress] = None,
) -> Model:
    """Estimates a risk model into the folder `out`; the same bits as `riskengine estimate`.

    Args:
        configuration: a file, or what such a file says as nested mappings; relative paths in these start from the
            current folder.
        panel: a table in place of `data.panel.path`.
        sources: tables in place of the paths of `data.sources`, by the names of the sources.

    Raises:
        BadDataError: configuration or data are wrong.

    >>> import tempfile
    >>> from riskengine import simulate
    >>> folder = tempfile.mkdtemp()
    >>> _ = simulate(folder + "/m", assets=60, periods=130, industries=3, styles=2, mode="gauss_static", raw=False)
    >>> columns = {"date": "date", "asset": "asset", "return": "ret", "cap": "market_cap"}
    >>> panel = {"path": "given below", "columns": columns, "groups": ["industry"], "styles": ["S00", "S01"]}
    >>> model = estimate(
    ...     {"version": 1, "frequency": "daily", "data": {"panel": panel},
    ...      "factor_covariance": {"eigenfactor": "off"}},
    ...     folder + "/model", panel=folder + "/m/panel.parquet")
    >>> model.factors[:3]
    ['market', 'S00', 'S01']
    """
    tables: dict[str, ArrowStream] = {}
    options = {
        **configured(configuration, sources, tables), "out": text(out), "panel": place(panel, "panel", tables),
        "threads": threads, "sort_memory": sort_memory, "temp": text(temp),
    }
    summary = run("estimate", options, tables, progress)
    return Model(out, summary)


def update(
    model: PathLike, data: Optional[Table] = None, *, restate: bool = False, threads: Optional[int] = None,
    sort_memory: Optional[int] = None, temp: Optional[PathLike] = None, progress: Optional[Progress] = None,
) -> Model:
    """Takes new dates into a model: the same rows and bits as estimating all at once.

    Args:
        data: a table in place of the only source or panel, or a folder in which each source's path is looked up; by
            default the configuration's own paths are read again.
        restate: estimates everything again.

    Where the model has all dates of the data already, nothing is written, and `summary["date_count"]` is 0.

    Raises:
        BadDataError: a date that the model has is different in the new data, or all later rows are of days without
            trading.
        LockedError: another run is writing the model.
    """
    tables: dict[str, ArrowStream] = {}
    options = {
        "model": text(model), "data": place(data, "data", tables), "restate": restate, "threads": threads,
        "sort_memory": sort_memory, "temp": text(temp),
    }
    return Model(model, run("update", options, tables, progress))


class Model:
    """A stored risk model. Reading takes no lock; what is read is the model as it was when it was opened."""

    def __init__(self, path: PathLike, summary: Optional[dict[str, Any]] = None) -> None:
        """Opens the model in a folder; `summary` is what made it, where that was just now."""
        self.path = os.fspath(path)
        self.summary = summary
        told = run("model", {"model": self.path})
        self._segments: dict[str, list[dict[str, Any]]] = {
            table["name"]: table["segments"] for table in told.pop("tables")}
        self.metadata: dict[str, Any] = told
        """What the manifest says: first and last date, periods a year, generation."""

    @classmethod
    def open(cls, path: PathLike) -> Model:
        """Opens the model in a folder.

        Raises:
            MissingInputError: there is no such folder.
            BadDataError: it is no model, or of another format, or files of it are not as they were written.
        """
        return cls(path)

    def __repr__(self) -> str:
        """Where the model is and which dates it has."""
        return f"Model({self.path!r}, {self.metadata.get('first_date')} to {self.metadata.get('last_date')})"

    # Tables

    @property
    def tables(self) -> list[str]:
        """The names of the model's tables."""
        return sorted(self._segments)

    def table(self, name: str, from_: Optional[Date] = None, through: Optional[Date] = None) -> pa.Table:
        """A table of the model, or its rows of some dates."""
        if name not in self._segments:
            raise KeyError(f"the model has no table '{name}'; it has {', '.join(self.tables)}")
        first, last = day(from_), day(through)
        parts = []
        for segment in self._segments[name]:
            dated = segment.get("first_date") is not None
            if dated and (first and segment["last_date"] < first or last and segment["first_date"] > last):
                continue
            filters: list[tuple[str, str, object]] = []
            if dated and first and segment["first_date"] < first:
                filters.append(("date", ">=", _date(first)))
            if dated and last and segment["last_date"] > last:
                filters.append(("date", "<=", _date(last)))
            parts.append(pq.read_table(segment["path"], filters=filters or None, partitioning=None))
        if not parts:
            path = self._segments[name][0]["path"] if self._segments[name] else None
            return pq.read_schema(path).empty_table() if path else pa.table({})
        return pa.concat_tables(parts, promote_options="default")

    @property
    def dates(self) -> npt.NDArray[np.datetime64]:
        """The dates with a forecast of risk, ascending: days."""
        parts = [
            pq.read_table(segment["path"], columns=["date"], partitioning=None)["date"]
            for segment in self._segments.get("factor_risk", [])]
        found = [np.unique(part.to_numpy()) for part in parts]
        return np.unique(np.concatenate(found)) if found else np.array([], dtype="datetime64[D]")

    @property
    def factors(self) -> list[str]:
        """The factors: market, labels of groups, styles."""
        names: list[str] = self.table("factors")["factor"].to_pylist()
        return names

    def factor_returns(self, from_: Optional[Date] = None, through: Optional[Date] = None) -> pa.Table:
        """`date`, then a column for each factor; null where a period has none."""
        return self.table("factor_returns", from_, through)

    def idio_returns(self, from_: Optional[Date] = None, through: Optional[Date] = None) -> pa.Table:
        """`date, asset, idio_return` and more."""
        return self.table("idio_returns", from_, through)

    def loadings(self, date: Optional[Date] = None) -> pa.Table:
        """What is known of each asset at a date's close: caps, labels, style loadings; of the last date by default."""
        return self._at("loadings", date)

    def idio_risk(self, date: Optional[Date] = None) -> pa.Table:
        """The forecast of each asset's idio risk at a date."""
        return self._at("idio_risk", date)

    def factor_covariance(self, date: Optional[Date] = None) -> FactorCovariance:
        """The forecast of the factors' covariances at a date; of the last date by default."""
        rows = self._at("factor_covariance", date)
        first, second = (rows[name].combine_chunks() for name in ("factor_1", "factor_2"))
        own = pa.compute.equal(first, second)
        names = first.filter(own)
        rows_at = pa.compute.index_in(first, value_set=names).to_numpy()
        columns_at = pa.compute.index_in(second, value_set=names).to_numpy()
        values = rows["covariance"].to_numpy()
        matrix = np.zeros((len(names), len(names)))
        matrix[rows_at, columns_at] = values
        matrix[columns_at, rows_at] = values
        return FactorCovariance(str(rows["date"][0]), names.to_pylist(), matrix)

    def _at(self, name: str, date: Optional[Date]) -> pa.Table:
        """The rows of a date, the last of the table by default."""
        wanted = day(date)
        if wanted is None:
            dated = [segment["last_date"] for segment in self._segments.get(name, []) if segment.get("last_date")]
            if not dated:
                raise KeyError(f"the model has no rows of '{name}'")
            wanted = dated[-1]
        rows = self.table(name, wanted, wanted)
        if rows.num_rows == 0:
            raise KeyError(
                f"the model has no rows of '{name}' on {wanted}; it has dates from {self.metadata.get('first_date')} to "
                f"{self.metadata.get('last_date')}")
        return rows

    # Portfolios

    def covariance(self, portfolios: Table, date: Optional[Date] = None) -> PortfolioCovariance:
        """The covariances of the returns of portfolios over one period, by the model of a date.

        `portfolios` is a table of `asset, weight`, and `portfolio` where there are several.
        """
        tables: dict[str, ArrowStream] = {}
        told = run(
            "covariance",
            {"model": self.path, "date": day(date), "portfolio": place(portfolios, "portfolios", tables)}, tables)
        return PortfolioCovariance(
            told["date"], told["portfolios"], np.array(told["covariance"]), np.array(told["covered_share"]))

    def variance(self, portfolios: Table, date: Optional[Date] = None) -> npt.NDArray[np.float64]:
        """The variance of the return of each portfolio over one period: P numbers, squared fractions."""
        return np.array(self.covariance(portfolios, date).matrix.diagonal())

    def risk(
        self, portfolio: Table, *, benchmark: Optional[Table] = None, date: Optional[Date] = None,
        dates: str = "exact", scenarios: Optional[PathLike] = None, top: int = 10, out: Optional[PathLike] = None,
        threads: Optional[int] = None, progress: Optional[Progress] = None,
    ) -> Results:
        """The risk of portfolios, where it comes from, and how it stands to a benchmark, as `riskengine risk` has it.

        `portfolio` is a table of `asset, weight`, with `portfolio` and `date` where there are several, or weights by
        asset in a series or a mapping; `benchmark` is such a table, or `"universe"`. Volatilities and contributions are
        a year's.
        """
        tables: dict[str, ArrowStream] = {}
        options = {
            "model": self.path, "portfolio": place(portfolio, "portfolio", tables),
            "benchmark": place(benchmark, "benchmark", tables), "date": day(date), "dates": dates,
            "scenarios": text(scenarios), "top": top, "threads": threads,
        }
        return _with_tables("risk", options, tables, out, progress)

    def attribute(
        self, positions: Table, *, benchmark: Optional[Table] = None, returns: Optional[Table] = None,
        linking: Optional[str] = None, weights: str = "drift", dates: str = "exact", from_: Optional[Date] = None,
        through: Optional[Date] = None, out: Optional[PathLike] = None, threads: Optional[int] = None,
        progress: Optional[Progress] = None,
    ) -> Results:
        """Where the returns of portfolios came from, period by period and linked, as `riskengine attribute` has it."""
        tables: dict[str, ArrowStream] = {}
        options = {
            "model": self.path, "positions": place(positions, "positions", tables),
            "benchmark": place(benchmark, "benchmark", tables), "returns": place(returns, "returns", tables),
            "linking": linking, "weights": weights, "dates": dates, "from": day(from_), "through": day(through),
            "threads": threads,
        }
        return _with_tables("attribute", options, tables, out, progress)

    def hedge(
        self, portfolio: Table, *, factors: Optional[Sequence[str]] = None, instruments: Optional[Table] = None,
        date: Optional[Date] = None, dates: str = "exact", out: Optional[PathLike] = None,
        threads: Optional[int] = None, progress: Optional[Progress] = None,
    ) -> Results:
        """Trades that take risk out of portfolios, as `riskengine hedge` has it.

        Without `instruments` the loadings on all factors, or on those of `factors`, are neutralized by the portfolios
        that mimic them. With `instruments`, a table of `portfolio, asset, weight`, as much is bought of each as makes
        the variance least. Volatilities are a year's.

        Raises:
            UsageError: factors and instruments are both given.
            BadDataError: the model covers none of a portfolio, or a factor is unknown.

        >>> import tempfile
        >>> from riskengine import example
        >>> model = example(tempfile.mkdtemp())
        >>> hedged = model.hedge(model.optimize()["weights"], factors=["S00"]).summary[0]
        >>> [entry["name"] for entry in hedged["ratios"] if entry["ratio"] != 0]
        ['S00']
        """
        tables: dict[str, ArrowStream] = {}
        options = {
            "model": self.path, "portfolio": place(portfolio, "portfolio", tables),
            "factors": None if factors is None else list(factors),
            "instruments": place(instruments, "instruments", tables), "date": day(date), "dates": dates,
            "threads": threads,
        }
        return _with_tables("hedge", options, tables, out, progress)

    def optimize(
        self, *, objective: str = "minimum-variance", expected_returns: Optional[Table] = None,
        net_weight: Optional[float] = 1, loadings: Optional[Mapping[str, float]] = None, assets: str = "universe",
        date: Optional[Date] = None, out: Optional[PathLike] = None, progress: Optional[Progress] = None,
    ) -> Results:
        """The portfolio of least variance or largest Sharpe ratio under linear equalities.

        As `riskengine optimize` has it: in closed form, so that short positions are allowed.

        Args:
            objective: `minimum-variance` or `maximum-sharpe`, which needs `expected_returns`.
            expected_returns: a table of `asset, expected_return`: excess returns a year, as fractions.
            net_weight: the sum of the weights; `None` leaves it free.
            loadings: what the portfolio's loadings on factors are to be, by the names of factors.
            assets: those of the estimation `universe`, or all `covered`.

        Raises:
            UsageError: options do not go together.
            BadDataError: a factor is unknown, an expected return is missing, or no portfolio meets the equalities.

        >>> import tempfile
        >>> from riskengine import example
        >>> model = example(tempfile.mkdtemp())
        >>> best = model.optimize(loadings={"S00": 0}).summary
        >>> abs(best["net_weight"] - 1) < 1e-9
        True
        """
        tables: dict[str, ArrowStream] = {}
        options = {
            "model": self.path, "objective": objective,
            "expected_returns": place(expected_returns, "expected_returns", tables, "expected_return"), "net_weight": net_weight,
            "is_net_weight_free": net_weight is None or None,
            "loadings": [{"factor": name, "value": value} for name, value in (loadings or {}).items()],
            "assets": assets, "date": day(date),
        }
        return _with_tables("optimize", options, tables, out, progress)

    def compare(
        self, portfolio: Table, other: Optional[Union[PathLike, Model]] = None, *, date: Optional[Date] = None,
        other_date: Optional[Date] = None, progress: Optional[Progress] = None,
    ) -> list[dict[str, Any]]:
        """Why this model and another, or two dates of this one, differ in the risk of portfolios.

        For each portfolio the difference of the variances a year, split into what loadings, factor covariance and idio
        risk make of it, and the factors whose contribution changed most first, as `riskengine compare --json`.

        Raises:
            UsageError: there is one model and one date.
            BadDataError: a model covers none of a portfolio.

        >>> import tempfile
        >>> from riskengine import example
        >>> model = example(tempfile.mkdtemp())
        >>> told = model.compare(model.optimize()["weights"], other_date=model.dates[-9].item())[0]
        >>> parts = told["from_loadings"] + told["from_factor_covariance"] + told["from_idio_risk"]
        >>> abs(parts - told["difference"]) < 1e-12
        True
        """
        tables: dict[str, ArrowStream] = {}
        options = {
            "model": self.path, "other": other.path if isinstance(other, Model) else text(other),
            "portfolio": place(portfolio, "portfolio", tables), "date": day(date), "other_date": day(other_date),
        }
        told: list[dict[str, Any]] = run("compare", options, tables, progress)
        return told

    def export(
        self, *, date: Optional[Date] = None, out: Optional[PathLike] = None, format: str = "parquet",
        progress: Optional[Progress] = None,
    ) -> Results:
        """One date of the model flat, for an optimizer: loadings, factor covariance, idio risk and its pairs.

        Covariances are squared fractions over `summary["horizon"]` periods; `summary["unmodelled"]` has the assets that
        the model does not cover. With `format` csv the files are under `out` and no table is read.

        >>> import tempfile
        >>> from riskengine import example
        >>> sorted(example(tempfile.mkdtemp()).export().tables)
        ['factor_covariance', 'idio_covariance', 'idio_risk', 'loadings']
        """
        options = {"model": self.path, "date": day(date), "format": format}
        return _with_tables("export", options, {}, out, progress)

    # Judging, carrying on

    def report(
        self, out: PathLike, *, evaluation: Union[PathLike, bool] = True, portfolio: Optional[Table] = None,
        benchmark: Optional[Table] = None, threads: Optional[int] = None, progress: Optional[Progress] = None,
    ) -> dict[str, Any]:
        """Writes one HTML page that shows the model; the same bytes as `riskengine report`.

        Args:
            evaluation: a folder that `evaluate` wrote of this model; `True` evaluates now, `False` leaves it out.
            portfolio: a table of `asset, weight`, with `portfolio` and `date` where there are several.
            benchmark: such a table of one benchmark, or `"universe"`.

        Raises:
            UsageError: a benchmark is given without a portfolio.
            OutputError: another file than a report is at `out`.

        >>> import tempfile
        >>> from riskengine import example
        >>> folder = tempfile.mkdtemp()
        >>> told = example(folder).report(folder + "/report.html", evaluation=False)
        >>> open(folder + "/report.html").read(15)
        '<!doctype html>'
        """
        tables: dict[str, ArrowStream] = {}
        options = {
            "model": self.path, "out": text(out),
            "evaluation": None if isinstance(evaluation, bool) else text(evaluation),
            "is_evaluated": evaluation if isinstance(evaluation, bool) else None,
            "portfolio": place(portfolio, "portfolio", tables), "benchmark": place(benchmark, "benchmark", tables),
            "threads": threads,
        }
        told: dict[str, Any] = run("report", options, tables, progress)
        return told

    def performance(self, from_: Optional[Date] = None, through: Optional[Date] = None) -> pa.Table:
        """The risk-adjusted performance of factor returns: a row for each factor."""
        return performance(self.path, from_=from_, through=through)

    def evaluate(self, **options: Any) -> Results:
        """Out-of-sample tests of the forecasts of risk; options as those of `evaluate`."""
        return evaluate(self.path, **options)

    def verify(self, **options: Any) -> dict[str, Any]:
        """Checks every byte of the model; options and result as those of `verify`."""
        return verify(self.path, **options)

    def update(self, data: Optional[Table] = None, **options: Any) -> Model:
        """Takes new dates into the model and gives it as it is then; options as those of `update`."""
        return update(self.path, data, **options)


def example(folder: PathLike) -> Model:
    """A model of a small synthetic market, to try things with: 60 assets over 130 days, made in a second.

    The market is in `market` under the folder, the model in `model`.

    >>> import tempfile
    >>> example(tempfile.mkdtemp()).factors[0]
    'market'
    """
    place_of_market = f"{os.fspath(folder)}/market"
    simulate(place_of_market, assets=60, periods=130, industries=3, styles=2, mode="gauss_static", raw=False)
    columns = {"date": "date", "asset": "asset", "return": "ret", "cap": "market_cap"}
    panel = {"columns": columns, "groups": ["industry"], "styles": ["S00", "S01"], "path": "panel.parquet"}
    return estimate(
        {"version": 1, "frequency": "daily", "data": {"panel": panel}, "factor_covariance": {"eigenfactor": "off"}},
        f"{os.fspath(folder)}/model", panel=f"{place_of_market}/panel.parquet")


def performance(model: PathLike, *, from_: Optional[Date] = None, through: Optional[Date] = None) -> pa.Table:
    """The risk-adjusted performance of a model's factor returns: a row for each factor; a year's numbers."""
    with tempfile.TemporaryDirectory(prefix="riskengine-") as scratch:
        file = f"{scratch}/performance.parquet"
        run("performance", {"model": text(model), "from": day(from_), "through": day(through), "out": file})
        return pq.read_table(file, partitioning=None)


def evaluate(
    model: PathLike, *, against: Optional[PathLike] = None, from_: Optional[Date] = None,
    through: Optional[Date] = None, warmup: Optional[int] = None, horizon: Optional[int] = None,
    in_sample: bool = False, out: Optional[PathLike] = None, threads: Optional[int] = None,
    progress: Optional[Progress] = None,
) -> Results:
    """Tests a model's forecasts of risk against the returns that came, as `riskengine evaluate` does."""
    options = {
        "model": text(model), "against": text(against), "from": day(from_), "through": day(through),
        "warmup": warmup, "horizon": horizon, "in_sample": in_sample, "threads": threads,
    }
    return _with_tables("evaluate", options, {}, out, progress)


def verify(model: PathLike, *, progress: Optional[Progress] = None) -> dict[str, Any]:
    """Checks every byte of a model and that its tables fit together; gives the faults, none where all is well."""
    report: dict[str, Any] = run("verify", {"model": text(model)}, progress=progress)
    return report


def _with_tables(
    verb: str, options: Mapping[str, object], tables: Mapping[str, ArrowStream], out: Optional[PathLike],
    progress: Optional[Progress],
) -> Results:
    """Runs a verb that writes a folder of tables, and reads them."""
    with tempfile.TemporaryDirectory(prefix="riskengine-") as scratch:
        folder = Path(text(out) or f"{scratch}/out")
        summary = run(verb, {**options, "out": str(folder)}, tables, progress)
        return Results(summary, read_folder(folder))


def _date(date: str) -> object:
    """A date as pyarrow compares it."""
    return datetime.date.fromisoformat(date)
