"""What a panel has, piece by piece, and the spans of dates that it is cut into."""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import BadDataError, UsageError
from ..jobs import day, regress
from ._days import days

OWN_OPTIONS = ("out", "format", "progress", "temp")
"""Options of `riskengine.regress` that make no sense for a part."""
PERIODS_PER_SUM = 32
"""The engine adds squared idio returns up by so many periods; spans that it does so for begin where a sum does, so that
all sums together have the bits of one machine."""


@dataclass(frozen=True)
class RegressionPlan:
    """The regression that every part runs: options as `riskengine.regress` takes them."""

    options: dict[str, Any]

    @classmethod
    def checked(cls, options: dict[str, Any]) -> RegressionPlan:
        """Options that `riskengine.regress` has.

        Raises:
            UsageError: there is no such option, or it is one of a single machine.
        """
        known = [name for name in inspect.signature(regress).parameters if name not in ("panel", *OWN_OPTIONS)]
        for name in options:
            if name not in known:
                raise UsageError(f"found option '{name}'; expected {', '.join(known)}", 64)
        lag = options.get("lag", 1)
        if not isinstance(lag, int) or lag < 0:
            raise UsageError(f"lag is {lag}; expected 0 or more", 64)
        if options.get("idio_mode") == "em-random":
            raise UsageError("idio_mode 'em-random' runs on one machine; expected aue, naive or two-stage", 64)
        # One thread a task: the cluster has a worker for each processor already.
        return cls({"threads": 1, **options})

    @property
    def lag(self) -> int:
        """How many dates earlier loadings are known."""
        return int(self.options.get("lag", 1))

    @property
    def iterates(self) -> bool:
        """Whether the weights come out of idio returns."""
        return self.options.get("weights") in ("iterated", "walk-forward")

    @property
    def iteration(self) -> dict[str, Any]:
        """The options of the iteration."""
        return {name: self.options.get(name) for name in ("idio_mode", "max_iterations")}

    def first_span(self, days: npt.NDArray[np.int32]) -> int:
        """How many of some periods the iteration takes; 0 where there is none.

        Raises:
            BadDataError: there are too few periods, or `initial` is outside them.
            UsageError: `initial` is no date.
        """
        if not self.iterates:
            return 0
        if days.size < 2:
            raise BadDataError(
                f"the data have {days.size} periods; expected at least 2 for an estimate of idio variances", 65)
        if self.options["weights"] == "iterated":
            return int(days.size)
        initial = day(self.options.get("initial")) or "half"
        if initial == "half":
            return int(days.size) // 2
        try:
            last = (datetime.date.fromisoformat(initial) - calendar_date(0)).days
        except ValueError as error:
            raise UsageError(f"initial is '{initial}'; expected a date such as 2015-01-31", 64) from error
        if not days[0] <= last < days[-1]:
            raise BadDataError(
                f"initial is {initial}; expected a date from {calendar_date(days[0])} on and before "
                f"{calendar_date(days[-1])}, the first and the last period", 65)
        return int(np.searchsorted(days, last, side="right"))

    @property
    def date(self) -> str:
        """The column of dates."""
        return str(self.options.get("date", "date"))

    @property
    def asset(self) -> str:
        """The column of assets."""
        return str(self.options.get("asset", "asset"))

    @property
    def universe(self) -> Optional[str]:
        """The column of the universe."""
        return self.options.get("universe")

    @property
    def labelled(self) -> list[str]:
        """The groups whose labels are in the panel."""
        memberships = self.options.get("memberships") or {}
        return [group for group in self.options.get("groups", ()) if group not in memberships]

    @property
    def numbers(self) -> list[str]:
        """The columns of numbers."""
        named = [self.options.get("return_", "ret"), self.options.get("cap"), *self.options.get("styles", ())]
        for option in ("weights", "constraint_weights"):
            scheme = self.options.get(option) or ""
            if scheme.startswith("column:"):
                named.append(scheme[len("column:"):])
        return list(dict.fromkeys(name for name in named if name))

    @property
    def surveyed(self) -> list[str]:
        """The columns that tell what there is."""
        return list(dict.fromkeys(
            [self.date, *self.labelled, *([self.universe] if self.universe else [])]))

    @property
    def columns(self) -> list[str]:
        """All columns that the regression reads."""
        return list(dict.fromkeys([self.date, self.asset, *self.surveyed[1:], *self.numbers]))

    def require(self, found: Sequence[str], place: str) -> None:
        """Refuses a panel that lacks a column.

        Raises:
            BadDataError: naming the column, and those that are there.
        """
        for name in self.columns:
            if name not in found:
                raise BadDataError(
                    f"{place}: no column '{name}'; found {', '.join(found)}", 65, file=place, column=name)


