"""Judges forecasts of risk: every model by the same code, on the same assets, dates and portfolios.

A model gives each date's forecast as a covariance of the assets' returns over the coming period. Portfolios are formed
of the assets that every model covers and that have a return in the period. Random and single-asset portfolios are the
same for all models; minimum variance and random-alpha portfolios are each model's own, as it would build them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

FAMILIES = ("long-only", "dollar-neutral", "single assets", "minimum variance", "optimized")
PORTFOLIOS = 100
FEWEST = 20
"""The fewest forecasts of a portfolio for a bias statistic."""
LEAST_RETURN = 1e-8
"""Below it the logarithm of a squared return says nothing."""


@dataclass(frozen=True)
class Forecast:
    """The covariance of one period's returns: assets by name, decimals squared."""

    date: np.datetime64
    """The date of the returns that are forecast."""
    assets: np.ndarray
    covariance: np.ndarray


@dataclass
class Record:
    """One model's forecasts of one family: rows are dates, columns are portfolios, NaN where there is none."""

    variances: list[np.ndarray] = field(default_factory=list)
    returns: list[np.ndarray] = field(default_factory=list)


@dataclass(frozen=True)
class Quality:
    """What a model's forecasts of a family came to."""

    portfolios: int
    mean_bias: float
    """Standard deviation of returns over forecasts; 1 is right, above it risk was forecast too low."""
    mean_bias_error: float
    """Mean of its absolute distance from 1."""
    inside: float
    """The share of portfolios inside their 95 % intervals, widened for kurtosis."""
    qlike: float
    volatility: float
    """Mean realized volatility a period: for minimum variance the smaller is the better."""
    loss_difference: float
    """The mean loss less that of the first model; above 0 the first model is better."""
    loss_t: float
    """It over its standard error (Diebold and Mariano, with Newey-West lags)."""


class Judge:
    """Collects forecasts of several models by date, then compares."""

    def __init__(self, models: list[str], assets: np.ndarray, seed: int = 1) -> None:
        random = np.random.default_rng(seed)
        self.models = models
        self.assets = assets
        count = len(assets)
        held = random.random((count, PORTFOLIOS)) < 0.5
        self.long = random.exponential(size=(count, PORTFOLIOS)) * held
        self.neutral = random.normal(size=(count, PORTFOLIOS))
        self.alphas = random.normal(size=(count, PORTFOLIOS))
        self.records = {model: {family: Record() for family in FAMILIES} for model in models}
        self.dates: list[np.datetime64] = []

    def add(self, forecasts: list[Forecast], returns: np.ndarray) -> None:
        """Takes a date: one forecast a model, and the returns by asset, NaN where there is none."""
        known = np.isfinite(returns)
        for forecast in forecasts:
            known &= np.isin(self.assets, forecast.assets)
        rows = np.flatnonzero(known)
        names, realized = self.assets[rows], returns[rows]
        self.dates.append(forecasts[0].date)
        long = self.long[rows] / self.long[rows].sum(axis=0)
        neutral = self.neutral[rows] - self.neutral[rows].mean(axis=0)
        alphas = self.alphas[rows] - self.alphas[rows].mean(axis=0)
        for model, forecast in zip(self.models, forecasts, strict=True):
            place = {name: k for k, name in enumerate(forecast.assets)}
            chosen = [place[name] for name in names]
            covariance = forecast.covariance[np.ix_(chosen, chosen)]
            precise = np.linalg.solve(covariance, np.column_stack([np.ones(len(rows)), alphas]))
            minimum = precise[:, :1] / precise[:, :1].sum()
            optimized = precise[:, 1:] / np.einsum("np,np->p", alphas, precise[:, 1:])
            holdings = {
                "long-only": long, "dollar-neutral": neutral, "minimum variance": minimum, "optimized": optimized,
            }  # fmt: skip
            for family, x in holdings.items():
                record = self.records[model][family]
                record.variances.append(np.einsum("np,np->p", x, covariance @ x))
                record.returns.append(x.T @ realized)
            record = self.records[model]["single assets"]
            variance, own = np.full(len(self.assets), np.nan), np.full(len(self.assets), np.nan)
            variance[rows], own[rows] = np.diag(covariance), realized
            record.variances.append(variance)
            record.returns.append(own)

    def results(self) -> dict[str, dict[str, Quality]]:
        """By family and model; losses are compared with those of the first model."""
        return {
            family: {
                model: quality(self.records[model][family], self.records[self.models[0]][family])
                for model in self.models
            }
            for family in FAMILIES
        }


