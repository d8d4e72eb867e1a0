"""What can go wrong."""

from __future__ import annotations

from typing import Optional


class RiskEngineError(Exception):
    """An error of the engine, with its message and where in the input it is, as far as it is known.

    `exit_code` is the status with which the command line would have exited: 64 usage, 65 bad data, 66 input missing,
    70 a fault of the engine, 73 output cannot be created, 74 read or write failed, 75 locked by another run.
    """

    def __init__(
        self, message: str, exit_code: int = 70, file: Optional[str] = None, row: Optional[int] = None,
        column: Optional[str] = None, date: Optional[str] = None, asset: Optional[str] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        """What was found, where, and what was expected."""
        self.exit_code = exit_code
        self.file = file
        """The file, or the name of the argument that a table in memory was given as."""
        self.row = row
        """The data row, from 1."""
        self.column = column
        self.date = date
        self.asset = asset

    def __reduce__(self) -> tuple[object, ...]:
        """Lets the error cross processes."""
        return type(self), (
            self.message, self.exit_code, self.file, self.row, self.column, self.date, self.asset)


class UsageError(RiskEngineError, ValueError):
    """Arguments that contradict each other or are out of range (64)."""


class BadDataError(RiskEngineError, ValueError):
    """Input that is wrong (65)."""


class MissingInputError(RiskEngineError, FileNotFoundError):
    """Input that is not there (66)."""

    def __str__(self) -> str:
        """The message; an error of the system would show its number."""
        return self.message


class OutputError(RiskEngineError, OSError):
    """Output that cannot be created (73) or written, or input that cannot be read (74)."""

    def __str__(self) -> str:
        """The message; an error of the system would show its number."""
        return self.message


class LockedError(RiskEngineError):
    """A model that another run is writing (75); trying again later may help."""


KINDS: dict[int, type[RiskEngineError]] = {
    64: UsageError, 65: BadDataError, 66: MissingInputError, 73: OutputError, 74: OutputError, 75: LockedError,
}
"""The class of each exit code."""
