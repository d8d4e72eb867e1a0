"""Times a whole risk model, from raw daily data, by the engine and by skfolio's `CharacteristicsFactorModel.fit`.

Both make the market, 15 industries that sum to zero and six styles (beta, momentum, size, volatility, value, non-linear
size), the regressions of every day, the idio variances of every day and a factor covariance with serial correlation and
a regime adjustment. The engine is run as its command: it reads the vendor's file, checks it, and writes every table of
the model; skfolio is given its panel in memory and keeps its results there. What only the engine does is switched off
where it can be (eigenfactor simulations); `--full` leaves it on.

Run and run about, each in a fresh process. Times are of the clock and of the processors: where other programs run, the
second is what to compare. Memory is the most that the process held less what it held when the input was there: for
skfolio its libraries and the panel in memory, for the engine nothing, as it streams its file.
"""

from __future__ import annotations

import environment

environment.clear_overrides()  # before anything imports NumPy

import argparse  # noqa: E402
import json  # noqa: E402
import resource  # noqa: E402
import statistics  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

INDUSTRIES = 15


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--riskengine", type=Path, required=True, metavar="PROGRAM")
    parser.add_argument("--size", default="2000x756", metavar="ASSETSxDATES", help="500x504 for slow machines")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--full", action="store_true", help="the engine with all that it does by default")
    parser.add_argument("--work", type=Path, metavar="DIR")
    parser.add_argument("--out", type=Path, metavar="JSON")
    parser.add_argument("--peer", type=Path, help=argparse.SUPPRESS)  # the child process that runs skfolio
    return parser.parse_args()


class MemoryWatch(threading.Thread):
    """Notes the most memory that this process holds while it runs, beyond what it held before."""

    PAUSE = 0.005

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.before = self.most = self.resident()
        self.done = threading.Event()

    @staticmethod
    def resident() -> int:
        """Bytes that this process holds now."""
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

    def run(self) -> None:
        """Looks until it is told to stop."""
        while not self.done.wait(self.PAUSE):
            self.most = max(self.most, self.resident())

    def stop(self) -> int:
        """The most beyond the start, in bytes."""
        self.done.set()
        self.join()
        return max(self.most, self.resident()) - self.before


def processor_seconds(who: int) -> float:
    """What the processors worked for this process, or for its children that ended."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def run_peer(panel: Path) -> None:
    """Loads the panel, fits, and prints seconds and memory beyond the input."""
    import warnings

    from skfolio.containers import AssetPanel

    import skfolio_model

    warnings.simplefilter("ignore")
    characteristics = AssetPanel.load(panel)
    for name in characteristics.keys():
        characteristics[name].sum()  # pages that are read only now would count as the model's
    model = skfolio_model.factor_model(
        skfolio_model.daily_styles(), "industry", {"nonlinear_size": ["size"]},
        half_life=84, correlation_half_life=504, lags=5, regime_half_life=42, minimum=63, idio_minimum=20,
    )  # fmt: skip
    watch = MemoryWatch()
    watch.start()
    start, worked = time.perf_counter(), processor_seconds(resource.RUSAGE_SELF)
    model.fit(characteristics=characteristics)
    seconds, worked = time.perf_counter() - start, processor_seconds(resource.RUSAGE_SELF) - worked
    found = {"seconds": seconds, "processor_seconds": worked, "bytes": watch.stop()}
    print(json.dumps(found | {"factors": len(model.factor_model_.factor_names)}))


def run_engine(program: Path, configuration: dict[str, Any], work: Path) -> dict[str, Any]:
    """The command as a user runs it; its own account of the memory."""
    import engine_model

    start, worked = time.perf_counter(), processor_seconds(resource.RUSAGE_CHILDREN)
    _, summary = engine_model.estimate(program, configuration, work, "speed")
    return {
        "seconds": time.perf_counter() - start,
        "processor_seconds": processor_seconds(resource.RUSAGE_CHILDREN) - worked,
        "bytes": summary["peak_bytes"],
        "summary": summary,
    }


def main() -> None:
    """Makes the market, times both by turns, prints a table."""
    options = parse_arguments()
    if options.peer:
        run_peer(options.peer)
        return
    from skfolio.datasets import make_synthetic_characteristics

    import risk_markets

    assets, dates = (int(part) for part in options.size.split("x"))
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        panel = make_synthetic_characteristics(
            n_assets=assets, n_observations=dates, n_industries=INDUSTRIES, random_state=1
        )
        for name in set(panel.keys()) - {*risk_markets.FIELDS.values(), "industry"}:
            del panel[name]
        stored, raw = work / "panel", work / "raw.parquet"
        panel.save(stored, overwrite=True)
        risk_markets.rows(panel).to_parquet(raw, index=False)
        del panel
        configuration = risk_markets.daily_configuration(raw.resolve())
        if not options.full:
            # skfolio makes one factor covariance, of the last day; the engine one a month.
            configuration["factor_covariance"] = {"eigenfactor": "off", "every": 21}
        ours, theirs = [], []
        for run in range(options.runs + 1):
            done = subprocess.run(
                [sys.executable, __file__, "--riskengine", options.riskengine, "--peer", stored],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            peer = json.loads(done.stdout)
            engine = run_engine(options.riskengine.resolve(), configuration, work)
            if run > 0:  # the first fills the caches
                ours.append(engine)
                theirs.append(peer)
            print(f"run {run}: skfolio {peer['seconds']:.2f} s, engine {engine['seconds']:.2f} s", file=sys.stderr)
    report(options, ours, theirs)


def report(options: argparse.Namespace, ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> None:
    """Prints the table and writes the figures."""
    rows = {}
    named = {"skfolio CharacteristicsFactorModel.fit": theirs, "riskengine estimate, files included": ours}
    for name, runs in named.items():
        seconds = [run["seconds"] for run in runs]
        rows[name] = {
            "median": statistics.median(seconds), "least": min(seconds), "greatest": max(seconds),
            "processor_seconds": statistics.median(run["processor_seconds"] for run in runs),
            "bytes": statistics.median(run["bytes"] for run in runs),
        }  # fmt: skip
    peer, engine = rows.values()
    print(f"{options.size} (assets x days), {theirs[0]['factors']} factors, medians of {options.runs} runs by turns\n")
    print("| model | seconds (least to greatest) | ratio | processor seconds | ratio | MB beyond the input | ratio |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, row in rows.items():
        print(
            f"| {name} | {row['median']:.2f} ({row['least']:.2f} to {row['greatest']:.2f}) "
            f"| {row['median'] / engine['median']:.1f} | {row['processor_seconds']:.2f} "
            f"| {row['processor_seconds'] / engine['processor_seconds']:.1f} "
            f"| {row['bytes'] / 1e6:.0f} | {row['bytes'] / engine['bytes']:.1f} |"
        )
    stages = ours[-1]["summary"]["seconds"]
    print("\nthe engine's stages: " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in stages.items()))
    if options.out:
        document = {
            "size": options.size, "machine": environment.machine(), "versions": environment.versions(),
            "models": rows, "engine_summary": ours[-1]["summary"],
        }  # fmt: skip
        options.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
