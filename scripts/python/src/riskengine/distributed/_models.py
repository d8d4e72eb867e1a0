"""What a worker does with a model: estimates it, unless it is there already."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from .._library import LIBRARY
from ..errors import RiskEngineError
from ..model import Model, estimate, verify


def run_estimate(job: Mapping[str, Any]) -> tuple[str, Optional[RiskEngineError], Any]:
    """Estimates a model: `estimated`, `already there` or `failed`, the error, and the summary.

    An error is a value, so that one model's does not end the others.
    """
    options = dict(job)
    configuration, out = options.pop("config"), options.pop("out")
    options.setdefault("threads", 1)
    try:
        if is_there(configuration, out, options):
            return "already there", None, None
        return "estimated", None, estimate(configuration, out, **options).summary
    except RiskEngineError as error:
        return "failed", error, None


def is_there(configuration: Any, out: str, options: Mapping[str, Any]) -> bool:
    """Whether a folder holds the whole model of a configuration and of files as they are now.

    It does where this version of the engine wrote it, its configuration has the bytes of the one given, every file
    that it was estimated from has the SHA-256 that the model names, and no byte of the model has changed. Of tables in
    memory that cannot be told.
    """
    manifest = Path(out) / "manifest.json"
    if not manifest.is_file() or any(not isinstance(table, str) for table in _tables(options)):
        return False
    try:
        told = json.loads(manifest.read_text())
        if told["kind"] != "model" or told["written_by"] != LIBRARY.riskengine_version().decode():
            return False
        document = next(one for one in told["documents"] if one["name"] == "config.yaml")
        if hashlib.sha256(_document(configuration)).hexdigest() != document["sha256"]:
            return False
        inputs = told["metadata"]["inputs"]
        given = {os.path.abspath(table) for table in _tables(options)}
        if not inputs or not given <= {os.path.abspath(one["path"]) for one in inputs}:
            return False
        for one in inputs:
            with open(one["path"], "rb") as file:
                if _digest(file) != one["sha256"]:
                    return False
        if Model.open(out).metadata["generation"] != 1:
            return False
        return not verify(out)["faults"]
    except (OSError, ValueError, KeyError, TypeError, StopIteration, RiskEngineError):
        # Not the model of this job as it should be: it is estimated again, and an error of its input told then.
        return False


def _tables(options: Mapping[str, Any]) -> list[Any]:
    """The tables that are given beside a configuration."""
    panel = options.get("panel")
    return [*([] if panel is None else [panel]), *(options.get("sources") or {}).values()]


def _document(configuration: Any) -> bytes:
    """The bytes that a model keeps of its configuration."""
    if isinstance(configuration, Mapping):
        return json.dumps(configuration, default=str, indent=1).encode()
    return Path(configuration).read_bytes()


def _digest(file: Any) -> str:
    """The SHA-256 of a file, a piece at a time."""
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()
