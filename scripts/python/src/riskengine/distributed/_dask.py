"""Parts of a panel on the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, Optional, Union

import pyarrow as pa

from ..errors import RiskEngineError, UsageError
from ..tables import as_stream
from ._files import Piece
from ._part import Labels, Task, run_task, span_table
from ._plan import Layout, RegressionPlan, Span, Survey, survey


class DaskCluster:
    """Runs functions on a cluster; Dask runs again what a worker that died was doing."""

    def __init__(self, client: Any, retries: int) -> None:
        self._client = client
        self._retries = retries

    @property
    def threads(self) -> int:
        """How many tasks the workers run at once."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def surveys(self, pieces: Sequence[Any], plan: RegressionPlan) -> list[Union[Survey, RiskEngineError]]:
        """What each piece has."""
        return self.map(survey_piece, [(piece, plan) for piece in pieces])

    def spans(self, pieces: Sequence[Any], plan: RegressionPlan, whole: Layout) -> DaskSpans:
        """The spans of a panel: kept on the workers where there are several passes over them."""
        return DaskSpans(self, pieces, plan, whole)

    def hold(self, function: Callable[..., Any], items: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Futures of what a function gives; what a worker that dies held is made again."""
        return [self._client.submit(function, *item, pure=False, retries=self._retries) for item in items]

    def map(self, function: Callable[..., Any], items: Sequence[tuple[Any, ...]]) -> list[Any]:
        """What a function gives for each tuple of arguments, in their order; futures among them stand for values."""
        futures = self.hold(function, items)
        try:
            found: list[Any] = self._client.gather(futures)
            return found
        except BaseException:
            self._client.cancel(futures)
            raise


class DaskSpans:
    """The rows of the spans of a panel: futures, or pieces that are read for each task."""

    def __init__(self, cluster: DaskCluster, pieces: Sequence[Any], plan: RegressionPlan, whole: Layout) -> None:
        self._cluster = cluster
        self._plan = plan
        self._labels = whole.labels
        self._pieces = [[pieces[place] for place in places] for places in whole.pieces]
        self._held = cluster.hold(
            read_pieces, [(own, span, plan) for own, span in zip(self._pieces, whole.spans)]) if plan.iterates else []

    def map(self, task: Task, spans: Sequence[Span], arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """As `Spans` says."""
        if self._held:
            return self._cluster.map(run_task, [
                (task, self._held[span.number], span, self._plan, self._labels, *own)
                for span, own in zip(spans, arguments)])
        return self._cluster.map(run_pieces, [
            (task, self._pieces[span.number], span, self._plan, self._labels, *own)
            for span, own in zip(spans, arguments)])

    def close(self) -> None:
        """As `Spans` says."""
        self._held = []


def frame_pieces(frame: Any, client: Any, plan: RegressionPlan) -> list[Any]:
    """The partitions of a Dask frame as futures: they stay on the workers, and are made again where one dies."""
    levels = [frame.index.name] if frame.index.name is not None else []
    plan.require([*frame.columns, *levels], "panel")
    kept = frame[[name for name in plan.columns if name in frame.columns]]
    futures: list[Any] = client.compute(kept.to_delayed())
    return futures


def survey_piece(piece: Any, plan: RegressionPlan) -> Union[Survey, RiskEngineError]:
    """What a piece has."""
    try:
        return survey(_rows(piece, plan.surveyed), plan)
    except RiskEngineError as error:
        return error


def read_pieces(
    pieces: Sequence[Any], span: Span, plan: RegressionPlan
) -> Union[pa.Table, RiskEngineError]:
    """The rows of a span, which are in some pieces."""
    try:
        tables = [_rows(piece, plan.columns) for piece in pieces]
    except RiskEngineError as error:
        return error
    return span_table(tables, span, plan)


def run_pieces(
    task: Task, pieces: Sequence[Any], span: Span, plan: RegressionPlan, labels: Labels, *arguments: Any
) -> Any:
    """What a task makes of a span whose rows are in some pieces, or an error as a value."""
    return run_task(task, read_pieces(pieces, span, plan), span, plan, labels, *arguments)


def _rows(piece: Any, columns: Sequence[str]) -> pa.Table:
    """The rows of a row group or of a pandas partition."""
    if isinstance(piece, Piece):
        return piece.read(columns)
    stream = as_stream(piece)
    return pa.table(stream).select(list(columns))


def dask_client(client: Optional[Any]) -> Any:
    """The client given, or the one that the program has.

    Raises:
        ImportError: Dask is not installed.
        UsageError: there is no client.
    """
    if client is not None:
        return client
    try:
        from distributed import default_client
    except ImportError as error:
        raise ImportError("Dask is not installed; expected pip install 'riskengine[dask]'") from error
    try:
        return default_client()  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise UsageError(
            "found no client; expected client=, a dask.distributed.Client or a Spark session, or a Dask client made "
            "before", 64) from error
