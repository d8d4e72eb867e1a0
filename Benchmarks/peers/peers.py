"""Runs the competing ways of doing a panel's cross-sectional regressions, compares, and saves ratios.

First every way is compared with the reference on a sample of dates; unless all agree nothing is timed and
the exit code is 1. Then each is timed by its fastest schedule. Exit code 66: the panel cannot be used.
"""

from __future__ import annotations

import environment

CLEARED = environment.clear_overrides()  # before anything imports NumPy

import argparse  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

if TYPE_CHECKING:
    from engine import EngineCase
    from panel import Columns, Panel
    from peer import Peer

DATES_SHOWN = 2520
"""Times are shown for so many dates: ten years of days."""


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panel", type=Path, required=True, metavar="FILE", help="Parquet, in date order")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--engine-result", type=Path, metavar="JSON", help="the engine's times (README.md)")
    parser.add_argument(
        "--engine-output", type=Path, metavar="DIR",
        help="what `riskengine regress --panel FILE --out DIR` wrote: has to agree too",
    )  # fmt: skip
    parser.add_argument(
        "--sizes", nargs="+", metavar="ASSETSxPERIODS", default=[],
        help="cut these panels from FILE (first assets, first dates) instead of taking it whole",
    )  # fmt: skip
    parser.add_argument("--peers", nargs="+", metavar="NAME", help="only these ways")
    parser.add_argument("--runs", type=int, default=5, help="runs of each way (default 5)")
    parser.add_argument(
        "--max-seconds", type=float, default=60,
        help="for all runs of one way (default 60); a slower way runs on fewer dates, in proportion",
    )  # fmt: skip
    parser.add_argument("--threads", type=int, default=environment.core_count(), help="as the engine's")
    parser.add_argument("--lag", type=int, default=1)
    parser.add_argument("--date", default="date")
    parser.add_argument("--asset", default="asset")
    parser.add_argument("--return", dest="ret", default="ret")
    parser.add_argument("--cap", default="market_cap")
    parser.add_argument("--group", default="industry")
    parser.add_argument("--styles", default="", help="comma-separated; default: every other column of numbers")
    parser.add_argument("--universe", help="a column that is true for the assets regressed")
    options = parser.parse_args()
    if options.runs < 1 or options.threads < 1 or options.lag < 0:
        parser.error("--runs and --threads must be at least 1, --lag at least 0")
    try:
        options.sizes = [tuple(int(part) for part in size.split("x")) for size in options.sizes]
        assert all(len(size) == 2 for size in options.sizes)
    except (ValueError, AssertionError):
        parser.error("--sizes takes ASSETSxPERIODS, such as 300x252")
    return options


def all_peers() -> list[Peer]:
    """Every way; the first is the reference of the comparison."""
    from peers_libraries import PolarsOls, Skfolio, Statsmodels, Toraniko
    from peers_numpy import BlockStructure, DenseBatched, DensePerDate

    return [
        BlockStructure("centred", with_statistics=True),
        BlockStructure("assembled", with_statistics=True),
        BlockStructure("centred", with_statistics=False),
        BlockStructure("assembled", with_statistics=False),
        DensePerDate(),
        DenseBatched(),
        Skfolio(),
        PolarsOls(),
        Statsmodels(),
        Toraniko(),
    ]


def columns_of(options: argparse.Namespace) -> Columns:
    """The columns named on the command line."""
    from panel import Columns

    styles = tuple(name for name in options.styles.split(",") if name)
    return Columns(options.date, options.asset, options.ret, options.cap, options.group, styles, options.universe)


def say(text: str) -> None:
    """Progress, on standard error."""
    print(text, file=sys.stderr, flush=True)


def agreed(panel: Panel, peers: list[Peer], engine_output: Path | None) -> dict[str, dict[str, Any]]:
    """Compares every way (and the engine's tables, if given) with the reference; raises if one differs."""
    from agreement import Disagreement, compare, compare_engine, sample_blocks

    blocks, reference = sample_blocks(panel), all_peers()[0]
    found = {peer.name: compare(peer, reference, blocks) for peer in peers}
    if engine_output is not None:
        found["engine"] = compare_engine(engine_output, panel, reference, blocks)
    for name, agreement in found.items():
        largest = ", ".join(f"{what} {value:.1e}" for what, value in agreement.differences.items())
        say(f"  {'agrees' if agreement.holds else 'DIFFERS'}: {name}: {largest}")
    wrong = [name for name, agreement in found.items() if not agreement.holds]
    if wrong:
        raise Disagreement(f"no ratios: {', '.join(wrong)} not within tolerance of {reference.name}")
    return {name: agreement.as_json() for name, agreement in found.items()}


