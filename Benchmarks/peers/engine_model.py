"""The engine's risk models: estimated by its command, read back from the tables that it writes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet

from forecast_quality import Forecast


def estimate(program: Path, configuration: dict[str, Any], folder: Path, name: str) -> tuple[Path, dict[str, Any]]:
    """Writes a configuration, estimates, and returns the model's folder with the command's summary."""
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / f"{name}.yaml"
    written.write_text(json.dumps(configuration, indent=1))  # JSON is YAML
    model = folder / name
    command = [program, "estimate", "--config", written, "--out", model, "--json"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return model, json.loads(done.stdout)


def read_table(model: Path, name: str) -> pd.DataFrame:
    """All segments of a table."""
    frame = parquet.read_table(model / name).to_pandas()
    if "date" in frame:
        frame["date"] = pd.to_datetime(frame["date"])
    return frame


def forecasts(model: Path, dates: np.ndarray) -> Iterator[Forecast]:
    """The forecast of each date's returns, made from what was known at the close of the date before.

    Loadings without a lag are known before the period of their own row, so they are those of the date itself.
    """
    manifest = json.loads((model / "manifest.json").read_text())["metadata"]
    columns, lag = manifest["columns"], manifest["lag"]
    factors = read_table(model, "factors")
    loadings = dict(list(read_table(model, "loadings").groupby("date")))
    covariances = dict(list(read_table(model, "factor_covariance").groupby("date")))
    risks = dict(list(read_table(model, "idio_risk")[["date", "asset", "idio_risk"]].groupby("date")))
    correlations = IdioCorrelations(model)
    place = {name: k for k, name in enumerate(factors["factor"])}
    every = np.array(sorted(loadings))
    for date in dates:
        today = pd.Timestamp(date)
        before = every[np.searchsorted(every, today) - 1]
        known = loadings[before if lag > 0 else today].set_index(columns["asset"])
        covariance = np.zeros((len(place), len(place)))
        entries = covariances[before]
        one, other = entries["factor_1"].map(place).to_numpy(), entries["factor_2"].map(place).to_numpy()
        covariance[one, other] = covariance[other, one] = entries["covariance"] / manifest["horizon"]
        design = np.zeros((len(known), len(place)))
        for k, factor in enumerate(factors.itertuples()):
            if factor.kind == "market":
                design[:, k] = 1
            elif factor.kind == "label":
                design[:, k] = known[factor.group] == factor.label
            else:
                design[:, k] = known[factor.factor]
        idio = risks[before].set_index("asset")["idio_risk"].reindex(known.index).to_numpy()
        idio = idio**2 / manifest["idio_horizon"]
        # An asset is covered where its loadings, idio risk, and the risk of its factors are known.
        covered = np.isfinite(design).all(axis=1) & np.isfinite(idio)
        risky = np.diag(covariance) > 0
        covered &= ~((design != 0) & ~risky).any(axis=1)
        design, idio = design[covered], idio[covered]
        assets = known.index[covered].to_numpy()
        total = design @ covariance @ design.T + correlations.covariance(before, assets, np.sqrt(idio))
        yield Forecast(np.datetime64(date), assets, total)


class IdioCorrelations:
    """The correlations of a model's idio returns, each estimate in force until the next."""

    def __init__(self, model: Path) -> None:
        """Reads them, where the model has any."""
        forecasts = read_table(model, "forecasts")
        self._dates = np.sort(forecasts.loc[forecasts["idio_correlations_recomputed"] > 0, "date"].to_numpy())
        has_any = any((model / "idio_correlations").glob("*.parquet"))
        self._pairs = dict(list(read_table(model, "idio_correlations").groupby("date"))) if has_any else {}

    def covariance(self, date: pd.Timestamp, assets: np.ndarray, risks: np.ndarray) -> np.ndarray:
        """The idio covariance of some assets as of a date, of risks such as these."""
        result = np.diag(risks**2)
        latest = np.searchsorted(self._dates, date.to_datetime64(), side="right") - 1
        pairs = self._pairs.get(pd.Timestamp(self._dates[latest])) if latest >= 0 else None
        if pairs is None:
            return result
        place = pd.Series(np.arange(len(assets)), assets)
        one, other = (place.reindex(pairs[name]).to_numpy() for name in ("asset_1", "asset_2"))
        both = np.isfinite(one) & np.isfinite(other)
        one, other = one[both].astype(int), other[both].astype(int)
        result[one, other] = result[other, one] = pairs["correlation"].to_numpy()[both] * risks[one] * risks[other]
        return result
