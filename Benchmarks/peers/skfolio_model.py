"""skfolio's `CharacteristicsFactorModel`, fitted up to a date and then carried forward one date at a time."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import skfolio.descriptor as descriptors
from skfolio.containers import AssetPanel
from skfolio.factor_exposure import DerivedFactor, FixedWeightedFactor, GlobalFactor, OneHotCategoricalFactors
from skfolio.moments import EWMu, RegimeAdjustedEWCovariance
from skfolio.moments.variance import RegimeAdjustedEWVariance
from skfolio.prior import CharacteristicsFactorModel, EmpiricalPrior

from forecast_quality import Forecast


def daily_styles() -> list[tuple[str, Any]]:
    """The styles of the engine's compact profile, by skfolio's own descriptors and transforms."""
    parts = {
        "beta": [("beta", descriptors.EWMarketBeta(half_life=63))],
        "momentum": [("momentum", descriptors.EWMomentum(half_life=126, skip=21))],
        "size": [("size", descriptors.LogMarketCap())],
        "volatility": [("volatility", descriptors.EWVolatility(half_life=42))],
        "value": [("book", descriptors.BookToPrice()), ("earnings", descriptors.ForwardEarningsToPrice())],
    }
    styles: list[tuple[str, Any]] = [
        (name, FixedWeightedFactor(descriptors=part, family="style")) for name, part in parts.items()
    ]
    return [*styles, ("nonlinear_size", DerivedFactor(source="size", func=cube))]


def cube(loadings: np.ndarray) -> np.ndarray:
    """The third power."""
    return loadings**3


def factor_model(
    styles: list[tuple[str, Any]], group: str, neutralize: dict[str, list[str]] | None = None, **moments: Any
) -> CharacteristicsFactorModel:
    """Market, a group of labels that sum to zero, and styles; half-lives and lags where given, else its defaults."""
    more: dict[str, Any] = {}
    if moments:
        more["factor_prior_estimator"] = EmpiricalPrior(
            mu_estimator=EWMu(),
            covariance_estimator=RegimeAdjustedEWCovariance(
                half_life=moments["half_life"], corr_half_life=moments["correlation_half_life"],
                hac_lags=moments["lags"] or None, regime_half_life=moments["regime_half_life"],
                # By default as many as the longest half-life, which is more than there are before the first forecast.
                min_observations=moments["minimum"],
            ),
        )  # fmt: skip
        more["idio_variance_estimator"] = RegimeAdjustedEWVariance(
            half_life=moments["half_life"], hac_lags=moments["lags"] or None,
            regime_half_life=moments["regime_half_life"], min_observations=moments["idio_minimum"],
        )  # fmt: skip
    return CharacteristicsFactorModel(
        factors=[
            ("market", GlobalFactor()),
            (group, OneHotCategoricalFactors(category=group, family=group)),
            *styles,
        ],
        neutralize_against=neutralize,
        constrained_families=[(group, None)],
        **more,
    )


def forecasts(model: CharacteristicsFactorModel, panel: AssetPanel, first: int) -> Iterator[Forecast]:
    """The forecasts of the returns of each observation from a position on, made with what was observed before."""
    names = np.asarray(panel.asset_names)
    for position in range(first, panel.n_observations):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if position == first:
                model.fit(characteristics=panel[:position])
            else:
                model.partial_fit(characteristics=panel[position - 1 : position])
        covariance = np.asarray(model.return_distribution_.covariance)
        covered = np.isfinite(np.diag(covariance))
        date = np.datetime64(panel.observations[position])
        yield Forecast(date, names[covered], covariance[np.ix_(covered, covered)])
