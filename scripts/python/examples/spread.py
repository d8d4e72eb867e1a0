"""A night's batch on many workers.

Usage: spread.py FOLDER [SCHEDULER]

Writes a synthetic market under FOLDER, a file of Parquet for each month, regresses it on the workers of a Dask
cluster, and estimates models of two universes side by side. Started again it takes up what an earlier run left: models
that are there and whole are not estimated again. SCHEDULER is the address of a cluster whose workers see FOLDER; by
default two processes of this machine do the work.
"""

import sys
from pathlib import Path

import pandas as pd
import riskengine
from dask.distributed import Client
from riskengine import distributed

STYLES = ["S00", "S01", "S02"]


def write_market(folder: Path) -> None:
    """Writes a market as a file for each month, and one for each universe."""
    riskengine.simulate(
        folder / "market", assets=200, periods=300, industries=8, styles=3, mode="gauss_static", raw=False)
    panel = pd.read_parquet(folder / "market" / "panel.parquet")
    (folder / "months").mkdir()
    for month, rows in panel.groupby(pd.to_datetime(panel["date"]).dt.strftime("%Y-%m")):
        rows.to_parquet(folder / "months" / f"{month}.parquet", index=False)
    for universe, rows in panel.groupby(panel["asset"].rank(method="dense") % 2):
        rows.to_parquet(folder / f"universe-{universe:.0f}.parquet", index=False)


def configuration(path: Path) -> dict[str, object]:
    """What a model is estimated from, and how."""
    columns = {"date": "date", "asset": "asset", "return": "ret", "cap": "market_cap"}
    panel = {"path": str(path), "columns": columns, "groups": ["industry"], "styles": STYLES}
    return {
        "version": 1, "frequency": "daily", "data": {"panel": panel}, "factor_covariance": {"eigenfactor": "off"}}


def main() -> int:
    """Runs the batch; the exit status is 1 where a model failed."""
    folder = Path(sys.argv[1]).resolve()
    if not (folder / "months").exists():
        write_market(folder)
    cluster = {"address": sys.argv[2]} if len(sys.argv) > 2 else {"n_workers": 2, "threads_per_worker": 1}
    with Client(**cluster) as client:
        result = distributed.regress(
            folder / "months", client=client, cap="market_cap", groups=["industry"], styles=STYLES)
        print(f"{result.summary['period_count']} periods, {result.summary['task_count']} tasks")
        jobs = [
            {"config": configuration(path), "out": folder / "models" / path.stem}
            for path in sorted(folder.glob("universe-*.parquet"))]
        (folder / "models").mkdir(exist_ok=True)
        estimations = distributed.estimate_many(jobs, client=client)
    for one in estimations:
        print(f"{Path(one.out).name}: {one.outcome}{f', {one.error}' if one.error else ''}")
    return any(one.outcome == "failed" for one in estimations)


if __name__ == "__main__":
    sys.exit(main())
