"""Checks that a folder of Swift sources names only types of folders before it.

Usage: check_layers.py ROOT FOLDER FOLDER ...   (in the order in which they may use each other)
"""

import re
import sys
from pathlib import Path

DECLARATION = re.compile(
    r"^(?:@\w+(?:\([^)]*\))? )*(?:public |package |internal )?(?:final |indirect )*"
    r"(?:struct|class|enum|protocol|actor|typealias) (\w+)",
    re.MULTILINE,
)
FUNCTION = re.compile(r"^(?:public |package |internal )?func (\w+)", re.MULTILINE)
COMMENT = re.compile(r"//.*|/\*.*?\*/", re.DOTALL)
LINE_COMMENT = re.compile(r"//.*")
STRING = re.compile(r'"(?:\\.|[^"\\\n])*"')


def code(path: Path) -> str:
    """The text of a file without comments and strings."""
    return STRING.sub('""', LINE_COMMENT.sub("", path.read_text(encoding="utf-8")))


def main() -> int:
    """Prints each name that is used before the folder that declares it; returns 1 if there is any."""
    root, folders = Path(sys.argv[1]), sys.argv[2:]
    # A catalogue of articles holds no code.
    present = {path.name for path in root.iterdir() if path.is_dir() and path.suffix != ".docc"}
    unknown = present - set(folders)
    if unknown:
        print(f"check_layers: no place in the order for {', '.join(sorted(unknown))}", file=sys.stderr)
        return 1
    rank = {name: index for index, name in enumerate(folders)}
    sources = {path: code(path) for folder in present for path in (root / folder).rglob("*.swift")}
    home: dict[str, str] = {}
    for path, text in sources.items():
        folder = path.relative_to(root).parts[0]
        for pattern in (DECLARATION, FUNCTION):
            for name in pattern.findall(text):
                home[name] = folder
    failures = 0
    for path, text in sorted(sources.items()):
        folder = path.relative_to(root).parts[0]
        for name in sorted(set(re.findall(r"\b\w+\b", text)) & home.keys()):
            if rank[home[name]] > rank[folder]:
                print(f"check_layers: {path} uses {name} of {home[name]}, which comes later", file=sys.stderr)
                failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
