"""Jobs spread over the workers of a cluster: Dask, or Spark.

Nothing here schedules: Dask or Spark hands parts to workers, and runs again what a worker that died was doing.
"""

from .models import Estimation, estimate_many
from .regression import regress

__all__ = ["Estimation", "estimate_many", "regress"]
