"""Work on an executor of Spark that dies of it once. In a module of its own, which executors can import."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from riskengine.distributed._spark import RunSpan


def parent(process: int) -> int:
    """The process that began another."""
    return int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])


class DyingSpan(RunSpan):
    """Regresses a span; the first to be begun kills its executor instead."""

    def __init__(self, folder: Path, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.folder = folder

    def __call__(self, table: Any) -> Any:
        """Runs a span, and leaves a file that names the executor."""
        # The executor begins a daemon, and that the workers.
        executor = parent(os.getppid())
        try:
            (self.folder / "first").touch(exist_ok=False)
        except FileExistsError:
            (self.folder / f"{executor}").touch()
            return super().__call__(table)
        (self.folder / "killed").write_text(str(executor))
        os.kill(executor, signal.SIGKILL)
        os._exit(1)
