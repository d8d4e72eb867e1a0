"""Raw daily markets as vendors deliver them, and configurations that read them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

FIELDS = ["return", "close", "volume", "shares", "market_cap", "industry", "book_equity", "eps_ntm"]
STYLES = {
    "beta": {"descriptors": {"market_beta": {"half_life": 20, "window": "unlimited", "minimum_observations": 20}}},
    "momentum": {"descriptors": {"momentum": {"half_life": 20, "window": 40, "skip": 5}}},
    "size": {"descriptors": {"log_market_cap": {}}},
    "volatility": {"descriptors": {"volatility": {"half_life": 10, "window": 40}}},
    "value": {"descriptors": {"book_to_price": {"weight": 0.5}, "forward_earnings_to_price": {"weight": 0.5}}},
    "nonlinear_size": {"power": {"of": "size"}, "orthogonal_to": ["size"], "orthogonal_weights": "cap"},
}


def vendor(assets: int = 60, dates: int = 130, seed: int = 1) -> pd.DataFrame:
    """A clean market: one row a business day and asset, sorted by both."""
    random = np.random.default_rng(seed)
    days = pd.bdate_range("2020-01-01", periods=dates)
    beta = random.uniform(0.5, 1.5, assets)
    returns = np.outer(random.normal(0, 0.01, dates), beta) + random.normal(0, 0.02, (dates, assets))
    close = np.exp(random.normal(3.5, 0.5, assets)) * np.cumprod(1 + returns, axis=0)
    shares = np.exp(random.normal(17, 1, assets))
    cap = close * shares
    book = cap[0] * np.exp(random.normal(-0.7, 0.4, assets))
    frame = pd.DataFrame(
        {
            "date": np.repeat(days, assets),
            "asset": np.tile([f"{i:06d}" for i in range(assets)], dates),
            "return": returns.ravel(),
            "close": close.ravel(),
            "volume": (shares * np.exp(random.normal(-4.5, 0.3, (dates, assets)))).ravel(),
            "shares": np.tile(shares, dates),
            "market_cap": cap.ravel(),
            "industry": np.tile([f"I{i % 5}" for i in range(assets)], dates),
            "book_equity": np.tile(book, dates),
            "eps_ntm": np.tile(close[0] * random.uniform(-0.02, 0.1, assets), dates),
        }
    )
    return frame


def configuration(folder: Path, *sources: dict[str, object], name: str = "config.yaml", **more: object) -> str:
    """Writes a configuration, as JSON, which is YAML; a source of all fields where none is given."""
    document: dict[str, object] = {
        "version": 1,
        "frequency": "daily",
        "data": {"sources": list(sources) or [source()]},
        "loadings": {"styles": STYLES},
    }
    document.update(more)
    (folder / name).write_text(json.dumps(document, indent=1))
    return name


def source(name: str = "vendor", path: object = "raw.parquet", **more: object) -> dict[str, object]:
    """A daily source with all fields."""
    return {"name": name, "kind": "daily", "path": path, "columns": {field: field for field in FIELDS}} | more


def findings(path: Path) -> pd.DataFrame:
    """The table of findings."""
    return pd.read_parquet(path / "quality.parquet")
