"""Writes series.csv and series_statistics.csv: statistics of short series by statsmodels and SciPy.

Usage: series_reference.py FOLDER   (statsmodels 0.15, SciPy 1.17)
"""

import csv
import sys
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.diagnostic import acorr_ljungbox

rng = np.random.default_rng(20240131)
COUNT = 60
shock = rng.standard_t(5, COUNT + 1) * 0.01
factor = np.round(0.002 + shock[1:] + 0.3 * shock[:-1], 6)
forecast = np.round(np.exp(rng.normal(-9.0, 0.3, COUNT)), 9)
other = np.round(forecast * np.exp(rng.normal(0.2, 0.3, COUNT)), 9)
loading = np.round(rng.normal(size=COUNT), 1)
ones = np.ones(COUNT)

rows = {"factor": factor, "forecast": forecast, "other": other, "loading": loading}
folder = Path(sys.argv[1])
with open(folder / "series.csv", "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(rows)
    writer.writerows(zip(*(column.tolist() for column in rows.values())))

result = {"skewness": stats.skew(factor), "kurtosis": stats.kurtosis(factor, fisher=False)}
for lags in (0, 3):
    fit = sm.OLS(factor, ones).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False})
    result[f"newey_west_t_{lags}"] = fit.tvalues[0]
box = acorr_ljungbox(factor, lags=[10])
result["ljung_box"] = box["lb_stat"].iloc[0]
result["ljung_box_p"] = box["lb_pvalue"].iloc[0]
result["autocorrelation_1"] = sm.tsa.acf(factor, nlags=1, fft=False)[1]
sharpe = factor.mean() / factor.std(ddof=1)
result["sharpe"] = sharpe
skew, kurt = result["skewness"], result["kurtosis"]
spread = 1 - skew * sharpe + (kurt - 1) / 4 * sharpe**2
result["probabilistic_sharpe"] = stats.norm.cdf((sharpe - 0.05) * np.sqrt(COUNT - 1) / np.sqrt(spread))

fit = sm.OLS(factor**2, sm.add_constant(forecast)).fit()
result["regression_intercept"], result["regression_slope"] = fit.params
result["regression_r2"] = fit.rsquared
loss = np.log(forecast) + factor**2 / forecast - np.log(other) - factor**2 / other
fit = sm.OLS(loss, ones).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": False})
result["diebold_mariano"] = fit.tvalues[0]
result["diebold_mariano_p"] = fit.pvalues[0]

result["pearson"] = stats.pearsonr(loading, factor)[0]
result["spearman"] = stats.spearmanr(loading, factor)[0]
for count in (20, 120):
    result[f"bias_lower_{count}"] = np.sqrt(stats.chi2.ppf(0.025, count - 1) / (count - 1))
    result[f"bias_upper_{count}"] = np.sqrt(stats.chi2.isf(0.025, count - 1) / (count - 1))
chi = stats.chi(11, scale=1 / np.sqrt(11))
result["bias_deviation_12"] = chi.expect(lambda b: abs(b - 1), lb=0, ub=1) + chi.expect(
    lambda b: abs(b - 1), lb=1, ub=np.inf
)

with open(folder / "series_statistics.csv", "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["statistic", "value"])
    writer.writerows((name, repr(float(value))) for name, value in result.items())
