"""Parts of a panel on the executors of Spark: rows go to the spans that need them, and Arrow tables to the engine."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from typing import Any, Callable, Optional, Union

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import RiskEngineError
from ._days import days
from ._part import Labels, Task, run_task, span_table
from ._plan import Layout, RegressionPlan, Span, Survey, survey


class SparkCluster:
    """Runs functions on executors; Spark runs again what an executor that died was doing."""

    def __init__(self, session: Any) -> None:
        self._session = session

    @property
    def threads(self) -> int:
        """How many tasks the executors run at once."""
        return int(self._session.sparkContext.defaultParallelism)

    def map(self, function: Callable[..., Any], items: Sequence[tuple[Any, ...]]) -> list[Any]:
        """What a function gives for each tuple of arguments, in their order; each is a task."""
        if not items:
            return []
        context = self._session.sparkContext
        found: list[Any] = context.parallelize(list(items), len(items)).map(Call(function)).collect()
        return found

    def surveys(self, frame: Any, plan: RegressionPlan) -> list[Union[Survey, RiskEngineError]]:
        """What each batch of rows of a Spark frame has."""
        rows = frame.select(*_quoted(plan.surveyed)).mapInArrow(SurveyBatches(plan), "found binary").collect()
        return [pickle.loads(row["found"]) for row in rows]

    def spans(self, frame: Any, plan: RegressionPlan, whole: Layout) -> SparkSpans:
        """The spans of a panel: rows are copied to each span that reads them, and kept where there are several passes."""
        return SparkSpans(frame, plan, whole)


class SparkSpans:
    """The rows of the spans of a panel, in a frame with a column that names the span."""

    def __init__(self, frame: Any, plan: RegressionPlan, whole: Layout) -> None:
        from pyspark.sql.types import IntegerType, StructField, StructType

        kept = frame.select(*_quoted(plan.columns))
        schema = StructType([*kept.schema.fields, StructField(SPAN, IntegerType())])
        self._rows = kept.mapInArrow(SpreadRows(plan, whole), schema)
        self._is_kept = plan.iterates
        if self._is_kept:
            # Each pass would send the rows anew.
            self._rows = self._rows.repartition(len(whole.spans), *_quoted([SPAN])).persist()
        self._plan = plan
        self._labels = whole.labels

    def map(self, task: Task, spans: Sequence[Span], arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """As `Spans` says."""
        if not spans:
            return []
        run_span = RunSpan(task, self._plan, self._labels, {
            span.number: (span, own) for span, own in zip(spans, arguments)})

        # Spark looks at the types of a function.
        def run(table: pa.Table) -> pa.Table:
            return run_span(table)

        found = self._rows.groupBy(*_quoted([SPAN])).applyInArrow(run, "number int, found binary").collect()
        outcomes = {row["number"]: pickle.loads(row["found"]) for row in found}
        return [outcomes[span.number] for span in spans]

    def close(self) -> None:
        """As `Spans` says."""
        if self._is_kept:
            self._rows.unpersist()


SPAN = "riskengine span"
"""The column that says which span a row is copied to."""


class Call:
    """Calls a function with a tuple of arguments."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, arguments: tuple[Any, ...]) -> Any:
        """What the function gives."""
        return self._function(*arguments)


class SurveyBatches:
    """What each batch of a partition has, pickled."""

    def __init__(self, plan: RegressionPlan) -> None:
        self._plan = plan

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """A row for each batch."""
        for batch in batches:
            found: Union[Survey, RiskEngineError]
            try:
                found = survey(pa.Table.from_batches([batch]), self._plan)
            except RiskEngineError as error:
                found = error
            yield pa.RecordBatch.from_pydict({"found": pa.array([pickle.dumps(found)], pa.binary())})


class SpreadRows:
    """Copies rows to the spans that read their dates."""

    def __init__(self, plan: RegressionPlan, whole: Layout) -> None:
        self._plan = plan
        self._spans = whole.spans

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """For each span its rows of each batch."""
        for batch in batches:
            table = pa.Table.from_batches([batch])
            dates = days(table[self._plan.date], self._plan.date).cast(pa.int32())
            for span in self._spans:
                own = table.filter(pc.and_(
                    pc.greater_equal(dates, pa.scalar(span.first_read, pa.int32())),
                    pc.less_equal(dates, pa.scalar(span.last, pa.int32()))))
                if len(own):
                    numbers = pa.array([span.number] * len(own), pa.int32())
                    yield from own.append_column(SPAN, numbers).combine_chunks().to_batches()


class RunSpan:
    """Runs a task on the rows of a span."""

    def __init__(
        self, task: Task, plan: RegressionPlan, labels: Labels, spans: dict[int, tuple[Span, tuple[Any, ...]]]
    ) -> None:
        self._task = task
        self._plan = plan
        self._labels = labels
        self._spans = spans

    def __call__(self, table: pa.Table) -> pa.Table:
        """One row with the results, pickled; none of a span that is not asked for."""
        number = table[SPAN][0].as_py()
        numbers, results = [], []
        if number in self._spans:
            span, arguments = self._spans[number]
            rows = span_table([table], span, self._plan)
            numbers.append(number)
            results.append(pickle.dumps(run_task(self._task, rows, span, self._plan, self._labels, *arguments)))
        return pa.table({"number": pa.array(numbers, pa.int32()), "found": pa.array(results, pa.binary())})


def _quoted(names: Sequence[str]) -> list[str]:
    """Names of columns as Spark takes them, dots and all."""
    return ["`" + name.replace("`", "``") + "`" for name in names]


def is_spark(client: Any) -> bool:
    """Whether a client is a Spark session."""
    return client is not None and type(client).__module__.startswith("pyspark.")


def spark_frame(panel: Any, session: Any, plan: RegressionPlan) -> Any:
    """A panel as a Spark frame: a path is read as Parquet.

    Raises:
        BadDataError: a column is missing.
    """
    if isinstance(panel, str):
        frame = session.read.parquet(panel)
        plan.require(frame.columns, panel)
        return frame
    plan.require(panel.columns, "panel")
    return panel
