"""Tables of fractional memberships on their way to workers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from ..tables import as_stream


def in_memory(memberships: Mapping[str, Any]) -> dict[str, Any]:
    """Membership tables that can cross processes; paths stay paths, which every worker must see."""
    return {
        group: os.fspath(table) if isinstance(table, (str, os.PathLike)) else pa.table(as_stream(table))
        for group, table in memberships.items()}
