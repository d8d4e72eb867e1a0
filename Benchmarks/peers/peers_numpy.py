"""Ways written with NumPy alone."""

from __future__ import annotations

import numpy as np

import block_structure
from block_structure import Estimates, Form
from design import Design, expand
from panel import Block
from peer import Peer, Schedule


class BlockStructure(Peer[Block, Estimates]):
    """Our own script: labels by segments, a K × K system. The clock holds everything but the loading."""

    dense = False

    def __init__(self, form: Form, with_statistics: bool) -> None:
        self.form = form
        self.with_statistics = with_statistics
        outputs = "all outputs" if with_statistics else "factor and idio returns alone"
        self.name = f"numpy_{form}_{'all' if with_statistics else 'returns'}"
        self.title = f"NumPy, block structure, {form}: {outputs}"
        self.outputs = "factor returns, idio returns" + (
            ", r2, standard errors, condition" if with_statistics else ""
        )

    def schedules(self, threads: int) -> list[Schedule]:
        return Schedule.grid(threads, (1, 4, 16, 64))

    def prepare(self, block: Block) -> Block:
        return block

    def run(self, prepared: Block) -> Estimates:
        return block_structure.estimate(prepared, self.form, self.with_statistics)

    def collect(self, prepared: Block, result: Estimates) -> Estimates:
        return result


class DensePerDate(Peer[Design, Estimates]):
    """Normal equations of each date's given dense design, date by date: `(√w B)ᵀ(√w B)`, no dense W."""

    name = "numpy_dense"
    title = "NumPy, dense design, date by date"

    def schedules(self, threads: int) -> list[Schedule]:
        return Schedule.grid(threads, (8,))

    def prepare(self, block: Block) -> Design:
        return expand(block)

    def run(self, prepared: Design) -> Estimates:
        block, matrix = prepared.block, prepared.matrix
        coefficients = np.empty((block.dates, matrix.shape[2]))
        idio = np.empty_like(block.weights)
        for t in range(block.dates):
            root = np.sqrt(block.weights[t])
            weighted = matrix[t] * root[:, None]
            moments = weighted.T @ (block.returns[t] * root)
            coefficients[t] = np.linalg.solve(weighted.T @ weighted, moments)
            idio[t] = block.returns[t] - matrix[t] @ coefficients[t]
        return Estimates(prepared.factor_returns(coefficients), idio)

    def collect(self, prepared: Design, result: Estimates) -> Estimates:
        return result


class DenseBatched(Peer[Design, Estimates]):
    """Normal equations of several dates' given dense designs at once: stacked products and solves."""

    name = "numpy_dense_batched"
    title = "NumPy, dense design, dates stacked"

    def schedules(self, threads: int) -> list[Schedule]:
        return Schedule.grid(threads, (4, 16, 64))

    def prepare(self, block: Block) -> Design:
        return expand(block)

    def run(self, prepared: Design) -> Estimates:
        block, matrix = prepared.block, prepared.matrix
        root = np.sqrt(block.weights)
        weighted = matrix * root[:, :, None]
        transposed = weighted.transpose(0, 2, 1)
        moments = transposed @ (block.returns * root)[:, :, None]
        coefficients = np.linalg.solve(transposed @ weighted, moments)[:, :, 0]
        idio = block.returns - (matrix @ coefficients[:, :, None])[:, :, 0]
        return Estimates(prepared.factor_returns(coefficients), idio)

    def collect(self, prepared: Design, result: Estimates) -> Estimates:
        return result
