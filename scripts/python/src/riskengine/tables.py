"""Tables of many kinds, as the engine reads them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any, Optional, Protocol, Union, cast, runtime_checkable

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd

    from ._job import Job


@runtime_checkable
class ArrowStream(Protocol):
    """A table that can be read as an Arrow stream: of pyarrow, polars, DuckDB, pandas and others."""

    def __arrow_c_stream__(self, requested_schema: Optional[object] = None) -> object:
        """A capsule with the stream."""
        ...


Table = Union[
    str, "os.PathLike[str]", ArrowStream, "pd.DataFrame", "pd.Series[float]", "Mapping[str, pd.DataFrame]",
    Mapping[str, float]]
"""A path of a Parquet, CSV or Feather file; a table in memory; wide frames of one date a row and one asset a column, by
the name of what they hold; or a number for each asset, such as the weights of a portfolio."""


def as_stream(table: Any, value: str = "weight") -> ArrowStream:
    """A table in memory as an Arrow stream.

    A series or a mapping of numbers by asset has them in a column `value`. pandas frames keep their named index levels
    as columns; their columns of floats are not copied. A reader of record batches is read to its end. Everything is
    held in memory for the time of a call; give a path for more than that.

    >>> import pyarrow as pa
    >>> as_stream(pa.table({"asset": ["A"], "weight": [1.0]})).num_rows
    1
    >>> as_stream({"A": 0.5, "B": 0.5}).column_names
    ['asset', 'weight']
    """
    if isinstance(table, Mapping):
        if table and all(isinstance(number, Real) for number in table.values()):
            values = [float(number) for number in table.values()]
            return cast(ArrowStream, pa.table({"asset": list(table), value: values}))
        return cast(ArrowStream, long(table))
    if type(table).__module__.startswith("pandas"):
        if table.ndim == 1:
            table = table.rename_axis(index="asset") if table.index.names == [None] else table
            table = table.to_frame(value)
        return cast(ArrowStream, _from_pandas(table))
    if isinstance(table, pa.RecordBatch):
        return cast(ArrowStream, pa.Table.from_batches([table]))
    if isinstance(table, ArrowStream):
        return table
    hint = "; collect it first" if hasattr(table, "collect") else ""
    raise TypeError(
        f"found {type(table).__name__}{hint}; expected a path, a pandas frame, or a table with __arrow_c_stream__ such "
        "as those of pyarrow, polars and DuckDB")


def long(frames: Mapping[str, pd.DataFrame], date: str = "date", asset: str = "asset") -> pa.Table:
    """Wide frames as one long table: a row for each date and asset that any of the frames has a value for.

    Each frame has dates as its index and assets as its columns, the same in all of them. Columns of floats are copied
    once, and no number is changed.

    >>> import pandas as pd
    >>> days = pd.to_datetime(["2024-01-02", "2024-01-03"])
    >>> returns = pd.DataFrame([[0.01, None], [0.02, 0.03]], index=days, columns=["A", "B"])
    >>> long({"ret": returns}).to_pydict()["ret"]
    [0.01, 0.02, 0.03]
    """
    if not frames:
        raise TypeError("found no frame; expected wide frames by the name of what they hold")
    first_name, first = next(iter(frames.items()))
    for name, frame in frames.items():
        if not frame.index.equals(first.index) or not frame.columns.equals(first.columns):
            raise ValueError(
                f"frame '{name}' has other dates or assets than '{first_name}'; expected the same index and columns")
    kept = np.zeros(first.shape, dtype=bool)
    for frame in frames.values():
        kept |= frame.notna().to_numpy()
    rows, columns = np.nonzero(kept)
    arrays = {
        date: pa.array(first.index.to_numpy().take(rows)),
        asset: pa.DictionaryArray.from_arrays(
            pa.array(columns.astype(np.int32)), pa.array(first.columns.to_numpy())),
    }
    for name, frame in frames.items():
        values = frame.to_numpy()[rows, columns]
        is_float = values.dtype.kind == "f"
        arrays[name] = pa.array(values) if is_float else pa.array(values, from_pandas=True)
    return pa.table(arrays)


def _from_pandas(frame: Any) -> pa.Table:
    """A pandas frame; its floats lie where they lay, NaN standing for what is missing."""
    table = pa.Table.from_pandas(frame.iloc[:0])
    names = [name for name in table.column_names if name in frame.columns]
    arrays = {}
    for name in names:
        column = frame[name]
        if getattr(column.dtype, "kind", "O") == "f" and isinstance(column.dtype, np.dtype):
            arrays[name] = pa.array(column.to_numpy())
        else:
            arrays[name] = pa.array(column, from_pandas=True)
    for level in frame.index.names:
        if level is not None and level not in arrays:
            arrays[level] = pa.array(frame.index.get_level_values(level), from_pandas=True)
    return pa.table(arrays)


def place(
    table: Optional[Table], name: str, tables: dict[str, ArrowStream], value: str = "weight"
) -> Optional[object]:
    """How a request names a table; one in memory is put among those that the job is to be given."""
    if table is None:
        return None
    if isinstance(table, (str, os.PathLike)):
        return os.fspath(table)
    tables[name] = as_stream(table, value)
    return {"table": name}


def give(job: Job, tables: Mapping[str, ArrowStream]) -> None:
    """Gives a job its tables."""
    for name, table in tables.items():
        job.add_table(name, table)
