"""Jobs of the engine: a request and tables in, a response out."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any, Callable, Optional

from ._library import LIBRARY, PROGRESS, stream_pointer
from .errors import KINDS, RiskEngineError

Progress = Callable[[str, int, int], object]
"""Called now and then, by another thread, with a stage, the periods done, and all of them, or 0 where nobody knows."""


class Job:
    """A request on its way through the engine."""

    def __init__(self, verb: str, options: Mapping[str, object]) -> None:
        given = {name: value for name, value in options.items() if value is not None}
        self._handle = LIBRARY.riskengine_job_create(json.dumps({"verb": verb, **given}).encode())

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            LIBRARY.riskengine_job_release(self._handle)

    def add_table(self, name: str, stream: Any) -> None:
        """Gives the job a table: whatever has `__arrow_c_stream__`."""
        capsule = stream.__arrow_c_stream__()
        self._check(
            LIBRARY.riskengine_job_add_table(
                self._handle, name.encode(), stream_pointer(capsule, b"arrow_array_stream")))

    def address(self, table: str, column: str) -> int:
        """Where the engine reads the first numbers of a table's column; 0 where it has none."""
        address = LIBRARY.riskengine_job_table_address(self._handle, table.encode(), column.encode())
        assert isinstance(address, int)
        return address

    def run(self, progress: Optional[Progress] = None) -> Any:
        """Runs the job in a thread of its own, so that this one can be interrupted, and gives the response.

        Where this thread is interrupted, or `progress` raises, the job is asked to stop, nothing half-written is left,
        and the exception goes on.
        """
        failures: list[BaseException] = []
        status: list[int] = []
        done = threading.Event()

        def tell(_: object, stage: bytes, count: int, total: int) -> None:
            if progress is None or failures:
                return
            try:
                progress(stage.decode(), count, total)
            except BaseException as error:  # noqa: BLE001 - it is raised again below
                failures.append(error)
                LIBRARY.riskengine_job_cancel(self._handle)

        def work(_: object) -> None:
            # This thread keeps the job and the callback for as long as the engine uses them, whatever happens to the
            # one that waits.
            try:
                status.append(LIBRARY.riskengine_job_run(self._handle))
            finally:
                done.set()

        callback = PROGRESS(tell)
        LIBRARY.riskengine_job_set_progress(self._handle, callback, None)
        thread = threading.Thread(target=work, args=(callback,), name="riskengine")
        thread.start()
        try:
            done.wait()
        except BaseException:
            LIBRARY.riskengine_job_cancel(self._handle)
            raise
        finally:
            thread.join()
            LIBRARY.riskengine_job_set_progress(self._handle, PROGRESS(), None)
        if failures:
            raise failures[0]
        self._check(status[0])
        return self._response()

    def _response(self) -> Any:
        return json.loads(LIBRARY.riskengine_job_response(self._handle))

    def _check(self, status: int) -> None:
        if status == 0:
            return
        if status == 130:
            raise KeyboardInterrupt
        error = self._response().get("error", {})
        kind = KINDS.get(status, RiskEngineError)
        raise kind(
            error.get("message", "unknown"), status, error.get("file"), error.get("row"), error.get("column"),
            error.get("date"), error.get("asset"))
