"""Parts of a panel on the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, Optional, Union

import pyarrow as pa

from ..errors import RiskEngineError, UsageError
from ..tables import as_stream
from ._files import Piece
from ._part import Part, run_part
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

    def parts(
        self, pieces: Sequence[Any], plan: RegressionPlan, whole: Layout, member_assets: Optional[pa.Array]
    ) -> list[Union[Part, RiskEngineError]]:
        """The results of each span."""
        return self.map(run_pieces, [
            ([pieces[place] for place in places], span, plan, whole.labels, member_assets)
            for span, places in zip(whole.spans, whole.pieces)])

    def map(self, function: Callable[..., Any], items: Sequence[tuple[Any, ...]]) -> list[Any]:
        """What a function gives for each tuple of arguments, in their order; futures among them stand for values."""
        futures = [
            self._client.submit(function, *item, pure=False, retries=self._retries) for item in items]
        try:
            found: list[Any] = self._client.gather(futures)
            return found
        except BaseException:
            self._client.cancel(futures)
            raise


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


def run_pieces(
    pieces: Sequence[Any], span: Span, plan: RegressionPlan, labels: dict[str, pa.Array],
    member_assets: Optional[pa.Array],
) -> Union[Part, RiskEngineError]:
    """The results of a span, whose rows are in some pieces."""
    try:
        tables = [_rows(piece, plan.columns) for piece in pieces]
    except RiskEngineError as error:
        return error
    return run_part(tables, span, plan, labels, member_assets)


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
