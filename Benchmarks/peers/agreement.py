"""Do the ways give the same answers? Nothing is compared in speed before they do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from block_structure import Estimates
from panel import Block, Panel, evenly_spaced
from peer import Peer

TOLERANCE = 1e-10
"""Largest difference allowed in factor returns, idio returns (decimals a date) and what is derived from them."""

SAMPLE_DATES = 12
"""Dates on which the peers are compared, evenly spread."""

DATES_AT_ONCE = 2
"""Dates given to a peer at once, so that stacking is exercised too."""


class Disagreement(Exception):
    """Some way does not give the reference's answers."""


@dataclass(frozen=True)
class Agreement:
    """Largest absolute difference from the reference, by what was compared."""

    dates: int
    differences: dict[str, float]

    @property
    def holds(self) -> bool:
        """Whether every difference is a number within TOLERANCE."""
        return all(difference <= TOLERANCE for difference in self.differences.values())

    def as_json(self) -> dict[str, Any]:
        """For the results' file."""
        return {"dates": self.dates, **self.differences}


def sample_blocks(panel: Panel) -> list[Block]:
    """The blocks on which ways are compared."""
    spans = panel.spans(DATES_AT_ONCE)
    return [panel.block(*span) for span in evenly_spaced(spans, SAMPLE_DATES)]


def answers(peer: Peer, block: Block) -> Estimates:
    """A peer's answers by the very steps that are timed."""
    prepared = peer.prepare(block)
    return peer.collect(prepared, peer.run(prepared))


def compare(peer: Peer, reference: Peer, blocks: list[Block]) -> Agreement:
    """The largest differences of a peer from the reference over the blocks."""
    differences: dict[str, float] = {}
    for block in blocks:
        for name, difference in _differences(answers(peer, block), answers(reference, block)).items():
            differences[name] = float(np.maximum(differences.get(name, 0.0), difference))
    return Agreement(sum(block.dates for block in blocks), differences)


def _differences(ours: Estimates, theirs: Estimates) -> dict[str, float]:
    """Largest absolute differences; a shape that differs or a missing number counts as NaN."""
    pairs = {
        "factor_returns": (ours.factor_returns, theirs.factor_returns),
        "idio_returns": (ours.idio_returns, theirs.idio_returns),
    }
    if ours.statistics is not None and theirs.statistics is not None:
        for name in ("r2", "r2_centered", "idio_std", "standard_errors"):
            pairs[name] = getattr(ours.statistics, name), getattr(theirs.statistics, name)
    return {name: _largest(*pair) for name, pair in pairs.items()}


def _largest(left: np.ndarray, right: np.ndarray) -> float:
    """Largest absolute difference of two arrays."""
    return float(np.abs(left - right).max()) if left.shape == right.shape else float("nan")


def compare_engine(folder: Path, panel: Panel, reference: Peer, blocks: list[Block]) -> Agreement:
    """The engine's tables, as `riskengine regress --out` wrote them, against the reference.

    Factor returns have a row a date with columns date, market, labels, styles; idio returns the columns
    date, asset, idio_return and in_regression.
    """
    factors = pq.read_table(_table(folder, "factor_returns"))
    day_of = {day: row for row, day in enumerate(factors["date"].to_pylist())}
    idio_path = _table(folder, "idio_returns")
    differences = {"factor_returns": 0.0, "idio_returns": 0.0}
    for block in blocks:
        expected = answers(reference, block)
        names = ["market", *(panel.label_names[j] for j in block.labels), *panel.style_names]
        for t in range(block.dates):
            day = panel.dates[block.first + t].item()
            if day not in day_of:
                raise Disagreement(f"the engine has no factor returns on {day}")
            row = factors.slice(day_of[day], 1)
            found = np.array([_number(row, name) for name in names])
            idio = _engine_idio(idio_path, day)
            ours = np.array([idio.get(panel.asset_names[i], np.nan) for i in block.assets[t]])
            pairs = {"factor_returns": (found, expected.factor_returns[t])}
            pairs["idio_returns"] = ours, expected.idio_returns[t]
            for name, (left, right) in pairs.items():
                differences[name] = float(np.maximum(differences[name], _largest(left, right)))
    return Agreement(sum(block.dates for block in blocks), differences)


def _table(folder: Path, name: str) -> Path:
    """A table of the engine: a file, or a folder of segments."""
    for path in (folder / f"{name}.parquet", folder / name):
        if path.exists():
            return path
    raise Disagreement(f"{folder} has no table {name}")


def _number(row: Any, name: str) -> float:
    """A cell, null as NaN; a label whose name was taken is written `<group>:<label>`."""
    candidates = [column for column in row.column_names if column == name or column.endswith(f":{name}")]
    value = row[candidates[-1]][0].as_py() if candidates else None
    return float("nan") if value is None else float(value)


def _engine_idio(path: Path, day: Any) -> dict[str, float]:
    """Idio returns of the assets regressed on a day."""
    table = pq.read_table(path, filters=[("date", "==", day), ("in_regression", "==", True)])
    assets = (str(asset) for asset in table["asset"].to_pylist())
    return dict(zip(assets, table["idio_return"].to_pylist(), strict=True))
