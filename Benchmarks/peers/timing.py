"""How the peers are timed: the fastest schedule is found first, then several runs over the same dates."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from threadpoolctl import threadpool_limits

from panel import Panel, evenly_spaced
from peer import Peer, Schedule

PREPARED_BYTES = 256 << 20
"""Prepared dates held at once, in bytes: far beyond any cache, far below the memory of a whole design."""

TRIAL_SECONDS = 0.25
"""How long one run of a trial is."""

TRIAL_ROUNDS = 3
"""How often the schedules that come close to the best are tried again."""


@dataclass(frozen=True)
class Seconds:
    """Least, middle and greatest of several runs."""

    least: float
    middle: float
    greatest: float

    @staticmethod
    def of(runs: list[float], scale: float = 1.0) -> Seconds:
        """The summary of the runs, each multiplied by `scale`."""
        return Seconds(min(runs) * scale, median(runs) * scale, max(runs) * scale)

    def as_json(self) -> dict[str, float]:
        """In the form that the engine's results have too."""
        return {"min": self.least, "median": self.middle, "max": self.greatest}


@dataclass(frozen=True)
class Timing:
    """A peer's runs over some of the panel's dates; `trials` holds the seconds a date of every schedule.

    `loop` has the runs of its fastest schedule without workers, as a plain loop over dates drives it, where `schedule`
    has workers.
    """

    schedule: Schedule
    trials: dict[Schedule, float]
    dates: int
    of_dates: int
    runs: list[float]
    processor_seconds: list[float]
    loop: Timing | None = None

    def seconds(self, dates: int) -> Seconds:
        """What `dates` dates take, in proportion to the dates that were timed."""
        return Seconds.of(self.runs, dates / self.dates)


def repeat(work: Callable[[], Any], runs: int) -> list[float]:
    """Seconds of several runs after one that is not counted."""
    work()
    seconds = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return seconds


def time_peer(peer: Peer, panel: Panel, threads: int, runs: int, max_seconds: float) -> Timing:
    """Times a peer on as many dates, evenly spread over the history, as `max_seconds` allow for all runs."""
    trials = try_schedules(peer, panel, threads)
    schedule = min(trials, key=lambda tried: trials[tried])
    timing = _time_schedule(peer, panel, schedule, trials, runs, max_seconds)
    loops = [tried for tried in trials if tried.workers == 1]
    if schedule.workers == 1 or not loops:
        return timing
    loop = min(loops, key=lambda tried: trials[tried])
    return replace(timing, loop=_time_schedule(peer, panel, loop, trials, runs, max_seconds))


def _time_schedule(
    peer: Peer, panel: Panel, schedule: Schedule, trials: dict[Schedule, float], runs: int, max_seconds: float
) -> Timing:
    """Runs one schedule."""
    spans = panel.spans(schedule.dates_at_once)
    chosen = list(evenly_spaced(spans, int(max_seconds / (trials[schedule] * runs))))
    wall, processor = sweep(peer, panel, schedule, chosen, runs)
    return Timing(schedule, trials, sum(count for _, count in chosen), panel.dates.size, wall, processor)


def try_schedules(peer: Peer, panel: Panel, threads: int) -> dict[Schedule, float]:
    """Tries each way of driving the peer; returns their seconds a date.

    After a first look those within a factor of two of the best are tried again in turns, so that a moment's
    disturbance does not decide. A schedule counts by its best run.
    """
    schedules = peer.schedules(threads)
    looks = {schedule: _first_look(peer, panel, schedule) for schedule in schedules}
    rates = {schedule: rate for schedule, (rate, _) in looks.items()}
    close = [schedule for schedule in schedules if rates[schedule] <= 2 * min(rates.values())]
    for _ in range(TRIAL_ROUNDS if len(close) > 1 else 0):
        for schedule in close:
            spans = looks[schedule][1]
            seconds, _ = sweep(peer, panel, schedule, spans, 1)
            rates[schedule] = min(rates[schedule], seconds[0] / sum(count for _, count in spans))
    return rates


def _first_look(peer: Peer, panel: Panel, schedule: Schedule) -> tuple[float, list[tuple[int, int]]]:
    """Seconds a date, and the dates, at least one block for each worker, that take about TRIAL_SECONDS."""
    spans = panel.spans(schedule.dates_at_once)
    blocks = schedule.workers
    while True:
        chosen = list(evenly_spaced(spans, blocks * schedule.dates_at_once))
        seconds, _ = sweep(peer, panel, schedule, chosen, 2)
        if min(seconds) >= TRIAL_SECONDS / 2 or len(chosen) == len(spans):
            return min(seconds) / sum(count for _, count in chosen), chosen
        blocks *= max(2, min(16, int(TRIAL_SECONDS / min(seconds))))


def sweep(
    peer: Peer, panel: Panel, schedule: Schedule, spans: list[tuple[int, int]], runs: int
) -> tuple[list[float], list[float]]:
    """Seconds that each of `runs` runs over the spans' dates takes: by the wall clock, and of all threads.

    Wall seconds times cores far above the threads' seconds tell of other programs on the machine.

    The dates are taken in batches: a batch is prepared outside the clock, then every run goes over it, so
    that a dense design, many times the panel, is neither held whole nor made anew for every run. Results
    are released outside the clock.
    """
    wall, processor = [0.0] * runs, [0.0] * runs
    with threadpool_limits(schedule.blas_threads), ThreadPoolExecutor(schedule.workers) as pool:
        drive = pool.map if schedule.workers > 1 else map
        for batch in batches(peer, panel, schedule, spans):
            prepared = [peer.prepare(panel.block(*span)) for span in batch]
            for run in range(runs):
                begin, begin_processor = time.perf_counter(), time.process_time()
                results = list(drive(peer.run, prepared))
                wall[run] += time.perf_counter() - begin
                processor[run] += time.process_time() - begin_processor
                del results
    return wall, processor


def batches(
    peer: Peer, panel: Panel, schedule: Schedule, spans: list[tuple[int, int]]
) -> list[list[tuple[int, int]]]:
    """Spans grouped so that about PREPARED_BYTES are held, with at least one span for each worker."""
    held = schedule.dates_at_once * max(1, peer.prepared_bytes(panel))
    size = max(schedule.workers, PREPARED_BYTES // held)
    return [spans[i : i + size] for i in range(0, len(spans), size)]
