"""Ways offered by other people's libraries. Each is imported when it is first wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from block_structure import Estimates, Statistics
from design import Design, expand
from panel import Block
from peer import Peer, Schedule

if TYPE_CHECKING:
    import polars


class Skfolio(Peer[Design, tuple[np.ndarray, np.ndarray]]):
    """`skfolio.linear_model.CSLinearRegression`: `fit`, then returns less `predict`."""

    name = "skfolio"
    title = "skfolio CSLinearRegression, dense design given"

    def schedules(self, threads: int) -> list[Schedule]:
        return Schedule.grid(threads, (1, 4, 16, 64))

    def prepare(self, block: Block) -> Design:
        from skfolio.linear_model import CSLinearRegression

        self.model = CSLinearRegression
        return expand(block)

    def run(self, prepared: Design) -> tuple[np.ndarray, np.ndarray]:
        block = prepared.block
        model = self.model().fit(prepared.matrix, block.returns, cs_weights=block.weights)
        return prepared.factor_returns(model.coef_), block.returns - model.predict(prepared.matrix)

    def collect(self, prepared: Design, result: tuple[np.ndarray, np.ndarray]) -> Estimates:
        return Estimates(*result)


class Statsmodels(Peer[Design, list[Any]]):
    """`statsmodels.api.WLS(...).fit()` of each date's given dense design, then `params` and `resid`."""

    name = "statsmodels"
    title = "statsmodels WLS, dense design given"

    def schedules(self, threads: int) -> list[Schedule]:
        return Schedule.grid(threads, (4,))

    def prepare(self, block: Block) -> Design:
        import statsmodels.api

        self.model = statsmodels.api.WLS
        return expand(block)

    def run(self, prepared: Design) -> list[Any]:
        block = prepared.block
        results = []
        for t in range(block.dates):
            fitted = self.model(block.returns[t], prepared.matrix[t], weights=block.weights[t]).fit()
            results.append((fitted, fitted.params, fitted.resid))
        return results

    def collect(self, prepared: Design, result: list[Any]) -> Estimates:
        factor_returns = prepared.factor_returns(np.array([params for _, params, _ in result]))
        idio = np.array([resid for _, _, resid in result])
        return Estimates(factor_returns, idio, self._statistics(prepared, result, idio))

    @staticmethod
    def _statistics(prepared: Design, result: list[Any], idio: np.ndarray) -> Statistics:
        """The library's standard errors mapped to all factors; r2 by its definitions from its idio returns."""
        block = prepared.block
        errors, condition = [], []
        for t, (fitted, _, _) in enumerate(result):
            restriction = prepared.restriction(t)
            errors.append(np.sqrt(np.einsum("fg,gh,fh->f", restriction, fitted.cov_params(), restriction)))
            condition.append(np.nan)  # of another matrix than ours
        w, r = block.weights, block.returns
        unexplained, total = (w * idio**2).sum(axis=1), w.sum(axis=1)
        mean = (w * r).sum(axis=1, keepdims=True) / total[:, None]
        return Statistics(
            r2=1 - unexplained / (w * r**2).sum(axis=1),
            r2_centered=1 - unexplained / (w * (r - mean) ** 2).sum(axis=1),
            idio_std=np.sqrt(unexplained / total),
            condition=np.array(condition),
            standard_errors=np.array(errors),
        )


