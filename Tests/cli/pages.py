"""Reading reports as a browser does: elements, texts and the specifications of charts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any


class Page(HTMLParser):
    """A report: its elements with their attributes and texts, entities resolved."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.bytes = path.read_bytes()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.tables: list[list[list[str]]] = []
        self.charts: dict[str, dict[str, Any]] = {}
        self._open: list[str] = []
        self._figure = ""
        self._text = ""
        self._cell = ""
        self.captions: dict[str, str] = {}
        self.feed(self.bytes.decode())
        self.close()
        assert self._open == [], f"elements are left open: {self._open}"

    EMPTY = {"meta", "br", "img", "link", "input", "hr"}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        named = dict(attrs)
        self.elements.append((tag, named))
        if tag not in self.EMPTY:
            self._open.append(tag)
        self._text = ""
        if tag == "figure":
            self._figure = str(named["id"]).removeprefix("chart-")
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self._cell = ""

    def handle_endtag(self, tag: str) -> None:
        """Ends an element, which has to be the last that began."""
        assert self._open and self._open[-1] == tag, f"</{tag}> within {self._open}"
        self._open.pop()
        self.texts.setdefault(tag, []).append(self._text)
        if tag in ("td", "th"):
            self.tables[-1][-1].append(self._cell)
        if tag == "figcaption":
            self.captions[self._figure] = self._text
        if tag == "script" and "figure" in self._open:
            self.charts[self._figure] = json.loads(self._text)
        self._text = ""

    def handle_data(self, data: str) -> None:
        """Notes text."""
        self._text += data
        self._cell += data

    def table(self, heading: str) -> list[dict[str, str]]:
        """The rows of the table whose first heading is given, by their headings."""
        found = next(table for table in self.tables if table[0][0] == heading)
        return [dict(zip(found[0], row)) for row in found[1:]]

    def lines(self, chart: str) -> dict[str, list[float | None]]:
        """The values of each line of a chart over dates, null where there is none."""
        return {row["s"]: row["v"] for row in self.charts[chart]["data"]["values"]}

    def dates(self, chart: str) -> list[str]:
        """The dates of the points of a chart."""
        return [row["t"] for row in self.charts[chart]["datasets"]["dates"]]


def expressions(value: Any, key: str = "") -> Iterator[str]:
    """Every string of a specification that Vega takes for an expression or an event stream, and names of fields."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("values", "datasets"):
                continue
            yield from expressions(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from expressions(inner, key)
    elif isinstance(value, str) and key in (
        "filter", "calculate", "expr", "test", "signal", "update", "on", "zoom", "clear", "field", "fields", "as",
        "groupby", "flatten", "lookup", "key", "href", "url",
    ):
        yield value
