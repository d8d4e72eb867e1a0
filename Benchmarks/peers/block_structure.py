"""The regressions in NumPy with the structure of one group of labels: no dense dummy columns.

With D_j the weights' sum of label j, returns and styles are centred within labels, the styles' factor
returns come from a K × K system, and the labels' from their weighted means (Frisch and Waugh, 1933; the
zero-sum constraint as in Menchero, Orr and Wang, *USE4*, 2011, eq. 3.3).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

import numpy as np

from panel import Block

Form = Literal["centred", "assembled"]


@dataclass(frozen=True)
class Statistics:
    """What the engine reports of a date beside its returns: arrays over the block's dates."""

    r2: np.ndarray
    r2_centered: np.ndarray
    idio_std: np.ndarray
    condition: np.ndarray
    standard_errors: np.ndarray


@dataclass(frozen=True)
class Estimates:
    """Factor returns b × (1 + J + K): market, labels present, styles; idio returns b × n."""

    factor_returns: np.ndarray
    idio_returns: np.ndarray
    statistics: Statistics | None = None


@dataclass(frozen=True)
class _Sums:
    """Weighted sums of a block: by label, and the products left after centring within labels."""

    weight: np.ndarray  # b × J
    means: np.ndarray  # b × J × (K + 1), returns first
    products: np.ndarray  # b × (K + 1) × (K + 1)


class _Scratch(threading.local):
    """One working array for each worker and shape, so that no pass pays for fresh pages."""

    def __init__(self) -> None:
        self.arrays: dict[tuple[str, tuple[int, ...]], np.ndarray] = {}

    def array(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        """The array of this name and shape; its content is arbitrary."""
        if (name, shape) not in self.arrays:
            self.arrays[name, shape] = np.empty(shape)
        return self.arrays[name, shape]


_scratch = _Scratch()


def estimate(block: Block, form: Form, with_statistics: bool) -> Estimates:
    """Factor and idio returns of a block and, if wanted, r2, standard errors and condition."""
    sums = _centred(block) if form == "centred" else _assembled(block)
    system, moments = sums.products[:, 1:, 1:], sums.products[:, 1:, 0]
    scale = np.sqrt(np.einsum("bkk->bk", system))
    scaled = system / (scale[:, :, None] * scale[:, None, :])
    styles = np.linalg.solve(scaled, (moments / scale)[:, :, None])[:, :, 0] / scale
    mean_styles = sums.means[:, :, 1:]
    labels = sums.means[:, :, 0] - (mean_styles @ styles[:, :, None])[:, :, 0]
    shares = block.shares()
    market = np.einsum("bj,bj->b", shares, labels)
    factor_returns = np.concatenate([market[:, None], labels - market[:, None], styles], axis=1)
    idio = _idio_returns(block, labels, styles)
    if not with_statistics:
        return Estimates(factor_returns, idio)
    return Estimates(factor_returns, idio, _statistics(block, sums, shares, scaled, scale, idio))


def _label_sums(block: Block, values: np.ndarray) -> np.ndarray:
    """Sums within labels of b × R × n values, as b × R × J."""
    b, r, n = values.shape
    flat = (np.arange(b * r)[:, None] * n).reshape(b, r, 1) + block.starts[:, None, :]
    return np.add.reduceat(values.reshape(-1), flat.reshape(-1)).reshape(b, r, -1)


def _assembled(block: Block) -> _Sums:
    """Products of the rows as they are, less those of the labels' means: one pass, a Schur complement."""
    weighted = _scratch.array("weighted", block.rows.shape)
    np.multiply(block.rows, block.weights[:, None, :], out=weighted)
    weight = _label_sums(block, block.weights[:, None, :])[:, 0]
    sums = _label_sums(block, weighted)
    means = sums / weight[:, None, :]
    products = weighted @ block.rows.transpose(0, 2, 1) - sums @ means.transpose(0, 2, 1)
    return _Sums(weight, means.transpose(0, 2, 1), products)


def _centred(block: Block) -> _Sums:
    """Rows centred within labels before their products are taken: two passes, no cancellation."""
    weighted = _scratch.array("weighted", block.rows.shape)
    centred = _scratch.array("centred", block.rows.shape)
    np.multiply(block.rows, block.weights[:, None, :], out=weighted)
    weight = _label_sums(block, block.weights[:, None, :])[:, 0]
    means = _label_sums(block, weighted) / weight[:, None, :]
    for t in range(block.dates):
        np.subtract(block.rows[t], np.repeat(means[t], block.sizes[t], axis=1), out=centred[t])
    np.multiply(centred, block.weights[:, None, :], out=weighted)
    return _Sums(weight, means.transpose(0, 2, 1), weighted @ centred.transpose(0, 2, 1))


def _idio_returns(block: Block, labels: np.ndarray, styles: np.ndarray) -> np.ndarray:
    """Returns less those of labels and styles, b × n."""
    combination = np.concatenate([np.ones((block.dates, 1)), -styles], axis=1)
    idio = (combination[:, None, :] @ block.rows)[:, 0]
    idio -= np.repeat(labels.ravel(), block.sizes.ravel()).reshape(idio.shape)
    return idio


def _statistics(
    block: Block, sums: _Sums, shares: np.ndarray, scaled: np.ndarray, scale: np.ndarray, idio: np.ndarray
) -> Statistics:
    """Fit, conditioning and standard errors of a block."""
    inverse = np.linalg.inv(scaled)
    condition = np.abs(scaled).sum(axis=1).max(axis=1) * np.abs(inverse).sum(axis=1).max(axis=1)
    variances = _variances(sums, shares, inverse / (scale[:, :, None] * scale[:, None, :]))
    weighted = np.multiply(idio, block.weights, out=_scratch.array("idio", idio.shape))
    unexplained = np.einsum("bn,bn->b", weighted, idio)
    total_weight = sums.weight.sum(axis=1)
    mean_return = np.einsum("bj,bj->b", sums.weight, sums.means[:, :, 0])
    within = sums.products[:, 0, 0]
    squares = within + np.einsum("bj,bj->b", sums.weight, sums.means[:, :, 0] ** 2)
    freedom = block.weights.shape[1] - variances.shape[1] + 1
    return Statistics(
        r2=1 - unexplained / squares,
        r2_centered=1 - unexplained / (squares - mean_return**2 / total_weight),
        idio_std=np.sqrt(unexplained / total_weight),
        condition=condition,
        standard_errors=np.sqrt(variances * (unexplained / freedom)[:, None]),
    )


def _variances(sums: _Sums, shares: np.ndarray, styles: np.ndarray) -> np.ndarray:
    """The diagonal of the factor returns' covariance for unit idio variance over weight, b × (1 + J + K)."""
    mean_styles = sums.means[:, :, 1:]
    reach = mean_styles @ styles
    market_styles = np.einsum("bj,bjk->bk", shares, mean_styles)
    label = 1 / sums.weight + np.einsum("bjk,bjk->bj", reach, mean_styles)
    with_market = shares / sums.weight + (reach @ market_styles[:, :, None])[:, :, 0]
    market = np.einsum("bj,bj->b", shares, with_market)[:, None]
    return np.concatenate([market, label + market - 2 * with_market, np.einsum("bkk->bk", styles)], axis=1)
