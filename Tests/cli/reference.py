"""A second implementation of the regressions, in NumPy and statsmodels with dense dummies: slow and plain.

Follows the definitions: dummies are formed, a basis of the null space of the constraints restricts them, statsmodels
solves, and every statistic is written out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import scipy.linalg
import statsmodels.api as sm
from statsmodels.robust import norms

EXCLUSIONS = ["universe", "no_earlier_row", "return", "loading", "cap", "label"]


@dataclass
class Definition:
    """What is regressed: the flags of the command line as fields."""

    groups: list[str] = field(default_factory=lambda: ["industry"])
    styles: list[str] = field(default_factory=lambda: ["beta", "momentum", "size"])
    market: bool = True
    weights: str = "sqrt-cap"
    constraint: str = "cap"
    lag: int = 1
    universe: str | None = None
    clip: float | None = None
    thin: float | None = None
    robust: str = "none"
    k: float | None = None
    min_assets: int | None = None
    memberships: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def uses_caps(self) -> bool:
        """Whether an asset needs a cap to be regressed."""
        constrained = len(self.groups) - (0 if self.market else 1)
        return self.weights in ("sqrt-cap", "cap") or (constrained > 0 and self.constraint == "cap")


@dataclass
class Period:
    """What one period came to."""

    date: pd.Timestamp
    excluded: dict[str, int]
    asset_count: int
    names: list[str] = field(default_factory=list)
    f: np.ndarray | None = None
    se: np.ndarray | None = None
    vif: np.ndarray | None = None
    r2: float = np.nan
    r2_centered: float = np.nan
    idio_std: float = np.nan
    idio: pd.Series | None = None
    regressed: pd.Series | None = None
    design: pd.DataFrame | None = None
    """Rows regressed x factors."""
    returns: pd.Series | None = None
    shares: dict[str, np.ndarray] = field(default_factory=dict)
    labels: dict[str, list[str]] = field(default_factory=dict)


def estimate(panel: pd.DataFrame, definition: Definition) -> list[Period]:
    """Every period after the lag."""
    days = sorted(panel["date"].unique())
    frames = {day: frame.set_index("asset") for day, frame in panel.groupby("date")}
    return [
        estimate_period(frames[day], frames[days[index - definition.lag]], pd.Timestamp(day), definition)
        for index, day in enumerate(days) if index >= definition.lag
    ]


def estimate_period(today: pd.DataFrame, earlier: pd.DataFrame, date: pd.Timestamp, d: Definition) -> Period:
    """One period: returns of today, all else of the earlier date."""
    known = earlier.reindex(today.index)
    membership = {group: fractions(d.memberships[group], today.index) for group in d.memberships}
    labelled = pd.Series(True, index=today.index)
    for group in d.groups:
        has = membership[group].sum(axis=1) > 0 if group in membership else known[group].notna()
        labelled &= has
    weight = {
        "sqrt-cap": lambda: np.sqrt(known[d_cap(known)]), "cap": lambda: known[d_cap(known)],
        "equal": lambda: pd.Series(1.0, index=today.index),
    }.get(d.weights, lambda: known[d.weights.removeprefix("column:")])().fillna(0)
    share = {
        "cap": lambda: known[d_cap(known)], "equal": lambda: pd.Series(1.0, index=today.index),
    }.get(d.constraint, lambda: known[d.constraint.removeprefix("column:")])()
    capped = (known["market_cap"] > 0) if d.uses_caps else pd.Series(True, index=today.index)
    tests = {
        "universe": known[d.universe].fillna(True).astype(bool) if d.universe else pd.Series(True, index=today.index),
        "no_earlier_row": pd.Series(today.index.isin(earlier.index), index=today.index),
        "return": today["ret"].notna(),
        "loading": known[d.styles].notna().all(axis=1) if d.styles else pd.Series(True, index=today.index),
        "cap": capped & (weight > 0) & share.notna(),
        "label": labelled,
    }
    passed = pd.DataFrame(tests)
    first = passed.apply(lambda row: next((name for name in EXCLUSIONS if not row[name]), None), axis=1)
    # What an asset without an earlier row lacks is that row.
    first[~tests["no_earlier_row"]] = "no_earlier_row"
    regressed = first.isna()
    period = Period(
        date=date, excluded={name: int((first == name).sum()) for name in EXCLUSIONS},
        asset_count=int(regressed.sum()))
    rows = today.index[regressed]
    blocks, constraints, names = design_blocks(known, rows, membership, share, d, period)
    m, p = sum(block.shape[1] for block in blocks.values()), len(constraints)
    needed = d.min_assets if d.min_assets is not None else m - p + 1
    if len(rows) < max(needed, 1):
        return period
    B = np.column_stack([block for block in blocks.values()])
    spans = dict(zip(blocks, np.cumsum([0] + [block.shape[1] for block in blocks.values()][:-1])))
    C = np.zeros((m, p))
    for column, (group, shares) in enumerate(constraints.items()):
        C[spans[group]:spans[group] + len(shares), column] = shares
    R = scipy.linalg.null_space(C.T) if p else np.eye(m)
    w = weight[rows].to_numpy(float)
    if d.clip:
        low, high = np.quantile(w, [d.clip, 1 - d.clip])
        w = np.clip(w, low, high)
    r = today.loc[rows, "ret"].to_numpy(float)
    if d.thin:
        f, covariance = ridged(B, R, w, r, blocks, spans, d)
    elif d.robust != "none":
        f, covariance = robust(B, R, w, r, d)
    else:
        fit = sm.WLS(r, B @ R, weights=w).fit()
        f, covariance = R @ fit.params, R @ fit.cov_params() @ R.T
    e = r - B @ f
    period.names, period.f, period.se = names, f, np.sqrt(np.diag(covariance))
    period.vif = inflation(B, R, w, blocks, spans, constraints, d)
    period.r2 = 1 - (w * e**2).sum() / (w * r**2).sum()
    period.r2_centered = 1 - (w * e**2).sum() / (w * (r - np.average(r, weights=w)) ** 2).sum()
    period.idio_std = np.sqrt(np.average(e**2, weights=w))
    everyone = today.index[tests["no_earlier_row"] & tests["return"] & tests["loading"] & tests["label"]]
    period.idio = idio_returns(today, known, everyone, membership, d, period)
    period.regressed = regressed[period.idio.index]
    period.design, period.returns = pd.DataFrame(B, index=rows, columns=names), pd.Series(r, index=rows)
    return period


def d_cap(known: pd.DataFrame) -> str:
    """The column of caps, which a panel without caps lacks."""
    assert "market_cap" in known
    return "market_cap"


def fractions(table: pd.DataFrame, assets: pd.Index) -> pd.DataFrame:
    """Fractional memberships: assets x labels, zeros where an asset has none."""
    wide = table.pivot(index="asset", columns=[c for c in table if c not in ("asset", "fraction")][0], values="fraction")
    return wide.reindex(assets).fillna(0.0)


def dummies(
    known: pd.DataFrame, rows: pd.Index, group: str, membership: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """Rows x labels of a group, labels by their bytes."""
    if group in membership:
        wide = membership[group].loc[rows]
    else:
        wide = pd.get_dummies(known.loc[rows, group]).astype(float)
    return wide[sorted(wide.columns, key=lambda label: label.encode())]


def design_blocks(
    known: pd.DataFrame, rows: pd.Index, membership: dict[str, pd.DataFrame], share: pd.Series, d: Definition,
    period: Period,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], list[str]]:
    """The blocks of the design, the constraints' shares by group, and the names of the factors."""
    blocks: dict[str, np.ndarray] = {}
    constraints: dict[str, np.ndarray] = {}
    names: list[str] = []
    if d.market:
        blocks["market"] = np.ones((len(rows), 1))
        names.append("market")
    for number, group in enumerate(d.groups):
        table = dummies(known, rows, group, membership)
        table = table.loc[:, (table > 0).any()]
        blocks[group] = table.to_numpy()
        names += list(table.columns)
        period.labels[group] = list(table.columns)
        if d.market or number > 0:
            total = blocks[group].T @ share[rows].to_numpy(float)
            constraints[group] = period.shares[group] = total / total.sum()
    for style in d.styles:
        blocks[style] = known.loc[rows, [style]].to_numpy(float)
        names.append(style)
    return blocks, constraints, names


