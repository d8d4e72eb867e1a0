"""A second implementation of a model's estimators, in NumPy: one period after the other, with dense dummies.

Follows the definitions, for a panel with a market, one group and styles, and constraints by cap.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import scipy.linalg
from markets import STYLES

FLOOR, SHRINKAGE, GUARD = 0.01, 0.1, 0.9
"""Of the copy of variances that becomes weights, and the leverage beyond which an idio return tells nothing."""
LEAST_OBSERVATIONS, LONGEST_ABSENCE, TOLERANCE = 20, 63, 1e-6


@dataclass
class Section:
    """The rows of a period: returns of a date, all else of an earlier one."""

    date: pd.Timestamp
    returns: pd.Series
    caps: pd.Series
    labels: pd.Series
    styles: pd.DataFrame

    @cached_property
    def design(self) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
        """The factors, the loadings of all rows on them, which rows are regressed, and what the constraint leaves."""
        regressed = (self.caps > 0).to_numpy()
        labels = sorted(self.labels[regressed].unique())
        dummies = (self.labels.to_numpy()[:, None] == np.array(labels)).astype(float)
        X = np.column_stack([np.ones(len(self.returns)), dummies, self.styles.to_numpy()])
        shares = dummies[regressed].T @ self.caps.to_numpy()[regressed]
        constraint = np.concatenate([[0], shares / shares.sum(), np.zeros(len(STYLES))])
        return ["market", *labels, *STYLES], X, regressed, scipy.linalg.null_space(constraint[None, :])


@dataclass
class Fit:
    """A regression: `q` is the variance of a fitted return where idio variances are inverse weights."""

    f: pd.Series
    e: pd.Series
    q: pd.Series
    regressed: pd.Series


def sections(panel: pd.DataFrame, lag: int = 1) -> list[Section]:
    """The periods of a panel, rows ascending by asset."""
    days = sorted(panel["date"].unique())
    frames = {day: frame.set_index("asset").sort_index() for day, frame in panel.groupby("date")}
    found = []
    for place in range(lag, len(days)):
        today, known = frames[days[place]], frames[days[place - lag]]
        rows = today.index.intersection(known.index)
        known = known.loc[rows]
        whole = today.loc[rows, "ret"].notna() & known[STYLES].notna().all(axis=1) & known["industry"].notna()
        known = known[whole]
        found.append(Section(
            pd.Timestamp(days[place]), today.loc[known.index, "ret"], known["market_cap"].fillna(0),
            known["industry"], known[STYLES]))
    return found


def solve(section: Section, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Factor returns, idio returns and `q` of weighted least squares with cap-weighted label returns that sum to 0."""
    _, X, regressed, basis = section.design
    Z, w, r = X[regressed] @ basis, weights[regressed], section.returns.to_numpy()
    inverse = basis @ np.linalg.inv(Z.T @ (w[:, None] * Z)) @ basis.T
    f = inverse @ (X[regressed].T @ (w * r[regressed]))
    return f, r - X @ f, ((X @ inverse) * X).sum(axis=1)


def regress(section: Section, weights: pd.Series) -> Fit:
    """The same with names."""
    f, e, q = solve(section, weights.to_numpy())
    names, _, regressed, _ = section.design
    index = section.returns.index
    return Fit(pd.Series(f, names), pd.Series(e, index), pd.Series(q, index), pd.Series(regressed, index))


def divisors(share: np.ndarray, regressed: np.ndarray) -> np.ndarray:
    """What squared idio returns are divided by; 0 where the leverage is too large to tell anything."""
    found = np.where(regressed, 1 - share, 1 + share)
    return np.where(share <= np.where(regressed, GUARD, GUARD / (1 - GUARD)), found, 0.0)


def weight_variances(variances: pd.Series) -> pd.Series:
    """The copy of variances, floored and moved to its mean, whose inverse weights the regression."""
    floored = variances.clip(lower=FLOOR * variances.median())
    return (1 - SHRINKAGE) * floored + SHRINKAGE * floored.mean()


