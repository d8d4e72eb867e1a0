"""The spans of a panel on a cluster, as those who work with them see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from ..errors import RiskEngineError
from ._part import Task
from ._plan import Span


class Spans(Protocol):
    """The rows of the spans of a panel, where the workers have them."""

    def map(self, task: Task, spans: Sequence[Span], arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """What a task makes of each of some spans with arguments of its own, in their order; errors are values."""

    def close(self) -> None:
        """Lets the rows go."""


def good(outcomes: Sequence[Any]) -> list[Any]:
    """What tasks came to, where none has an error.

    Raises:
        RiskEngineError: that of the earliest.
    """
    for outcome in outcomes:
        if isinstance(outcome, RiskEngineError):
            raise outcome
    return list(outcomes)
