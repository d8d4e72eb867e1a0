"""A small synthetic panel and its regressions by statsmodels, written as CSV files beside this script.

Run with statsmodels 0.15, pandas and NumPy: `python reference.py`. The output is committed; the random
numbers come from NumPy's PCG64 with a fixed seed.

Model: market, two groups whose factor returns have zero cap-weighted sums over the assets regressed, three
styles; weights sqrt(cap); loadings, caps, labels and universe one date older than returns. Least squares is
`WLS` on the columns of B R, R a basis of what the constraints allow; Huber is `RLM` on the same rows times
the square roots of the weights, its scale the median absolute residual about zero over the normal one's.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.linalg import null_space

HERE = Path(__file__).resolve().parent
STYLES = ["beta", "momentum", "size"]
GROUPS = {"industry": ["Auto", "Banks", "Chem", "Drugs", "Energy"], "country": ["DE", "FR", "US"]}


def panel() -> pd.DataFrame:
    """12 dates, 40 assets, some of them late or gone, some cells missing."""
    rng = np.random.default_rng(20240131)
    dates = pd.bdate_range("2024-01-29", periods=12)
    count = 40
    first = rng.integers(0, 3, count) * (rng.random(count) < 0.2)
    industry = np.r_[np.arange(5), rng.integers(0, 5, count - 5)]
    country = np.r_[[0, 1, 2], rng.integers(0, 3, count - 3)]
    log_cap = rng.normal(8, 1.5, count)
    rows = []
    for t, date in enumerate(dates):
        factors = rng.normal(0, 0.01, 12)
        for i in range(count):
            styles = rng.normal(0, 1, 3)
            if t < first[i] or (t == 6 and i == 11):
                continue
            ret = factors[0] + factors[1 + industry[i]] + factors[6 + country[i]] + styles @ factors[9:] / 2
            ret += rng.standard_t(4) * 0.01
            row = [date.date(), f"{i:04d}", ret, np.exp(log_cap[i] + 0.02 * t), rng.random() > 0.1]
            row += [GROUPS["industry"][industry[i]], GROUPS["country"][country[i]], *styles]
            rows.append(row)
    table = pd.DataFrame(rows, columns=["date", "asset", "ret", "cap", "universe", *GROUPS, *STYLES])
    for column in ["ret", "cap", "momentum", "industry"]:
        table.loc[rng.random(len(table)) < 0.01, column] = np.nan
    # One industry loses its members on one date.
    table.loc[(table.date == dates[4].date()) & (table.industry == "Auto"), "universe"] = False
    return table


def design(now: pd.DataFrame, earlier: pd.DataFrame):
    """The joined rows of one period, B of all rows, R, and the names of the factors."""
    rows = now[["asset", "ret"]].merge(earlier.drop(columns=["date", "ret"]), on="asset")
    rows = rows.dropna(subset=["ret", *STYLES, *GROUPS]).sort_values("asset").reset_index(drop=True)
    rows["regressed"] = rows.universe & (rows.cap > 0)
    used = rows[rows.regressed]
    names = ["market"]
    columns = [np.ones(len(rows))]
    constraints = []
    for group in GROUPS:
        labels = sorted(used[group].unique())
        sums = []
        for label in labels:
            names.append(label)
            columns.append((rows[group] == label).to_numpy(float))
            sums.append(used.cap[used[group] == label].sum())
        row = np.zeros(12)
        row[len(names) - len(labels) : len(names)] = np.array(sums) / np.sum(sums)
        constraints.append(row)
    for style in STYLES:
        names.append(style)
        columns.append(rows[style].to_numpy())
    B = np.column_stack(columns)
    return rows, B, null_space(np.array(constraints)[:, : B.shape[1]]), names


def main() -> None:
    """Writes the panel and the results."""
    table = panel()
    table.to_csv(HERE / "panel.csv", index=False, float_format="%.17g")
    days = dict(list(table.groupby("date")))
    factors, idio, periods = [], [], []
    dates = sorted(days)
    for earlier, date in zip(dates, dates[1:]):
        rows, B, R, names = design(days[date], days[earlier])
        used = rows.regressed.to_numpy()
        weights = np.sqrt(rows.cap.to_numpy())
        y = rows.ret.to_numpy()
        fit = sm.WLS(y[used], (B @ R)[used], weights=weights[used]).fit()
        root = np.sqrt(weights[used])
        robust = sm.RLM(y[used] * root, (B @ R)[used] * root[:, None], M=sm.robust.norms.HuberT(1.345)).fit(
            conv="coefs", tol=1e-15, maxiter=2000
        )
        f, g = R @ fit.params, R @ robust.params
        errors = np.sqrt(np.diag(R @ fit.cov_params() @ R.T))
        robust_errors = np.sqrt(np.diag(R @ robust.cov_params() @ R.T))
        for k, name in enumerate(names):
            factors.append([date, name, f[k], errors[k], g[k], robust_errors[k]])
        known = rows[list(GROUPS)].isin(names).all(axis=1).to_numpy()
        for i in np.flatnonzero(known):
            idio.append([date, rows.asset[i], y[i] - B[i] @ f, y[i] - B[i] @ g, int(used[i])])
        periods.append([date, int(used.sum()), len(names), uncentered(fit, y[used]), centered(fit, y[used])])
    write("factor_returns", factors, ["date", "factor", "factor_return", "standard_error", "huber", "huber_error"])
    write("idio_returns", idio, ["date", "asset", "idio_return", "huber", "in_regression"])
    write("periods", periods, ["date", "asset_count", "factor_count", "r2", "r2_centered"])


def uncentered(fit, y) -> float:
    """1 - sum w e^2 / sum w r^2."""
    return 1 - (fit.model.weights @ fit.resid**2) / (fit.model.weights @ y**2)


def centered(fit, y) -> float:
    """1 - sum w e^2 / sum w (r - mean)^2 about the weighted mean."""
    w = fit.model.weights
    return 1 - (w @ fit.resid**2) / (w @ (y - w @ y / w.sum()) ** 2)


def write(name: str, rows: list, columns: list) -> None:
    """A table with every digit of its numbers."""
    pd.DataFrame(rows, columns=columns).to_csv(HERE / f"{name}.csv", index=False, float_format="%.17g")


if __name__ == "__main__":
    main()
