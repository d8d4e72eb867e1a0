"""Linear shrinkage towards the identity by scikit-learn, written as CSV files beside this script.

Run with scikit-learn 1.9 and NumPy: `python ledoit_wolf.py`. The output is committed; the random numbers come from
NumPy's PCG64 with a fixed seed. Means are not taken out and weights are equal.
"""

from pathlib import Path

import numpy as np
from sklearn.covariance import ledoit_wolf

HERE = Path(__file__).resolve().parent


def main() -> None:
    """20 periods of 5 series with unlike variances."""
    rng = np.random.default_rng(20240229)
    series = (rng.normal(size=(20, 5)) @ rng.normal(size=(5, 5)) * [1, 2, 0.5, 1, 3]).round(6)
    covariance, intensity = ledoit_wolf(series, assume_centered=True)
    names = ",".join("abcde")
    np.savetxt(HERE / "ledoit_wolf_series.csv", series, delimiter=",", header=names, comments="", fmt="%.6f")
    rows = np.vstack([covariance, np.full(5, intensity)])
    np.savetxt(HERE / "ledoit_wolf.csv", rows, delimiter=",", header=names, comments="", fmt="%.17g")


if __name__ == "__main__":
    main()
