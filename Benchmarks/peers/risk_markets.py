"""Markets on which models of risk are compared: for the engine files and a configuration, for skfolio a panel."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import skfolio.descriptor as descriptors
from skfolio.containers import AssetPanel, Field2D
from skfolio.datasets import make_synthetic_characteristics
from skfolio.factor_exposure import FixedWeightedFactor

from skfolio_model import daily_styles

FIELDS = {
    "return": "returns", "close": "adj_close", "volume": "adj_volume", "shares": "adj_shares_outstanding",
    "market_cap": "market_cap", "book_equity": "book_equity", "eps_ntm": "eps_ntm",
}  # fmt: skip
MONTHLY_STYLES = ["log_size", "log_bm", "mom_12_2", "vol_12", "rev_1"]


@dataclass(frozen=True)
class Market:
    """One market for both."""

    title: str
    configuration: dict[str, Any]
    panel: AssetPanel
    styles: list[tuple[str, Any]]
    group: str
    neutralize: dict[str, list[str]] | None
    moments: dict[str, Any]
    """The engine's half-lives for such data, for a skfolio model with the same; lags are for longer horizons."""
    first: int
    """The panel's position of the first return that is forecast."""
    returns: dict[np.datetime64, np.ndarray] = field(default_factory=dict)

    @property
    def assets(self) -> np.ndarray:
        """The names."""
        return np.asarray(self.panel.asset_names)

    @property
    def dates(self) -> np.ndarray:
        """The dates whose returns are forecast."""
        return np.asarray(self.panel.observations)[self.first :]


def rows(panel: AssetPanel) -> pd.DataFrame:
    """A panel as vendors write it: a row for each date and asset that is active."""
    t, asset = np.nonzero(panel.active_mask)
    columns: dict[str, Any] = {
        "date": pd.to_datetime(panel.observations).to_numpy()[t],
        "asset": np.asarray(panel.asset_names)[asset],
    }
    columns |= {name: panel[name][t, asset] for name in FIELDS.values()}
    columns["industry"] = panel.decode_categorical_field("industry")[t, asset]
    return pd.DataFrame(columns)


def daily_configuration(path: Path) -> dict[str, Any]:
    """The engine's configuration of such a market: the compact profile, and nothing tuned."""
    names = {**FIELDS, "industry": "industry"}
    return {
        "version": 1,
        "frequency": "daily",
        "data": {"sources": [{"name": "raw", "kind": "daily", "path": str(path), "columns": names}]},
        "loadings": {"profile": "equity-compact", "winsorize": {"method": "quantile", "tail": 0.01}},
    }


def generated(folder: Path, assets: int, dates: int, first: int, seed: int) -> Market:
    """A market of skfolio's generator."""
    panel = make_synthetic_characteristics(n_assets=assets, n_observations=dates, random_state=seed)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"raw-{seed}.parquet"
    rows(panel).to_parquet(path, index=False)
    returns = np.where(panel.active_mask, panel["returns"], np.nan)
    return Market(
        title=f"skfolio's generator: {assets} assets, {dates} days, seed {seed}, one day ahead from day {first}",
        configuration=daily_configuration(path.resolve()),
        panel=panel,
        styles=daily_styles(),
        group="industry",
        neutralize={"nonlinear_size": ["size"]},
        moments={
            "half_life": 84, "correlation_half_life": 504, "lags": 0, "regime_half_life": 42, "minimum": 63,
            "idio_minimum": 20,
        },
        first=first,
        returns={np.datetime64(d): returns[t] for t, d in enumerate(panel.observations)},
    )


def industries(folder: Path, source: Path) -> Market:
    """The monthly returns of 49 US industry portfolios; their own characteristics, standardized, as loadings.

    The loadings of a row are known before its month. skfolio explains the returns of an observation by exposures of
    the one before, so its panel has them a row earlier, and a row more at the start.
    """
    frame = pd.read_csv(source, parse_dates=["date"])
    cap = frame["cap"]
    for style in MONTHLY_STYLES:
        value = frame[style]
        month = frame["date"]
        mean = (value * cap).groupby(month).sum() / cap.groupby(month).sum()
        frame[style] = (value - month.map(mean)) / month.map(value.groupby(month).std())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "industries.parquet"
    frame.to_parquet(path, index=False)
    names = ["ret", "cap", "sector", *MONTHLY_STYLES]
    wide = {name: frame.pivot(index="date", columns="asset", values=name) for name in names}
    dates, assets = wide["ret"].index, wide["ret"].columns.to_numpy().astype(str)
    start = dates[0] - pd.offsets.MonthEnd(1)
    observations = np.concatenate([[start.to_datetime64()], dates.to_numpy()])

    def earlier(name: str) -> np.ndarray:
        values = wide[name].to_numpy()
        return np.concatenate([values, values[-1:]])

    fields = {"returns": np.concatenate([np.zeros((1, len(assets))), wide["ret"].to_numpy()])}
    fields["market_cap"] = earlier("cap").astype(float)
    fields |= {style: earlier(style).astype(float) for style in MONTHLY_STYLES}
    panel = AssetPanel(
        fields={name: Field2D(values) for name, values in fields.items()}, observations=observations, asset_names=assets
    )
    levels, codes = np.unique(earlier("sector").astype(str), return_inverse=True)
    panel.add_categorical_field("sector", codes.reshape(len(observations), -1), levels=levels)
    first = 1 + len(dates) // 2
    styles: list[tuple[str, Any]] = [
        (
            style,
            FixedWeightedFactor(
                descriptors=[(style, descriptors.Passthrough(style))], family="style",
                outlier_transformer="passthrough", scoring_transformer="passthrough",
            ),
        )
        for style in MONTHLY_STYLES
    ]  # fmt: skip
    return Market(
        title=f"49 US industry portfolios, {len(dates)} months, one month ahead from {dates[first - 1]:%Y-%m}",
        configuration={
            "version": 1,
            "frequency": "monthly",
            "data": {
                "panel": {
                    "path": str(path.resolve()), "groups": ["sector"], "styles": MONTHLY_STYLES,
                    "columns": {"date": "date", "asset": "asset", "return": "ret", "cap": "cap"},
                }
            },
            "lag": 0,
        },
        panel=panel,
        styles=styles,
        group="sector",
        neutralize=None,
        moments={
            "half_life": 36, "correlation_half_life": 120, "lags": 0, "regime_half_life": 6, "minimum": 24,
            "idio_minimum": 12,
        },
        first=first,
        returns={d.to_datetime64(): row for d, row in zip(dates, wide["ret"].to_numpy(), strict=True)},
    )  # fmt: skip
