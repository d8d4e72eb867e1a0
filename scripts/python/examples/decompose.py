"""From a pandas frame to a risk decomposition.

Usage: decompose.py

Estimates a model of a synthetic market, read into pandas as any panel would be, and shows where the risk of an
equally weighted portfolio of its ten largest assets comes from, against the estimation universe.
"""

import tempfile
from pathlib import Path

import pandas as pd
import riskengine


def main() -> None:
    """Estimates, and decomposes."""
    with tempfile.TemporaryDirectory() as folder:
        market = Path(folder) / "market"
        riskengine.simulate(market, assets=200, periods=300, industries=8, styles=3, mode="gauss_static", raw=False)
        panel = pd.read_parquet(market / "panel.parquet")

        configuration = {
            "version": 1,
            "frequency": "daily",
            "data": {
                "panel": {
                    "path": "panel.parquet",
                    "columns": {"date": "date", "asset": "asset", "return": "ret", "cap": "market_cap"},
                    "groups": ["industry"],
                    "styles": ["S00", "S01", "S02"],
                    "universe": "in_estimation_universe",
                }
            },
            "factor_covariance": {"eigenfactor": "off"},
        }
        model = riskengine.estimate(configuration, Path(folder) / "model", panel=panel)
        print(model)

        last = panel[panel["date"] == panel["date"].max()]
        largest = last.nlargest(10, "market_cap")["asset"]
        book = pd.DataFrame({"asset": largest, "weight": 1 / len(largest)})
        result = model.risk(book, benchmark="universe")
        risk = result.summary[0]
        print(f"volatility {risk['volatility']:.2%} a year, of which factors {risk['factor_volatility']:.2%}")
        print(f"tracking error {risk['relative']['tracking_error']:.2%}, beta {risk['relative']['beta']:.2f}")
        factors = result["risk_factors"].to_pandas().sort_values("contribution", ascending=False)
        print(factors[["factor", "kind", "loading", "contribution"]].head(8).to_string(index=False))


if __name__ == "__main__":
    main()