def quality(record: Record, first: Record) -> Quality:
    """The statistics of a family."""
    variances, returns = np.array(record.variances), np.array(record.returns)
    scores = returns / np.sqrt(variances)
    judged = np.isfinite(scores).sum(axis=0) >= FEWEST
    bias = np.nanstd(scores[:, judged], axis=0, ddof=1)
    squared = scores[:, judged] ** 2
    squared[np.abs(returns[:, judged]) < LEAST_RETURN] = np.nan
    qlike = np.nanmean(squared - np.log(squared) - 1)
    difference = np.nanmean(losses(record) - losses(first), axis=1)
    return Quality(
        portfolios=int(judged.sum()),
        mean_bias=float(bias.mean()),
        mean_bias_error=float(np.abs(bias - 1).mean()),
        inside=float(np.mean(np.abs(bias - 1) <= half_widths(scores[:, judged]))),
        qlike=float(qlike),
        volatility=float(np.nanstd(returns[:, judged], axis=0, ddof=1).mean()),
        loss_difference=float(difference.mean()),
        loss_t=t_statistic(difference),
    )


def losses(record: Record) -> np.ndarray:
    """`ln variance + return² / variance`: differences are those of QLIKE with nothing to leave out."""
    variances, returns = np.array(record.variances), np.array(record.returns)
    return np.log(variances) + returns**2 / variances


def half_widths(scores: np.ndarray) -> np.ndarray:
    """Of the 95 % interval of each bias statistic about 1, by the scores' raw kurtosis where that is above 3."""
    count = np.isfinite(scores).sum(axis=0)
    centred = scores - np.nanmean(scores, axis=0)
    kurtosis = np.nanmean(centred**4, axis=0) / np.nanmean(centred**2, axis=0) ** 2
    return 1.96 * np.sqrt((np.maximum(kurtosis, 3) - 1) / (4 * count))


def t_statistic(series: np.ndarray) -> float:
    """The mean over its standard error, autocovariances by Bartlett's weights."""
    count = len(series)
    centred = series - series.mean()
    lags = int(4 * (count / 100) ** (2 / 9))
    variance = (centred**2).mean()
    for lag in range(1, lags + 1):
        variance += 2 * (1 - lag / (lags + 1)) * (centred[lag:] * centred[:-lag]).sum() / count
    return float(series.mean() / np.sqrt(variance / count)) if variance > 0 else 0.0


def run(
    models: dict[str, Iterator[Forecast]], assets: np.ndarray, returns: dict[np.datetime64, np.ndarray]
) -> Judge:
    """Goes through all models in step, date by date; each has to forecast the same dates."""
    judge = Judge(list(models), assets)
    for forecasts in zip(*models.values(), strict=True):
        dates = {forecast.date for forecast in forecasts}
        assert len(dates) == 1, f"models forecast different dates: {dates}"
        judge.add(list(forecasts), returns[forecasts[0].date])
    return judge


def table(results: dict[str, dict[str, Quality]]) -> str:
    """A Markdown table: families, models within each."""
    lines = [
        "| portfolios | model | mean bias | mean \\|bias - 1\\| | inside 95 % | QLIKE | loss less the first's (t) "
        "| volatility |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for family, models in results.items():
        for number, (model, q) in enumerate(models.items()):
            name = f"{family} ({q.portfolios})" if number == 0 else ""
            loss = "" if number == 0 else f"{q.loss_difference:+.4f} ({q.loss_t:+.1f})"
            lines.append(
                f"| {name} | {model} | {q.mean_bias:.3f} | {q.mean_bias_error:.3f} | {100 * q.inside:.0f} % "
                f"| {q.qlike:.4f} | {loss} | {q.volatility:.5f} |"
            )
    return "\n".join(lines)
