"""Small risk models for tests: panels over time, configurations, and models compared to the bit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
from markets import STYLES, market, write

COLUMNS = {"date": "date", "asset": "asset", "return": "ret", "cap": "market_cap"}
DATES = 110
"""Dates of a history: a daily model has its first covariance at the 63rd period."""


def history(assets: int = 40, dates: int = DATES, seed: int = 1, holes: bool = True) -> pd.DataFrame:
    """A market in which assets and labels come and go.

    Of every ten assets one comes late, one leaves, one is away for a while; a new label comes with a new asset near the
    end, and its name is before all others. Pairs of assets share an issuer.
    """
    frame = market(assets, dates, seed, holes)
    frame["issuer"] = frame["asset"].map(lambda asset: f"C{int(asset) // 2:03}")
    day = frame["date"].map({date: place for place, date in enumerate(sorted(frame["date"].unique()))})
    number = frame["asset"].astype(int)
    kind = number % 10
    away = (kind == 3) & (day < 70 + number) | (kind == 7) & (day > 80) | (kind == 5) & (day > 20) & (day < 90)
    frame.loc[(kind == 3) & (number < 20), "industry"] = "Aerospace"
    return frame[~away].reset_index(drop=True)


def dates_of(frame: pd.DataFrame) -> list[pd.Timestamp]:
    """The dates of a history, ascending."""
    return sorted(frame["date"].unique())


def panel_section(path: str = "panel.parquet", **more: object) -> dict[str, object]:
    """The section `data` of a panel; values that are given replace others, and columns are added."""
    section: dict[str, object] = {
        "path": path, "columns": COLUMNS | more.pop("columns", {}),  # type: ignore[operator]
        "groups": ["industry"], "styles": STYLES,
    }
    return {"panel": section | more}


def configuration(folder: Path, name: str = "config.yaml", **sections: object) -> str:
    """Writes a configuration of a panel, as JSON, which is YAML; the Monte Carlo adjustment is off unless asked for."""
    document: dict[str, object] = {
        "version": 1, "frequency": "daily", "data": panel_section(), "factor_covariance": {"eigenfactor": "off"},
    }
    document.update(sections)
    (folder / name).write_text(json.dumps(document, indent=1, default=str))
    return name


class Model:
    """A model on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())

    @property
    def metadata(self) -> dict[str, Any]:
        """What the manifest says of the model."""
        return self.manifest["metadata"]

    @property
    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """The segments of each table."""
        return {table["name"]: table["segments"] for table in self.manifest["tables"]}

    @property
    def states(self) -> dict[str, str]:
        """The digest of each state that an update goes on from."""
        return {state["name"]: state["sha256"] for state in self.manifest["states"]}

    def path(self, file: str) -> Path:
        """Where a file stands: in its place, or, after a writer was killed, where the next writer will find it."""
        pending = self.folder / f".pending-{self.manifest['generation']:06d}" / file
        return self.folder / file if (self.folder / file).exists() else pending

    def table(self, name: str) -> pa.Table:
        """A table, all of its segments in their order."""
        parts = [pq.ParquetFile(self.path(segment["file"])).read() for segment in self.tables[name]]
        assert [part.num_rows for part in parts] == [segment["row_count"] for segment in self.tables[name]]
        return pa.concat_tables(parts).combine_chunks()

    def frame(self, name: str) -> pd.DataFrame:
        """A table, dates as timestamps."""
        frame = self.table(name).to_pandas()
        for column in ("date", "first_date"):
            if column in frame:
                frame[column] = pd.to_datetime(frame[column])
        return frame

    def covariance(self, date: pd.Timestamp) -> pd.DataFrame:
        """The factor covariance of a date as a symmetric matrix."""
        rows = self.frame("factor_covariance")
        rows = rows[rows["date"] == date]
        names = list(dict.fromkeys(rows["factor_1"]))
        matrix = pd.DataFrame(np.nan, names, names)
        for row in rows.itertuples():
            matrix.loc[row.factor_1, row.factor_2] = row.covariance
            matrix.loc[row.factor_2, row.factor_1] = row.covariance
        assert not matrix.isna().any().any()
        return matrix


def assert_same_tables(
    left: Model, right: Model, through: pd.Timestamp | None = None, in_any_order: bool = False
) -> None:
    """Requires the same tables, rows and bits; up to a date where one is given, and then no table of the whole.

    Rows of loadings are in the order of the panel's, or sorted before they are compared.
    """
    whole = {"performance", "factors"} if through is not None else set()
    assert set(left.tables) - whole == set(right.tables) - whole
    for name in sorted(set(left.tables) - whole):
        one, other = left.table(name), right.table(name)
        if through is not None:
            day = pa.scalar(through.date())
            # A finding about a date may become known only later.
            known = "known_date" if "known_date" in one.column_names else "date"
            one, other = (table.filter(pa.compute.less_equal(table[known], day)) for table in (one, other))
            if name == "factor_returns":
                # Labels that come later have columns without values up to then.
                for table in (one, other):
                    extra = set(table.column_names) - (set(one.column_names) & set(other.column_names))
                    assert all(table[column].null_count == table.num_rows for column in extra)
                shared = [column for column in one.column_names if column in other.column_names]
                one, other = one.select(shared), other.select(shared)
        if in_any_order and name == "loadings":
            one, other = (table.sort_by([("date", "ascending"), ("asset", "ascending")]) for table in (one, other))
        assert_same_bits(one, other, name)


def assert_same_bits(left: pa.Table, right: pa.Table, name: str) -> None:
    """Requires two tables to have the same columns, rows and bits."""
    assert left.schema.remove_metadata() == right.schema.remove_metadata(), name
    assert left.num_rows == right.num_rows, f"{name}: {left.num_rows} and {right.num_rows} rows"
    for column in left.column_names:
        one, other = left[column].combine_chunks(), right[column].combine_chunks()
        assert one.is_null().equals(other.is_null()), f"{name}.{column}: missing in other rows"
        if pa.types.is_floating(one.type):
            bits = [part.fill_null(0).to_numpy(zero_copy_only=False).view(np.int64) for part in (one, other)]
            same = bits[0] == bits[1]
            first = left.slice(int(np.argmin(same)), 1).to_pylist() if not same.all() else []
            assert same.all(), f"{name}.{column}: {(~same).sum()} of {len(same)} rows differ, the first {first}"
        else:
            assert one.equals(other), f"{name}.{column}"


def assert_same_models(left: Model, right: Model) -> None:
    """Requires that nothing tells two models apart but how they came to be: not tables, state or metadata."""
    assert_same_tables(left, right)
    assert left.states == right.states
    # How many dates the last run took in, from which files, and how the first iteration ended there.
    own = {"processed_dates", "inputs", "configuration_folder"}
    one, other = ({key: value for key, value in model.metadata.items() if key not in own} for model in (left, right))
    assert one == other


def write_parts(frame: pd.DataFrame, folder: Path, cuts: list[int], overlap: int = 0) -> list[str]:
    """Writes a history as files: up to the first cut, between the cuts, and after the last.

    With an overlap each file but the first begins so many dates earlier.
    """
    days = dates_of(frame)
    names = []
    for place, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(days)])):
        part = frame[frame["date"].isin(days[max(0, start - (overlap if place else 0)):end])]
        names.append(write(part, folder / f"part{place}.parquet").name)
    return names