def run_case(
    panel: Panel, peers: list[Peer], options: argparse.Namespace, engine: EngineCase | None, whole: bool
) -> dict[str, Any]:
    """Compares and times the ways on one panel."""
    from agreement import TOLERANCE
    from reading import read_file, read_memory
    from timing import time_peer

    name = f"{panel.asset_count} × {panel.periods}"
    say(f"{name}: {panel.dates.size} dates regressed, {len(panel.factor_names)} factors")
    agreements = agreed(panel, peers, options.engine_output if whole else None)
    entries = []
    for peer in peers:
        timing = time_peer(peer, panel, options.threads, options.runs, options.max_seconds)
        shown = timing.seconds(DATES_SHOWN)
        say(f"  {peer.name}: {shown.middle:.3g} s a {DATES_SHOWN} dates ({timing.schedule})")
        loop = timing.loop.seconds(DATES_SHOWN) if timing.loop else shown
        loop_schedule = timing.loop.schedule if timing.loop else timing.schedule
        ours = engine.regression_seconds(DATES_SHOWN) if engine else None
        entries.append(
            peer.as_json()
            | {
                "dates": timing.dates,
                "of_dates": timing.of_dates,
                "schedule": timing.schedule.as_json(),
                "schedule_text": str(timing.schedule),
                "trials": [
                    schedule.as_json() | {"seconds": per_date * DATES_SHOWN}
                    for schedule, per_date in timing.trials.items()
                ],
                "run_seconds": timing.runs,
                "run_processor_seconds": timing.processor_seconds,
                "seconds": shown.as_json(),
                "agreement": agreements[peer.name],
                "ratio_to_engine": shown.middle / ours.middle if ours else None,
                "loop_schedule": loop_schedule.as_json(),
                "loop_seconds": loop.as_json(),
                "loop_ratio_to_engine": loop.middle / ours.middle if ours else None,
            }
        )
    return {
        "name": engine.name if engine else name,
        "assets": panel.asset_count,
        "periods": panel.periods,
        "regressed_dates": int(panel.dates.size),
        "regressed_rows": panel.row_count,
        "factors": len(panel.factor_names),
        "panel_bytes": panel.byte_count,
        "tolerance": TOLERANCE,
        "reference": all_peers()[0].name,
        "peers": entries,
        "read_memory": read_memory(panel, options.threads, options.runs),
        "read_file": read_file(options.panel, options.threads, options.runs) if whole else None,
        "engine": engine_entry(engine, agreements.get("engine")) if engine else None,
    }


def engine_entry(engine: EngineCase, agreement: dict[str, Any] | None) -> dict[str, Any]:
    """The engine's side of a case."""
    regression, files = engine.regression_seconds(DATES_SHOWN), engine.files_seconds()
    return {
        "regression_seconds": regression.as_json() if regression else None,
        "whole_regression_seconds": {
            key: value * engine.regressed_dates / DATES_SHOWN for key, value in regression.as_json().items()
        }
        if regression
        else None,
        "files_seconds": files.as_json() if files else None,
        "agreement": agreement,
    }


def main() -> int:
    """Loads the panel once, runs every case, writes the results."""
    options = parse_arguments()
    environment.use_threads(options.threads)
    from agreement import Disagreement
    from engine import EngineResultError, matching_case, read_engine_result
    from panel import PanelError, cut_panel, load_panel
    from report import write_report

    peers = all_peers()
    known = [peer.name for peer in peers]
    if options.peers:
        unknown = set(options.peers) - set(known)
        if unknown:
            say(f"unknown ways {', '.join(sorted(unknown))}; there are {', '.join(known)}")
            return 64
        peers = [peer for peer in peers if peer.name in options.peers]
    try:
        engine_cases = read_engine_result(options.engine_result) if options.engine_result else []
        machine = environment.machine()
        panel = load_panel(options.panel, columns_of(options), options.lag)
        panels = (cut_panel(panel, *size) for size in options.sizes) if options.sizes else iter([panel])
        cases = []
        for case in panels:
            engine = matching_case(engine_cases, case, options.threads)
            if engine_cases and engine is None:
                say(f"{options.engine_result.name} has no case of this size and {options.threads} threads")
            cases.append(run_case(case, peers, options, engine, whole=case is panel))
    except (PanelError, EngineResultError, FileNotFoundError) as error:
        say(str(error))
        return 66
    except Disagreement as error:
        say(str(error))
        return 1
    document = {
        "schema": 1,
        "dates_shown": DATES_SHOWN,
        "threads": options.threads,
        "runs": options.runs,
        "max_seconds": options.max_seconds,
        "machine": machine,
        "versions": environment.versions(),
        "blas": environment.blas_libraries(),
        "cleared_settings": CLEARED,
        "cases": cases,
    }
    write_report(document, options.out)
    print((options.out / "peers.md").read_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
