#!/usr/bin/env python3
"""Checks that every public type of a library is listed under a topic of its documentation.

    check_curation.py SYMBOL_GRAPH CATALOG

A type that no article lists ends at the bottom of the landing page, where nobody finds it.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

TYPES = ("swift.struct", "swift.enum", "swift.class", "swift.protocol", "swift.func", "swift.typealias")


def main() -> int:
    """Prints what is missing."""
    graph, catalog = Path(sys.argv[1]), Path(sys.argv[2])
    public = {
        symbol["pathComponents"][0] for symbol in json.loads(graph.read_text())["symbols"]
        if len(symbol["pathComponents"]) == 1 and symbol["kind"]["identifier"] in TYPES
    }
    listed: dict[str, list[str]] = {}
    for article in sorted(catalog.glob("*.md")):
        topics = article.read_text().partition("\n## Topics\n")[2]
        for name in re.findall(r"^- ``(\w+)``$", topics, re.MULTILINE):
            listed.setdefault(name, []).append(article.name)
    faults = [f"{name} is public and under no topic of {catalog}" for name in sorted(public - listed.keys())]
    faults += [f"{name} is under topics of {' and '.join(where)}" for name, where in listed.items() if len(where) > 1]
    for fault in faults:
        print(f"check_curation: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
