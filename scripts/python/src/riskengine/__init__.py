"""Fundamental equity factor risk models: r = B f + e.

The engine runs in this process; tables of pyarrow, polars, pandas and DuckDB go in as Arrow streams.
"""

from ._job import Progress
from ._library import LIBRARY
from .errors import BadDataError, LockedError, MissingInputError, OutputError, RiskEngineError, UsageError
from .jobs import Regression, regress, simulate
from .markets import check, loadings
from .model import (
    FactorCovariance, Model, PortfolioCovariance, Results, estimate, evaluate, example, performance, update, verify)
from .tables import ArrowStream, Table, long

__version__: str = LIBRARY.riskengine_version().decode()

__all__ = [
    "ArrowStream", "BadDataError", "FactorCovariance", "LockedError", "MissingInputError", "Model", "OutputError",
    "PortfolioCovariance", "Progress", "Regression", "Results", "RiskEngineError", "Table", "UsageError",
    "__version__", "check", "estimate", "evaluate", "example", "loadings", "long", "performance", "regress", "simulate",
    "update", "verify",
]
