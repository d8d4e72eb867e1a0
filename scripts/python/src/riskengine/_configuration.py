"""A configuration, and tables in place of what it names, as a request has them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Optional, Union

from .jobs import PathLike, text
from .tables import ArrowStream, Table, place

Configuration = Union[PathLike, Mapping[str, object]]
"""A file, or what such a file says as nested mappings; relative paths in these start from the current folder."""


def configured(
    configuration: Configuration, sources: Optional[Mapping[str, Table]], tables: dict[str, ArrowStream]
) -> dict[str, object]:
    """The options that name a configuration and its sources; tables in memory go to `tables`."""
    options: dict[str, object] = {
        "sources": {name: place(table, name, tables) for name, table in (sources or {}).items()}}
    if isinstance(configuration, Mapping):
        options |= {"configuration_text": json.dumps(configuration, default=str, indent=1), "folder": os.getcwd()}
    else:
        options["configuration"] = text(configuration)
    return options
