"""Prints how well estimated factor returns agree with the truth of a synthetic market."""

import sys
from pathlib import Path

import pyarrow.parquet as parquet


def columns(path: Path) -> dict[str, list]:
    """A Parquet table, one file or a folder of them, as lists by column."""
    return parquet.read_table(path if path.exists() else path.with_suffix(".parquet")).to_pydict()


def main() -> None:
    """Reads the two folders named on the command line and prints a table of the market and the styles."""
    results, truth = Path(sys.argv[1]), Path(sys.argv[2])
    estimated = columns(results / "factor_returns")
    true = columns(truth / "factor_returns")
    statistics = columns(results / "factor_statistics")
    errors: dict[str, list[float]] = {}
    for factor, error in zip(statistics["factor"], statistics["standard_error"]):
        if error is not None:
            errors.setdefault(factor, []).append(error)
    true_by_date = {date: row for row, date in enumerate(true["date"])}
    print(f"{'factor':<10}{'volatility':>12}{'error':>10}{'std error':>11}{'correlation':>13}   (% a day; with the truth)")
    for name in estimated:
        if name not in true or name == "date" or (name[0] == "I" and name[1:].isdigit()):
            continue
        pairs = [
            (value, true[name][true_by_date[date]])
            for date, value in zip(estimated["date"], estimated[name])
            if value is not None
        ]
        count = len(pairs)
        variance = sum(b * b for _, b in pairs) / count
        error = (sum((a - b) ** 2 for a, b in pairs) / count) ** 0.5
        stated = (sum(e * e for e in errors[name]) / len(errors[name])) ** 0.5
        cross = sum(a * b for a, b in pairs) / count
        own = sum(a * a for a, _ in pairs) / count
        correlation = cross / (own * variance) ** 0.5
        print(
            f"{name:<10}{100 * variance ** 0.5:>12.3f}{100 * error:>10.3f}{100 * stated:>11.3f}{correlation:>13.4f}"
        )


if __name__ == "__main__":
    main()
