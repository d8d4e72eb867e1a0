"""Books of holdings for a small model, and their risk worked out the slow way from exported files."""

from __future__ import annotations

from pathlib import Path

import models
import numpy as np
import pandas as pd
from markets import write
from models import Model, dates_of, history
from program import Program

PERIODS_PER_YEAR = 252


def estimated(program: Program, dates: int = 100, **sections: object) -> Model:
    """A model of 40 assets in the folder of a test, with `panel.parquet` beside it."""
    frame = history(dates=dates)
    write(frame, program.folder / "panel.parquet")
    models.configuration(program.folder, **sections)
    program.ok("estimate", "--config", "config.yaml", "--out", "model")
    return Model(program.folder / "model")


def book(seed: int = 3, count: int = 12, assets: int = 40) -> pd.DataFrame:
    """Weights of some assets, long and short, whose sum is 1."""
    random = np.random.default_rng(seed)
    weights = random.normal(0.1, 0.1, count)
    held = sorted(random.choice(assets, count, replace=False))
    return pd.DataFrame({"asset": [f"{asset:06d}" for asset in held], "weight": weights / weights.sum()})


def save(frame: pd.DataFrame, path: Path) -> str:
    """Writes holdings as CSV, every digit of their weights."""
    frame = frame.copy()
    if "date" in frame:
        frame["date"] = pd.to_datetime(frame["date"]).dt.strftime("%Y-%m-%d")
    frame.to_csv(path, index=False, float_format="%.17g")
    return path.name


class Exported:
    """One date of a model as flat files, and the n x n covariance that they make."""

    def __init__(self, program: Program, date: pd.Timestamp, out: str = "flat") -> None:
        program.ok("export", "model", "--date", f"{date:%Y-%m-%d}", "--out", out, "--format", "parquet")
        folder = program.folder / out
        loadings = pd.read_parquet(folder / "loadings.parquet").set_index("asset")
        covariance = pd.read_parquet(folder / "factor_covariance.parquet").set_index("factor")
        self.factors = list(covariance.columns)
        self.universe = loadings["in_estimation_universe"]
        self.caps = loadings["market_cap"]
        self.loadings = loadings[self.factors]
        self.covariance = covariance.loc[self.factors]
        idio = pd.read_parquet(folder / "idio_risk.parquet").set_index("asset")["variance"].loc[loadings.index]
        self.idio = pd.DataFrame(np.diag(idio), loadings.index, loadings.index)
        for pair in pd.read_parquet(folder / "idio_covariance.parquet").itertuples():
            self.idio.loc[pair.asset_1, pair.asset_2] = pair.covariance
            self.idio.loc[pair.asset_2, pair.asset_1] = pair.covariance
        b = self.loadings.to_numpy()
        self.total = pd.DataFrame(b @ self.covariance.to_numpy() @ b.T + self.idio.to_numpy(), self.idio.index,
                                  self.idio.index)
        self.assets = list(loadings.index)
        horizon = Model(program.folder / "model").metadata["horizon"]
        self.scale = float(np.sqrt(PERIODS_PER_YEAR / horizon))
        self.horizon = float(horizon)

    def weights(self, frame: pd.DataFrame) -> pd.Series:
        """Weights of all assets of the model."""
        return frame.set_index("asset")["weight"].reindex(self.assets).fillna(0.0)

    def market(self) -> pd.Series:
        """The estimation universe by capitalization."""
        caps = self.caps.where(self.universe, 0.0).fillna(0.0)
        return caps / caps.sum()

    def volatility(self, x: pd.Series) -> float:
        """The volatility over the model's horizon."""
        return float(np.sqrt(x @ self.total @ x))


def rows(folder: Path, name: str) -> pd.DataFrame:
    """A table of results, dates as timestamps."""
    frame = pd.read_parquet(folder / f"{name}.parquet")
    for column in frame.columns:
        if column.endswith("date"):
            frame[column] = pd.to_datetime(frame[column])
    return frame


def last_dates(model: Model, count: int) -> list[pd.Timestamp]:
    """The last dates of a model's loadings."""
    return dates_of(model.frame("loadings"))[-count:]
