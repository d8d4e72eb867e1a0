"""Small markets for tests, with every kind of row that a regression can meet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet as pq

INDUSTRIES = ["Banks", "Energy", "Retail", "Software", "Utilities"]
COUNTRIES = ["CA", "MX", "US"]
STYLES = ["beta", "momentum", "size"]
FLAGS = ("--cap", "market_cap", "--groups", "industry", "--styles", "beta,momentum,size")
"""The flags that regress a market as it is."""


def market(assets: int = 40, dates: int = 6, seed: int = 1, holes: bool = True) -> pd.DataFrame:
    """A market in order of date and asset.

    With holes, some returns, loadings, caps and labels are missing, some assets are outside the universe, and some
    have no row on some dates. Row counts and hole counts do not depend on anything but the arguments.
    """
    random = np.random.default_rng(seed)
    days = pd.bdate_range("2024-01-29", periods=dates)
    caps = np.exp(random.normal(21, 1.2, assets))
    industry = random.permutation(np.arange(assets) % len(INDUSTRIES))
    country = random.permutation(np.arange(assets) % len(COUNTRIES))
    factors = random.normal(0, 0.01, (dates, 1 + len(INDUSTRIES) + len(STYLES)))
    frames = []
    loadings = random.normal(0, 1, (assets, len(STYLES)))
    for index, day in enumerate(days):
        design = np.column_stack([np.ones(assets), np.eye(len(INDUSTRIES))[industry], loadings])
        returns = design @ factors[index] + random.standard_t(4, assets) * 0.015
        frame = pd.DataFrame({
            "date": day, "asset": [f"{number:06d}" for number in range(assets)], "ret": returns,
            "market_cap": caps, "industry": [INDUSTRIES[code] for code in industry],
            "country": [COUNTRIES[code] for code in country],
            "universe": random.random(assets) < (0.9 if holes else 2),
            "precision": np.exp(random.normal(7, 0.7, assets)), "stake": random.random(assets) + 0.1,
        })
        for number, style in enumerate(STYLES):
            frame[style] = loadings[:, number]
        frames.append(frame)
        caps = caps * (1 + returns)
        loadings = 0.95 * loadings + random.normal(0, 0.3, loadings.shape)
    panel = pd.concat(frames, ignore_index=True)
    if not holes:
        return panel
    for column, share in [("ret", 0.04), ("market_cap", 0.03), ("industry", 0.03), ("country", 0.03), ("beta", 0.03),
                          ("size", 0.02), ("precision", 0.03)]:
        panel.loc[random.random(len(panel)) < share, column] = None if column in ("industry", "country") else np.nan
    panel.loc[random.random(len(panel)) < 0.02, "market_cap"] = 0.0
    return panel[random.random(len(panel)) > 0.05].reset_index(drop=True)


def arrow(panel: pd.DataFrame, **types: pa.DataType) -> pa.Table:
    """A market as a table, dates as days; some columns cast to other types."""
    table = pa.Table.from_pandas(panel, preserve_index=False).replace_schema_metadata(None)
    types = {"date": pa.date32(), **types}
    for name, kind in types.items():
        table = table.set_column(table.schema.get_field_index(name), name, table.column(name).cast(kind))
    return table


def write(table: pa.Table | pd.DataFrame, path: Path, **options: object) -> Path:
    """Writes a table in the format of the file's ending."""
    if isinstance(table, pd.DataFrame):
        table = arrow(table)
    if path.suffix == ".parquet":
        pq.write_table(table, path, **options)
    elif path.suffix == ".feather":
        pyarrow.feather.write_feather(table, path, **options)
    else:
        pyarrow.csv.write_csv(table, path, pyarrow.csv.WriteOptions(quoting_style="needed", **options))
    return path
