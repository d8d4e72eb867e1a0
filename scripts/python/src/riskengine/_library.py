"""The engine's shared library and its functions."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

# The engine uses the Arrow library of pyarrow, which has to be in the process before it.
import pyarrow
import pyarrow.parquet

PROGRESS = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int64, ctypes.c_int64)
"""Told how far a job is."""


def _load() -> ctypes.CDLL:
    named = os.environ.get("RISKENGINE_LIBRARY")
    path = Path(named) if named else Path(__file__).parent / "libRiskEngineC.so"
    if not path.is_file():
        raise ImportError(f"{path}: the engine's library is not there; install the package with pip")
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        raise ImportError(
            f"{path} cannot be loaded beside pyarrow {pyarrow.__version__}: {error}; expected the version of pyarrow "
            "that the package was built against") from error
    text, handle = ctypes.c_char_p, ctypes.c_void_p
    signatures: dict[str, tuple[list[object], object]] = {
        "version": ([], text),
        "arrow_version": ([], text),
        "job_create": ([text], handle),
        "job_add_table": ([handle, text, ctypes.c_void_p], ctypes.c_int32),
        "job_table_address": ([handle, text, text], ctypes.c_uint64),
        "job_set_progress": ([handle, PROGRESS, ctypes.c_void_p], None),
        "job_run": ([handle], ctypes.c_int32),
        "job_cancel": ([handle], None),
        "job_response": ([handle], text),
        "job_release": ([handle], None),
    }
    for name, (arguments, result) in signatures.items():
        function = getattr(library, f"riskengine_{name}")
        function.argtypes = arguments
        function.restype = result
    return library


LIBRARY = _load()

stream_pointer = ctypes.pythonapi.PyCapsule_GetPointer
"""The stream inside a capsule."""
stream_pointer.restype = ctypes.c_void_p
stream_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