def ridged(
    B: np.ndarray, R: np.ndarray, w: np.ndarray, r: np.ndarray, blocks: dict[str, np.ndarray], spans: dict[str, int],
    d: Definition,
) -> tuple[np.ndarray, np.ndarray]:
    """Least squares with thin labels of the first group pulled to the market."""
    group = d.groups[0]
    ridge = np.zeros(B.shape[1])
    for column in range(blocks[group].shape[1]):
        members = w * blocks[group][:, column]
        effective = members.sum() ** 2 / (members**2).sum()
        if effective < d.thin:
            ridge[spans[group] + column] = members.sum() * (d.thin - effective) / effective
    A = R.T @ (B.T @ (w[:, None] * B) + np.diag(ridge)) @ R
    f = R @ np.linalg.solve(A, R.T @ (B.T @ (w * r)))
    e = r - B @ f
    s2 = (w * e**2).sum() / (len(r) - R.shape[1])
    return f, s2 * R @ np.linalg.inv(A) @ R.T


def robust(B: np.ndarray, R: np.ndarray, w: np.ndarray, r: np.ndarray, d: Definition) -> tuple[np.ndarray, np.ndarray]:
    """statsmodels' robust linear model on rows scaled by the root of their weight."""
    root = np.sqrt(w)
    y, X = root * r, root[:, None] * (B @ R)
    huber = sm.RLM(y, X, M=norms.HuberT(1.345 if d.robust == "bisquare" else d.k or 1.345))
    # The scale is estimated anew at each step; convergence is of the coefficients.
    fit = huber.fit(maxiter=2000, tol=1e-13, conv="coefs")
    if d.robust == "bisquare":
        fit = sm.RLM(y, X, M=norms.TukeyBiweight(d.k or 4.685)).fit(
            maxiter=2000, tol=1e-13, conv="coefs", start_params=fit.params)
    return R @ fit.params, R @ fit.bcov_scaled @ R.T


