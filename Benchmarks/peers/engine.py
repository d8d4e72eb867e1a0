"""The engine's own times, read from the JSON file that its benchmark writes (schema: README.md)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from panel import Panel
from timing import Seconds

REGRESSION = "regression"
FILES = "regress-files"
SCHEMA = 1


class EngineResultError(Exception):
    """The file is not what the README's schema says."""


@dataclass(frozen=True)
class EngineCase:
    """Stages of one panel: seconds of the whole stage and the threads it ran on."""

    name: str
    assets: int
    periods: int
    factors: int
    regressed_dates: int
    stages: dict[str, tuple[int, Seconds]]

    def regression_seconds(self, dates: int) -> Seconds | None:
        """What the regression of `dates` dates takes, in proportion."""
        return self._scaled(REGRESSION, dates / self.regressed_dates)

    def files_seconds(self) -> Seconds | None:
        """What the command takes from Parquet to Parquet."""
        return self._scaled(FILES, 1.0)

    def _scaled(self, stage: str, scale: float) -> Seconds | None:
        if stage not in self.stages:
            return None
        seconds = self.stages[stage][1]
        return Seconds(seconds.least * scale, seconds.middle * scale, seconds.greatest * scale)


def read_engine_result(path: Path) -> list[EngineCase]:
    """Reads every case of the file."""
    try:
        document = json.loads(path.read_text())
        if document.get("schema", SCHEMA) != SCHEMA:
            raise EngineResultError(f"{path.name} has schema {document['schema']}, expected {SCHEMA}")
        return [_case(entry) for entry in document["cases"]]
    except (KeyError, TypeError, ValueError) as error:
        raise EngineResultError(f"{path.name} does not follow the schema of README.md: {error!r}") from error


def _case(entry: dict[str, Any]) -> EngineCase:
    stages = {
        stage["name"]: (
            int(stage["threads"]),
            Seconds(*(float(stage["seconds"][key]) for key in ("min", "median", "max"))),
        )
        for stage in sorted(entry["stages"], key=lambda stage: int(stage["threads"]))  # the most threads last
    }
    periods = int(entry["periods"])
    regressed = int(entry.get("regressed_dates", periods - 1))
    return EngineCase(entry["name"], int(entry["assets"]), periods, int(entry["factors"]), regressed, stages)


def matching_case(cases: list[EngineCase], panel: Panel, threads: int) -> EngineCase | None:
    """The engine's case of the panel's size, its stages only those on as many threads."""
    for case in cases:
        if (case.assets, case.periods, case.factors) == (
            panel.asset_count, panel.periods, len(panel.factor_names),
        ):  # fmt: skip
            stages = {name: stage for name, stage in case.stages.items() if stage[0] == threads}
            return EngineCase(case.name, case.assets, case.periods, case.factors, case.regressed_dates, stages)
    return None
