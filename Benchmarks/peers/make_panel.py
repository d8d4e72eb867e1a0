"""Writes a synthetic panel for the peers, in date order and bounded memory.

It stands in for `riskengine simulate` where the engine has not been built: same columns, same convention
(a row holds what was known at its date's close, its loadings explain the next date's return), its own
random numbers. Every asset trades on every date and every industry has a member.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

DATES_PER_ROW_GROUP = 64
STYLE_NAMES = (
    "beta", "momentum", "size", "value", "volatility", "liquidity",
    "leverage", "growth", "profitability", "dividend_yield", "reversal", "quality",
)  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """The size of a panel."""

    assets: int
    periods: int
    industries: int
    styles: int


def industry_codes(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """An industry for each asset: sizes as 1 / (j + 2), none empty, in random order."""
    share = 1 / (np.arange(shape.industries) + 2)
    sizes = 1 + np.floor((shape.assets - shape.industries) * share / share.sum()).astype(int)
    sizes[: shape.assets - sizes.sum()] += 1
    return rng.permutation(np.repeat(np.arange(shape.industries), sizes))


def style_names(count: int) -> list[str]:
    """Names for `count` styles."""
    return [STYLE_NAMES[k] if k < len(STYLE_NAMES) else f"style_{k + 1}" for k in range(count)]


def business_dates(count: int) -> np.ndarray:
    """`count` week days from the first of 2010 on."""
    return np.busday_offset("2010-01-01", np.arange(count), roll="forward").astype("datetime64[D]")


class Market:
    """The state of the market: one `step` a date."""

    def __init__(self, shape: Shape, seed: int) -> None:
        self.shape = shape
        self.rng = np.random.default_rng(seed)
        self.industry = industry_codes(shape, self.rng)
        self.cap = np.exp(self.rng.normal(21, 1.6, shape.assets))
        self.latent = self._correlated_normals()
        self.idio_risk = 0.02 * np.exp(0.25 * self.rng.standard_normal(shape.assets))
        annual = np.concatenate([[0.16], np.full(shape.industries, 0.08), np.geomspace(0.02, 0.05, shape.styles)])
        self.factor_risk = annual / np.sqrt(252)
        self.loadings = self._standardized()

    def step(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Moves one date on: the returns of the date and, as of its close, caps and loadings (K × N)."""
        factors = self.factor_risk * self.rng.standard_normal(self.factor_risk.size)
        split = 1 + self.shape.industries
        returns = factors[0] + factors[1:split][self.industry] + factors[split:] @ self.loadings
        returns += self.idio_risk * self.rng.standard_normal(self.shape.assets)
        np.maximum(returns, -0.9, out=returns)
        self.cap *= 1 + returns
        persistence = 0.98 ** (1 / 21)
        self.latent *= persistence
        self.latent += np.sqrt(1 - persistence**2) * self._correlated_normals()
        self.loadings = self._standardized()
        return returns, self.cap.copy(), self.loadings

    def _correlated_normals(self) -> np.ndarray:
        """Standard normals, K × N, any two styles correlated by 0.1."""
        own = self.rng.standard_normal((self.shape.styles, self.shape.assets))
        common = self.rng.standard_normal(self.shape.assets)
        return np.sqrt(0.9) * own + np.sqrt(0.1) * common

    def _standardized(self) -> np.ndarray:
        """Loadings with cap-weighted mean 0 and equal-weighted standard deviation 1."""
        centred = self.latent - (self.latent @ self.cap / self.cap.sum())[:, None]
        return centred / self.latent.std(axis=1, ddof=1)[:, None]


def text_column(codes: np.ndarray, names: list[str]) -> pa.Array:
    """A text column from codes."""
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(names)).cast(pa.string())


def write_panel(path: Path, shape: Shape, seed: int) -> None:
    """Writes the panel row group by row group under a temporary name, then renames it."""
    market, names = Market(shape, seed), style_names(shape.styles)
    assets = [f"A{i + 1:06d}" for i in range(shape.assets)]
    industries = [f"industry_{j + 1:03d}" for j in range(shape.industries)]
    dates = business_dates(shape.periods)
    numbers = ["ret", "market_cap", *names]
    text = pa.string()
    fields = [("date", pa.date32()), ("asset", text), *((name, pa.float64()) for name in numbers[:2])]
    schema = pa.schema([*fields, ("industry", text), *((name, pa.float64()) for name in names)])
    temporary = path.with_name(f".{path.name}.part")
    with pq.ParquetWriter(temporary, schema, use_dictionary=["date", "asset", "industry"]) as writer:
        for first in range(0, shape.periods, DATES_PER_ROW_GROUP):
            group = dates[first : first + DATES_PER_ROW_GROUP]
            values = np.empty((len(numbers), group.size, shape.assets))
            for row in range(group.size):
                values[0, row], values[1, row], values[2:, row] = market.step()
            columns = {name: values[k].ravel() for k, name in enumerate(numbers)}
            columns["date"] = np.repeat(group, shape.assets)
            columns["asset"] = text_column(np.tile(np.arange(shape.assets), group.size), assets)
            columns["industry"] = text_column(np.tile(market.industry, group.size), industries)
            writer.write_table(pa.table({name: columns[name] for name in schema.names}, schema))
    os.replace(temporary, path)


def main() -> None:
    """Parses the arguments and writes the panel."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=int, default=3000)
    parser.add_argument("--periods", type=int, default=2520)
    parser.add_argument("--industries", type=int, default=60)
    parser.add_argument("--styles", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    options = parser.parse_args()
    shape = Shape(options.assets, options.periods, options.industries, options.styles)
    if min(options.assets, options.periods, options.industries, options.styles) < 1:
        parser.error("every size must be at least 1")
    if shape.assets <= shape.industries + shape.styles:
        parser.error(f"{shape.assets} assets cannot identify {1 + shape.industries + shape.styles} factors")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_panel(options.out, shape, options.seed)


if __name__ == "__main__":
    main()
