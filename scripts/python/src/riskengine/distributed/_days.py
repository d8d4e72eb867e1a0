"""The dates of a column, whatever its type: days, so that parts of a panel can be told apart."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import BadDataError


def days(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """A column of dates as date32: from dates, timestamps at midnight of their own time zone, ISO texts, and whole
    numbers written yyyymmdd.

    Raises:
        BadDataError: a date is missing or cannot be read, or the column is of another type.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    try:
        found = _days(column)
    except pa.ArrowInvalid as error:
        raise BadDataError(f"column '{name}': {error}; expected dates", 65, column=name) from error
    if found is None:
        raise BadDataError(
            f"column '{name}' is {kind}; expected dates, timestamps, texts yyyy-mm-dd or whole numbers yyyymmdd", 65,
            column=name)
    if found.null_count:
        raise BadDataError(
            f"column '{name}' has no date in {found.null_count} of {len(found)} rows; expected one in each", 65,
            column=name)
    return found


def _days(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """The days of a plain column; `None` where its type has none."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        local = pc.local_timestamp(column) if kind.tz else column
        found = local.cast(pa.date32(), safe=False)
        late = pc.sum(pc.not_equal(found.cast(local.type), local)).as_py() or 0
        if late:
            raise pa.ArrowInvalid(f"{late} of {len(column)} timestamps are not at midnight")
        return found
    if pa.types.is_date(kind):
        return column.cast(pa.date32())
    if pa.types.is_integer(kind):
        texts = column.cast(pa.string())
        moments = pc.strptime(texts, format="%Y%m%d", unit="s")
        return moments.cast(pa.date32(), safe=False)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column.cast(pa.date32())
    return None
