"""Panels in Parquet: a file, or a folder of files, also with dates in the names of its folders."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from ..errors import BadDataError, MissingInputError
from ._plan import RegressionPlan


def open_pieces(path: str, plan: RegressionPlan) -> list[Any]:
    """The row groups of a panel's files, in the order of their paths.

    Columns that no file has are looked for in the names of folders, `date=2024-01-02`.

    Raises:
        MissingInputError: there is nothing at the path.
        BadDataError: it is no Parquet, or a column is missing.
    """
    if not os.path.exists(path):
        raise MissingInputError(f"{path}: not there; expected a Parquet file or a folder of them", 66, file=path)
    try:
        dataset = ds.dataset(path, format="parquet", partitioning=None)
        if any(name not in dataset.schema.names for name in plan.columns):
            dataset = ds.dataset(path, format="parquet", partitioning="hive")
        if not dataset.files:
            raise BadDataError(f"{path}: no Parquet file in it; expected at least one", 65, file=path)
        plan.require(dataset.schema.names, path)
        pieces = []
        for fragment in sorted(dataset.get_fragments(), key=lambda fragment: str(fragment.path)):
            pieces += fragment.split_by_row_group()
    except pa.ArrowInvalid as error:
        raise BadDataError(f"{path}: {error}; expected Parquet files of one panel", 65, file=path) from error
    return [Piece(piece, dataset.schema, path) for piece in pieces]


class Piece:
    """A row group of a file, which any worker that sees the file can read."""

    def __init__(self, fragment: Any, schema: pa.Schema, path: str) -> None:
        self._fragment = fragment
        self._schema = schema
        self._path = path

    def read(self, columns: Sequence[str]) -> pa.Table:
        """Its rows.

        Raises:
            BadDataError: the file cannot be read, or a column of it is of another type than in the other files.
        """
        try:
            return self._fragment.to_table(schema=self._schema, columns=list(columns))
        except (OSError, pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
            raise BadDataError(f"{self._fragment.path}: {error}", 65, file=self._fragment.path) from error
