"""Compares the forecasts of risk of the engine and of skfolio on the same market, dates, assets and portfolios.

The markets: `generated`, made by skfolio's own generator and given to the engine as raw daily data, and `industries`,
the monthly returns of 49 US industry portfolios. Forecasts are for one period ahead, made with what was known before.
The engine is run as configured by its profiles, and without its eigenfactor adjustment; skfolio with its defaults, and
with the engine's half-lives. Prints a table for each market.
"""

from __future__ import annotations

import environment

environment.clear_overrides()  # before anything imports NumPy

import argparse  # noqa: E402
import copy  # noqa: E402
import json  # noqa: E402
import tempfile  # noqa: E402
from dataclasses import asdict  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

if TYPE_CHECKING:
    from risk_markets import Market

ENGINE, PLAIN = "RiskEngine", "RiskEngine, no eigenfactor adjustment"
DEFAULT, EQUAL = "skfolio", "skfolio, the engine's half-lives"


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--riskengine", type=Path, required=True, metavar="PROGRAM")
    parser.add_argument("--market", choices=["generated", "industries"], default="generated")
    parser.add_argument("--industries", type=Path, metavar="CSV", help="the file of the market industries")
    parser.add_argument("--assets", type=int, default=300)
    parser.add_argument("--dates", type=int, default=1000)
    parser.add_argument("--first", type=int, default=500, help="the day from which on returns are forecast")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="markets of the generator")
    parser.add_argument("--work", type=Path, metavar="DIR", help="for the market and the models; else a temporary one")
    parser.add_argument("--out", type=Path, metavar="JSON")
    options = parser.parse_args()
    if options.market == "industries" and not (options.industries and options.industries.is_file()):
        parser.error("--market industries needs --industries CSV")
    return options


def compare(market: Market, program: Path, work: Path) -> dict[str, Any]:
    """Estimates every model of a market and judges their forecasts."""
    import engine_model
    import forecast_quality
    import skfolio_model

    without = copy.deepcopy(market.configuration)
    without["factor_covariance"] = {"eigenfactor": "off"}
    models = {}
    for name, folder, configuration in [(ENGINE, "model", market.configuration), (PLAIN, "plain", without)]:
        model, _ = engine_model.estimate(program, configuration, work, folder)
        models[name] = engine_model.forecasts(model, market.dates)
    for name, moments in [(DEFAULT, {}), (EQUAL, market.moments)]:
        peer = skfolio_model.factor_model(market.styles, market.group, market.neutralize, **moments)
        models[name] = skfolio_model.forecasts(peer, market.panel, market.first)
    judge = forecast_quality.run(models, market.assets, market.returns)
    results = judge.results()
    print(f"{market.title}: {len(judge.dates)} forecasts\n\n{forecast_quality.table(results)}\n", flush=True)
    return {
        "market": market.title,
        "families": {f: {m: asdict(q) for m, q in models.items()} for f, models in results.items()},
    }


def main() -> None:
    """Runs the comparison of each market."""
    options = parse_arguments()
    import risk_markets

    found = []
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        if options.market == "industries":
            markets = [("industries", lambda: risk_markets.industries(work, options.industries))]
        else:
            markets = [
                (
                    f"generated-{seed}",
                    lambda seed=seed: risk_markets.generated(work, options.assets, options.dates, options.first, seed),
                )
                for seed in options.seeds
            ]
        for name, make in markets:
            found.append(compare(make(), options.riskengine.resolve(), work / name))
    if options.out:
        document = {"versions": environment.versions(), "markets": found}
        options.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