@dataclass(frozen=True)
class Survey:
    """What a piece of a panel has."""

    days: npt.NDArray[np.int32]
    """Its dates, ascending: days since 1970-01-01."""
    labels: dict[str, pa.Array]
    """The labels of each group, each once."""
    rows: int
    missing_universe: int
    """Rows without a flag of the universe."""


def survey(table: pa.Table, plan: RegressionPlan) -> Survey:
    """What a piece has, from the columns `plan.surveyed`."""
    labels = {}
    for group in plan.labelled:
        column = table[group]
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        found = pc.unique(column).drop_null()
        labels[group] = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    missing = 0
    if plan.universe:
        flags = table[plan.universe]
        missing = pc.sum(pc.is_null(flags, nan_is_null=pa.types.is_floating(flags.type))).as_py() or 0
    found_days = pc.unique(days(table[plan.date], plan.date)).cast(pa.int32())
    return Survey(np.sort(found_days.to_numpy()), labels, len(table), int(missing))


@dataclass(frozen=True)
class Span:
    """Neighbouring dates whose periods one task regresses."""

    number: int
    first_read: int
    """The first date whose rows are needed, `lag` dates before `first`; days since 1970-01-01, as the others."""
    first: int
    """The first date whose period is given."""
    last: int
    """The last date."""
    periods: int
    """The number of periods given."""
    in_sample: bool
    """Whether the idio variances that weigh it are iterated over it, too."""

    @property
    def dates(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last date whose periods are given."""
        return calendar_date(self.first), calendar_date(self.last)


def calendar_date(day: int) -> datetime.date:
    """The date of a day since 1970-01-01."""
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=int(day))


@dataclass(frozen=True)
class Layout:
    """A whole panel: its spans, and the labels that each of them has to know."""

    spans: list[Span]
    labels: dict[str, list[str]]
    """The labels of each group over all dates."""
    pieces: list[list[int]]
    """For each span the places of the pieces that hold its rows."""
    rows: int
    missing_universe: int
    period_count: int


def layout(surveys: Sequence[Survey], plan: RegressionPlan, threads: int, dates_per_task: Optional[int]) -> Layout:
    """Cuts a panel into spans of as equal numbers of dates as can be.

    Args:
        threads: how many tasks run at once. By default there are four for each, so that none waits long for the last
            one; of a walk forward, which has to be joined, one.

    Raises:
        BadDataError: there are too few dates.
        UsageError: `dates_per_task` is less than 1.
    """
    if dates_per_task is not None and dates_per_task < 1:
        raise UsageError(f"dates_per_task is {dates_per_task}; expected 1 or more", 64)
    all_days = np.unique(np.concatenate([np.empty(0, np.int32), *(one.days for one in surveys)]))
    lag = plan.lag
    if all_days.size == 0:
        raise BadDataError("the panel has no rows; expected at least one", 65)
    periods = int(all_days.size) - lag
    if periods < 1:
        raise BadDataError(
            f"the panel has {all_days.size} date{'' if all_days.size == 1 else 's'}, which leaves no period at lag "
            f"{lag}; expected at least {lag + 1}", 65)
    first = plan.first_span(all_days[lag:])
    spans: list[Span] = []
    for start, end, unit, count in ((0, first, PERIODS_PER_SUM, 4 * threads),
                                    (first, periods, 1, threads if first else 4 * threads)):
        edges = _edges(end - start, unit, -(-(end - start) // dates_per_task) if dates_per_task else count)
        for begin, stop in zip(edges, edges[1:]):
            begin, stop = lag + start + begin, lag + start + stop
            spans.append(Span(
                len(spans), int(all_days[begin - lag]), int(all_days[begin]), int(all_days[stop - 1]), stop - begin,
                end == first))
    pieces = [
        [place for place, one in enumerate(surveys) if _touches(one.days, span.first_read, span.last)]
        for span in spans]
    labels = {group: _together([one.labels[group] for one in surveys]) for group in plan.labelled}
    return Layout(
        spans, labels, pieces, sum(one.rows for one in surveys), sum(one.missing_universe for one in surveys), periods)


def _edges(periods: int, unit: int, count: int) -> list[int]:
    """Cuts some periods into at most `count` spans that begin where a unit does."""
    if periods == 0:
        return []
    units = -(-periods // unit)
    count = min(max(count, 1), units)
    return [min(periods, unit * (units * place // count)) for place in range(count + 1)]


def _touches(ascending: npt.NDArray[np.int32], first: int, last: int) -> bool:
    """Whether some day is between two."""
    return bool(np.searchsorted(ascending, first) < np.searchsorted(ascending, last, side="right"))


def _together(parts: Sequence[pa.Array]) -> list[str]:
    """The labels of all pieces, each once, sorted, so that it does not matter how the panel is cut."""
    texts: set[str] = set()
    for part in parts:
        texts.update(part.cast(pa.large_string()).to_pylist())
    return sorted(texts, key=str.encode)
