"""Times skfolio's descriptors and transforms beside the engine's, at equal size: six styles of daily fields in memory.

Both make beta, momentum, size, volatility and value (book-to-price and forward earnings, half and half), winsorized at
the 1 % quantiles and standardized on each date. The engine also makes non-linear size. `Tests/cli/test_loadings.py` has
the agreement of the loadings; this has the time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import time
import warnings
from pathlib import Path

import numpy as np
import skfolio.descriptor as descriptors
from skfolio.containers import AssetPanel, Field2D
from skfolio.factor_exposure import FixedWeightedFactor


def panel(assets: int, dates: int) -> AssetPanel:
    """A market of random walks."""
    random = np.random.default_rng(1)
    returns = random.normal(0, 0.02, (dates, assets))
    cap = np.exp(random.normal(20, 1, assets)) * np.cumprod(1 + returns, axis=0)
    fields = {
        "returns": returns,
        "market_cap": cap,
        "benchmark_weights": cap / cap.sum(axis=1, keepdims=True),
        "adj_close": cap / 1e6,
        "book_equity": np.broadcast_to(cap[0] * np.exp(random.normal(-0.7, 0.4, assets)), cap.shape).copy(),
        "eps_ntm": np.broadcast_to(cap[0] / 1e6 * random.uniform(0.01, 0.1, assets), cap.shape).copy(),
    }
    return AssetPanel(
        fields={name: Field2D(values) for name, values in fields.items()},
        observations=np.datetime64("2010-01-01") + np.arange(dates),
        asset_names=np.array([f"A{asset}" for asset in range(assets)]),
    )


def styles() -> dict[str, FixedWeightedFactor]:
    """The styles, with the parameters of the engine's profile."""
    parts = {
        "beta": [("beta", descriptors.EWMarketBeta(half_life=63))],
        "momentum": [("momentum", descriptors.EWMomentum(half_life=126, skip=21))],
        "size": [("size", descriptors.LogMarketCap())],
        "volatility": [("volatility", descriptors.EWVolatility(half_life=42))],
        "value": [("book", descriptors.BookToPrice()), ("earnings", descriptors.ForwardEarningsToPrice())],
    }
    return {name: FixedWeightedFactor(descriptors=part) for name, part in parts.items()}


def main() -> None:
    """Times both by turns and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmark", type=Path, required=True, help="the engine's benchmark program")
    parser.add_argument("--size", default="3000x1260", metavar="ASSETSxDATES")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--out", type=Path, required=True, metavar="JSON")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    assets, dates = (int(part) for part in options.size.split("x"))
    market = panel(assets, dates)
    theirs: dict[str, list[float]] = {name: [] for name in styles()}
    mine = []
    for run in range(options.runs + 1):
        for name, style in styles().items():
            start = time.perf_counter()
            style.fit_transform(market)
            if run > 0:
                theirs[name].append(time.perf_counter() - start)
        # By turns, so that both go through the same weather of the machine.
        subprocess.run(
            [options.benchmark, "--loadings", options.size, "--runs", "3", "--json", options.out],
            check=True, capture_output=True,
        )  # fmt: skip
        if run > 0:
            stages = json.loads(options.out.read_text(encoding="utf-8"))["cases"][0]["stages"]
            mine.append(stages[-1]["seconds"]["median"])
    seconds = {name: statistics.median(values) for name, values in theirs.items()}
    total, own = sum(seconds.values()), statistics.median(mine)
    print(f"{assets} assets x {dates} dates, medians of {options.runs} runs by turns\n")
    print("| style | skfolio |\n|---|---:|")
    for name, value in seconds.items():
        print(f"| {name} | {value:.2f} s |")
    print(f"| all five | {total:.2f} s |")
    print(f"| the engine, these and non-linear size | {own:.3f} s: {total / own:.1f} times faster |")
    result = {"size": options.size, "skfolio_seconds": seconds, "engine_seconds": own, "ratio": total / own}
    options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
