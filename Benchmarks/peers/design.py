"""The dense design of a block: what a general least-squares routine has to be given.

The zero-sum constraint is built in by eliminating, on each date, the label with the largest share of the
caps: f = R g, the design is B R with market, labels but one, and styles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from panel import Block


@dataclass(frozen=True)
class Design:
    """A block's dense design, b × n × (J + K), C order, with what it takes to get factor returns back."""

    block: Block
    matrix: np.ndarray
    kept: np.ndarray
    pivots: np.ndarray
    ratios: np.ndarray

    def factor_returns(self, coefficients: np.ndarray) -> np.ndarray:
        """Market, labels, styles (b × (1 + J + K)) from the coefficients g (b × (J + K)): f = R g."""
        b, kept = self.kept.shape
        labels = np.empty((b, kept + 1))
        labels[np.arange(b)[:, None], self.kept] = coefficients[:, 1 : kept + 1]
        labels[np.arange(b), self.pivots] = -np.einsum("bj,bj->b", self.ratios, coefficients[:, 1 : kept + 1])
        return np.concatenate([coefficients[:, :1], labels, coefficients[:, kept + 1 :]], axis=1)

    def restriction(self, date: int) -> np.ndarray:
        """R of one date, (1 + J + K) × (J + K)."""
        width = self.matrix.shape[2]
        single = Design(
            self.block, self.matrix, *(np.repeat(a[date : date + 1], width, axis=0) for a in
            (self.kept, self.pivots, self.ratios))
        )  # fmt: skip
        return single.factor_returns(np.eye(width)).T


def expand(block: Block) -> Design:
    """Writes out the dense design of a block. Outside every clock."""
    b, _, n = block.rows.shape
    labels = block.labels.size
    shares, positions = block.shares(), block.positions
    pivots = shares.argmax(axis=1)
    kept = np.array([np.delete(np.arange(labels), pivot) for pivot in pivots]).reshape(b, labels - 1)
    ratios = np.take_along_axis(shares, kept, axis=1) / shares[np.arange(b), pivots][:, None]
    matrix = np.zeros((b, n, labels + block.rows.shape[1] - 1))
    matrix[:, :, 0] = 1
    assets = np.arange(n)
    for t in range(b):
        column = np.zeros(labels, int)
        column[kept[t]] = np.arange(1, labels)
        is_pivot = positions[t] == pivots[t]
        matrix[t, assets[~is_pivot], column[positions[t][~is_pivot]]] = 1
        matrix[t, is_pivot, 1:labels] = -ratios[t]
    matrix[:, :, labels:] = block.styles.transpose(0, 2, 1)
    return Design(block, matrix, kept, pivots, ratios)