class PolarsOls(Peer[tuple[Design, "polars.DataFrame"], "polars.DataFrame"]):
    """`pl.col(...).least_squares.wls(...)` by date, Cholesky: coefficients and residuals in one `agg`."""

    name = "polars_ols"
    title = "polars-ols wls by date, dense design given"

    def schedules(self, threads: int) -> list[Schedule]:
        return [Schedule(1, threads, dates) for dates in (8, 32)]

    def prepare(self, block: Block) -> tuple[Design, polars.DataFrame]:
        import polars
        import polars_ols

        design = expand(block)
        flat = design.matrix.reshape(-1, design.matrix.shape[2])
        columns = {f"x{k}": flat[:, k] for k in range(flat.shape[1])}
        columns |= {"date": np.repeat(np.arange(block.dates), block.weights.shape[1])}
        columns |= {"ret": block.returns.ravel(), "weight": block.weights.ravel()}
        wls = polars_ols.LeastSquares(polars.col("ret")).wls
        features = [f"x{k}" for k in range(flat.shape[1])]
        self.expressions = [
            wls(*features, sample_weights="weight", mode=mode, solve_method="chol").alias(mode)
            for mode in ("coefficients", "residuals")
        ]
        return design, polars.DataFrame(columns)

    def run(self, prepared: tuple[Design, polars.DataFrame]) -> polars.DataFrame:
        return prepared[1].group_by("date", maintain_order=True).agg(*self.expressions)

    def collect(self, prepared: tuple[Design, polars.DataFrame], result: polars.DataFrame) -> Estimates:
        coefficients = result["coefficients"].struct.unnest().to_numpy()
        idio = np.array(result["residuals"].to_list())
        return Estimates(prepared[0].factor_returns(coefficients), idio)


@dataclass(frozen=True)
class _TwoStepInput:
    """The four frames that `estimate_factor_returns` takes, and what maps its answer to ours."""

    block: Block
    frames: tuple[Any, Any, Any, Any]
    means: np.ndarray  # b × J × K, weighted means of the styles by label
    shares: np.ndarray  # b × J


class Toraniko(Peer[_TwoStepInput, tuple[Any, Any]]):
    """`toraniko.model.estimate_factor_returns`, its joins included.

    It regresses on labels first and on styles afterwards. Given styles already centred within labels
    (outside the clock) both steps together are the joint regression (Frisch and Waugh, 1933), so that its
    answers can be compared: the labels' returns differ by the styles' means alone.
    """

    name = "toraniko"
    title = "toraniko estimate_factor_returns"
    note = "given styles centred within industries; winsorizing off"

    def schedules(self, threads: int) -> list[Schedule]:
        return Schedule.grid(threads, (4,))

    def prepare(self, block: Block) -> _TwoStepInput:
        import polars
        from toraniko.model import estimate_factor_returns

        self.estimate = estimate_factor_returns
        b, n = block.weights.shape
        one_hot = (block.positions[:, :, None] == np.arange(block.labels.size)).astype(float)
        weighted = one_hot * block.weights[:, :, None]
        means = (block.styles @ weighted / weighted.sum(axis=1)[:, None, :]).transpose(0, 2, 1)
        centred = block.styles.transpose(0, 2, 1) - one_hot @ means
        keys = {"date": np.repeat(np.arange(b), n), "symbol": np.tile([f"a{i:06d}" for i in range(n)], b)}
        sectors = {f"sector{j:04d}": one_hot[:, :, j].ravel() for j in range(block.labels.size)}
        styles = {f"style{k:04d}": centred[:, :, k].ravel() for k in range(centred.shape[2])}
        frames = (
            polars.DataFrame(keys | {"asset_returns": block.returns.ravel()}),
            polars.DataFrame(keys | {"market_cap": block.caps.ravel()}),
            polars.DataFrame(keys | sectors),
            polars.DataFrame(keys | styles),
        )
        return _TwoStepInput(block, frames, means, block.shares())

    def run(self, prepared: _TwoStepInput) -> tuple[Any, Any]:
        return self.estimate(*prepared.frames, winsor_factor=None, residualize_styles=True)

    def collect(self, prepared: _TwoStepInput, result: tuple[Any, Any]) -> Estimates:
        factors, idio = (frame.sort("date").drop("date").to_numpy() for frame in result)
        labels = prepared.block.labels.size
        styles = factors[:, labels + 1 :]
        totals = factors[:, :1] + factors[:, 1 : labels + 1]
        totals = totals - (prepared.means @ styles[:, :, None])[:, :, 0]
        market = np.einsum("bj,bj->b", prepared.shares, totals)[:, None]
        return Estimates(np.concatenate([market, totals - market, styles], axis=1), idio)