def inflation(
    B: np.ndarray, R: np.ndarray, w: np.ndarray, blocks: dict[str, np.ndarray], spans: dict[str, int],
    constraints: dict[str, np.ndarray], d: Definition,
) -> np.ndarray:
    """Each factor's variance in the full regression over that with the market and its own group alone."""
    def variances(X: np.ndarray, K: np.ndarray) -> np.ndarray:
        return np.diag(K @ np.linalg.inv(K.T @ (X.T @ (w[:, None] * X)) @ K) @ K.T)

    if d.thin:
        return np.full(B.shape[1], np.nan)
    full = variances(B, R)
    own = np.empty(B.shape[1])
    market = [blocks["market"]] if d.market else []
    for name, block in blocks.items():
        X = block if name == "market" else np.column_stack([*market, block])
        if name in constraints:
            c = np.concatenate([np.zeros(X.shape[1] - block.shape[1]), constraints[name]])
            K = scipy.linalg.null_space(c[None, :])
        else:
            K = np.eye(X.shape[1])
        own[spans[name]:spans[name] + block.shape[1]] = variances(X, K)[X.shape[1] - block.shape[1]:]
    return full / own


def idio_returns(
    today: pd.DataFrame, known: pd.DataFrame, assets: pd.Index, membership: dict[str, pd.DataFrame], d: Definition,
    period: Period,
) -> pd.Series:
    """Returns less what the factors explain, of every asset whose factors are all estimated."""
    f = dict(zip(period.names, period.f))
    explained = pd.Series(f.get("market", 0.0), index=assets)
    for group in d.groups:
        table = dummies(known, assets, group, membership)
        for label in table:
            loading = table[label]
            explained += loading * f[label] if label in f else loading.where(loading == 0, np.nan)
    for style in d.styles:
        explained += known.loc[assets, style] * f[style]
    return (today.loc[assets, "ret"] - explained).dropna().sort_index()