def size_medians(variances: pd.Series, caps: pd.Series) -> pd.Series:
    """For each row the median variance of its fifth by cap, or of all."""
    positive = np.sort(caps[caps > 0].to_numpy())
    place = np.minimum(4, np.searchsorted(positive, caps.to_numpy(), side="left") * 5 // max(1, len(positive)))
    place = pd.Series(np.where(caps > 0, place, -1), caps.index)
    medians = variances.groupby(place).median()
    return place.map(lambda group: medians.get(group, np.nan) if group >= 0 else np.nan).fillna(variances.median())


@dataclass
class Iterated:
    """What the iterated estimate came to."""

    variances: pd.Series
    weights: pd.Series
    last: pd.Series
    passes: int
    periods: int


def iterate(periods: list[Section]) -> Iterated:
    """Variances that give idio returns which give these variances: `sum e² / sum (1 − h)` until nothing moves."""
    assets = pd.Index(sorted(set().union(*(section.returns.index for section in periods))))
    places = [assets.get_indexer(section.returns.index) for section in periods]
    variances, copy = np.ones(len(assets)), np.ones(len(assets))
    for number in range(1, 201):
        squares, parts, counts = (np.zeros(len(assets)) for _ in range(3))
        last = np.full(len(assets), -1)
        for period, (section, rows) in enumerate(zip(periods, places)):
            weights = 1 / copy[rows]
            _, e, q = solve(section, weights)
            d = divisors(q * weights, section.design[2])
            squares[rows] += np.where(d > 0, e ** 2, 0)
            parts[rows] += d
            counts[rows] += d > 0
            last[rows] = period
        assert (counts >= LEAST_OBSERVATIONS).all(), "short histories are no part of this implementation"
        old, variances = variances, squares / parts
        copy = weight_variances(pd.Series(variances)).to_numpy()
        if np.abs(np.log(variances / old)).max() < TOLERANCE:
            found = [pd.Series(values, assets) for values in (variances, copy, last)]
            return Iterated(*found, number, len(periods))
    raise AssertionError("no end")


@dataclass
class Step:
    """A period of a walk forward."""

    fit: Fit
    leverage: pd.Series
    new: int = 0
    returning: int = 0
    left_out: int = 0


def walk_forward(periods: list[Section], split: pd.Timestamp, half_life: float) -> tuple[list[Step], Iterated]:
    """Each period with the variances of the one before; up to the split with those of the iterated span."""
    first = iterate([section for section in periods if section.date <= split])
    decay = 0.5 ** (1 / half_life)
    state, last = first.variances.copy(), first.last.copy()
    steps = []
    for place, section in enumerate(periods):
        rows = section.returns.index
        if section.date <= split:
            weights = 1 / first.weights.reindex(rows).fillna(first.weights.median())
            fit = regress(section, weights)
            steps.append(Step(fit, weights * fit.q))
            continue
        is_new = ~rows.isin(state.index)
        is_returning = last.reindex(rows).fillna(place).to_numpy() < place - LONGEST_ABSENCE - 1
        known = state.reindex(rows).where(~(is_new | is_returning))
        variances = known.fillna(size_medians(known, section.caps))
        weights = 1 / weight_variances(variances)
        fit = regress(section, weights)
        d = pd.Series(divisors((fit.q * weights).to_numpy(), fit.regressed.to_numpy()), rows)
        moved = (decay * variances + (1 - decay) * fit.e ** 2 / d.where(d > 0)).fillna(variances)
        state = moved.combine_first(state)
        last = pd.Series(place, rows).combine_first(last).astype(int)
        steps.append(Step(fit, weights * fit.q, int(is_new.sum()), int(is_returning.sum()), int((d == 0).sum())))
    return steps, first


def newey_west(series: np.ndarray, half_life: float, lags: int) -> np.ndarray:
    """Exponentially weighted, about zero, with Bartlett weights of products of root-weighted rows."""
    ages = np.arange(len(series))[::-1]
    weights = 0.5 ** (ages / half_life)
    z = series * np.sqrt(weights / weights.sum())[:, None]
    total = z.T @ z
    for lag in range(1, lags + 1):
        product = z[lag:].T @ z[:-lag]
        total += (1 - lag / (lags + 1)) * (product + product.T)
    return total


def factor_covariance(
    series: pd.DataFrame, shares: pd.Series, *, variance: tuple[float, int] = (84, 5),
    correlation: tuple[float, int] = (504, 2), common: int = 252, horizon: float = 21,
) -> pd.DataFrame:
    """Correlations and volatilities, each of its half-life; short ones pulled to none; under the current constraint."""
    deviations = np.sqrt(np.diag(newey_west(series.to_numpy(), *variance)))
    of_products = newey_west(series.to_numpy(), *correlation)
    matrix = of_products / np.sqrt(np.outer(np.diag(of_products), np.diag(of_products)))
    np.fill_diagonal(matrix, 1)
    # As long as no pair has enough history, there is no mean correlation to pull to but zero.
    matrix = np.where(np.eye(len(matrix)) == 1, 1, min(1, len(series) / common) * matrix)
    F = matrix * np.outer(deviations, deviations)
    names = list(series.columns)
    H = np.eye(len(names))
    for label, share in (shares / shares.sum()).items():
        H[names.index("market"), names.index(label)] += share
        for other in shares.index:
            H[names.index(other), names.index(label)] -= share
    return pd.DataFrame(horizon * H @ F @ H.T, names, names)


def idio_volatility(
    returns: pd.DataFrame, *, half_life: float = 84, lags: int = 5, ratio_half_life: float = 252, prior: int = 252,
    enough: int = 126, horizon: float = 21,
) -> pd.DataFrame:
    """Of each column, from returns already divided by the root of one less their leverage."""
    ages = np.arange(len(returns))[::-1]
    known = returns.notna()
    x = returns.fillna(0).to_numpy()
    slow = 0.5 ** (ages / ratio_half_life)
    weights = 0.5 ** (ages / half_life)[:, None] * known
    variance = (weights * x ** 2).sum(axis=0) / weights.sum(axis=0)
    z = x * np.sqrt(slow)[:, None]
    ratio = 1 + sum(
        2 * (1 - lag / (lags + 1)) * (z[lag:] * z[:-lag]).sum(axis=0) for lag in range(1, lags + 1)
    ) / (z ** 2).sum(axis=0)
    counts = known.sum(axis=0)
    ratio = pd.Series(np.clip(ratio, 0.25, 2.5), returns.columns)
    long = ratio[counts >= enough]
    middle = long.median() if len(long) >= 20 else 1.0
    ratio = middle + counts / (counts + prior) * (ratio - middle)
    return pd.DataFrame({
        "time_series": np.sqrt(horizon * variance * ratio), "newey_west_ratio": ratio, "observations": counts})
