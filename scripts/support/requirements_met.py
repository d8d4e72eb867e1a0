"""Exits 0 where every requirement given as an argument, such as `numpy>=1.26`, is installed."""

import importlib.metadata
import re
import sys


def numbers(version: str) -> list[int]:
    """The leading numbers of a version: 3.14.0rc1 is 3, 14, 0."""
    return [int(part) for part in re.findall(r"\d+", version.split("rc")[0])]


def is_met(requirement: str) -> bool:
    name, _, minimum = requirement.partition(">=")
    try:
        installed = importlib.metadata.version(name.strip())
    except importlib.metadata.PackageNotFoundError:
        return False
    return not minimum or numbers(installed) >= numbers(minimum)


if __name__ == "__main__":
    sys.exit(0 if all(is_met(requirement) for requirement in sys.argv[1:]) else 1)
