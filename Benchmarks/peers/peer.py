"""What a peer is: three steps, of which one is timed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from block_structure import Estimates
from panel import Block, Panel

Prepared = TypeVar("Prepared")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Schedule:
    """How a peer is driven: workers over dates, BLAS threads in each, dates given at once."""

    workers: int
    blas_threads: int
    dates_at_once: int

    @staticmethod
    def grid(threads: int, dates_at_once: tuple[int, ...]) -> list[Schedule]:
        """Each number of dates at once, with the threads in BLAS, as workers over dates, or unused.

        Small products can lose by threads, most of all where other programs run; no peer has to.
        """
        shapes = dict.fromkeys([(1, threads), (threads, 1), (1, 1)])
        return [Schedule(*shape, dates) for shape in shapes for dates in dates_at_once]

    def as_json(self) -> dict[str, int]:
        """For the results' file."""
        return asdict(self)

    def __str__(self) -> str:
        dates = "1 date" if self.dates_at_once == 1 else f"{self.dates_at_once} dates"
        if self.workers > 1:
            return f"{self.workers} workers × {dates} at once"
        return f"{dates} at once, {self.blas_threads} BLAS thread{'s' * (self.blas_threads != 1)}"


class Peer(ABC, Generic[Prepared, Result]):
    """A way of doing the regressions. Only `run` is inside the clock."""

    name: str
    title: str
    outputs: str = "factor returns, idio returns"
    note: str = ""
    dense: bool = True

    @abstractmethod
    def schedules(self, threads: int) -> list[Schedule]:
        """The ways of driving it that are tried; the fastest is timed."""

    @abstractmethod
    def prepare(self, block: Block) -> Prepared:
        """Brings a block into the form that the peer takes. Outside the clock."""

    @abstractmethod
    def run(self, prepared: Prepared) -> Result:
        """Computes at least the factor and idio returns of the block. This is what is timed."""

    @abstractmethod
    def collect(self, prepared: Prepared, result: Result) -> Estimates:
        """Brings what the peer returned into our form. Outside the clock."""

    def prepared_bytes(self, panel: Panel) -> int:
        """Memory that a prepared date takes, to bound how many are held at once."""
        factors = len(panel.factor_names)
        return 8 * factors * panel.row_count // panel.dates.size if self.dense else 0

    def as_json(self) -> dict[str, Any]:
        """For the results' file."""
        return {"name": self.name, "title": self.title, "outputs": self.outputs, "note": self.note}
