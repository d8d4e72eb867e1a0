"""Checks that every public declaration of Swift sources has a documentation comment.

Usage: check_documentation.py ROOT ...
"""

import re
import sys
from pathlib import Path

PUBLIC = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*public\s+(?:private\(set\)\s+|internal\(set\)\s+|static\s+|final\s+|mutating\s+"
    r"|consuming\s+|indirect\s+|convenience\s+|override\s+)*"
    r"(func|var|let|init|struct|class|enum|protocol|subscript|typealias|case)\b"
)
ATTRIBUTE = re.compile(r"^\s*(@\w+(\([^)]*\))?\s*)+$")


def undocumented(path: Path) -> list[tuple[int, str]]:
    """The lines of public declarations without a comment before them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = []
    for number, line in enumerate(lines):
        if not PUBLIC.match(line):
            continue
        above = number - 1
        while above >= 0 and ATTRIBUTE.match(lines[above]):
            above -= 1
        if above < 0 or not lines[above].lstrip().startswith("///"):
            found.append((number + 1, line.strip()))
    return found


def main() -> int:
    """Prints each declaration without documentation; returns 1 if there is any."""
    failures = 0
    for root in sys.argv[1:]:
        for path in sorted(Path(root).rglob("*.swift")):
            for number, line in undocumented(path):
                print(f"check_documentation: {path}:{number}: {line}", file=sys.stderr)
                failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
