#!/usr/bin/env python3
"""Writes the manual pages of riskengine, one for the program and one for each verb, from what the program says of itself.

    render_manual.py PROGRAM FOLDER

The source is `riskengine --experimental-dump-help`, so that pages say what --help does. They carry the version and no
date: the same program gives the same bytes.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any


def escaped(text: str) -> str:
    """Text as roff reads it literally."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("^", "\\(ha").replace("~", "\\(ti")
    text = text.replace("'", "\\(aq").replace("`", "\\(ga")
    return re.sub(r"^\.", r"\\&.", text, flags=re.MULTILINE)


def paragraphs(text: str) -> list[str]:
    """Running text in paragraphs, and indented lines as examples as they stand."""
    lines: list[str] = []
    in_example = False
    for line in text.splitlines():
        is_example = line.startswith("  ") and line.strip() != "" or (in_example and not line.strip())
        if is_example != in_example:
            lines += [".PP", ".RS 4", ".nf"] if is_example else [".fi", ".RE"]
        in_example = is_example
        if is_example:
            lines.append(escaped(line[2:]))
        elif line.strip():
            lines.append(escaped(line))
        else:
            lines.append(".PP")
    if in_example:
        lines += [".fi", ".RE"]
    # Macros for paragraphs that come twice, or before an example, say nothing more.
    return [line for place, line in enumerate(lines)
            if not (line == ".PP" and (place == 0 or lines[place - 1] == ".PP" or lines[place + 1: place + 2] == [".PP"]))]


def name_of(argument: dict[str, Any]) -> str:
    """An option with its value, or an argument, in bold and italics."""
    value = f"\\fI{escaped(argument['valueName'])}\\fR"
    if argument["kind"] == "positional":
        return value
    names = [("\\-\\-" if name["kind"] == "long" else "\\-") + escaped(name["name"]) for name in argument["names"]]
    bold = ", ".join(f"\\fB{name}\\fR" for name in names)
    return bold if argument["kind"] == "flag" else f"{bold} {value}"


def synopsis(command: dict[str, Any]) -> str:
    """The arguments of a verb in a line, those that can be left out in brackets."""
    parts = []
    for argument in visible(command):
        if argument["kind"] == "flag" and argument["preferredName"]["name"] in ("help", "version"):
            continue
        part = name_of({**argument, "names": argument.get("names", [])[:1]})
        part += " ..." if argument["isRepeating"] else ""
        parts.append(f"[{part}]" if argument["isOptional"] else part)
    return " ".join(parts)


def visible(command: dict[str, Any]) -> list[dict[str, Any]]:
    """The arguments that --help shows."""
    return [argument for argument in command.get("arguments", []) if argument["shouldDisplay"]]


def described(arguments: list[dict[str, Any]]) -> list[str]:
    """Each argument with what it means, its values and its default."""
    lines = []
    for argument in arguments:
        told = argument.get("abstract", "")
        if argument.get("allValues") and argument["kind"] != "flag":
            told += f" One of {', '.join(argument['allValues'])}."
        if argument.get("defaultValue") and argument["kind"] != "flag":
            told += f" Default: {argument['defaultValue']}."
        lines += [".TP", name_of(argument), escaped(told.strip())]
    return lines


def page(title: str, abstract: str, synopses: list[str], sections: dict[str, list[str]], version: str) -> str:
    """A whole page."""
    lines = [f'.TH {title.upper()} 1 "" "riskengine {version}" "riskengine"', ".SH NAME",
             f"{escaped(title)} \\- {escaped(abstract.rstrip('.'))}", ".SH SYNOPSIS"]
    for number, line in enumerate(synopses):
        lines += ([".br"] if number else []) + [line]
    for heading, content in sections.items():
        if content:
            lines += [f".SH {heading}", *content]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Writes all pages."""
    program, folder = sys.argv[1], Path(sys.argv[2])
    environment = {**os.environ, "TMPDIR": "/tmp"}

    def told(*arguments: str) -> str:
        return subprocess.run([program, *arguments], check=True, capture_output=True, text=True, env=environment).stdout

    root = json.loads(told("--experimental-dump-help"))["command"]
    version = told("--version").strip()
    verbs = [verb for verb in root["subcommands"] if verb["shouldDisplay"] and verb["commandName"] != "help"]
    discussion, _, codes = root["discussion"].partition("Exit codes: ")
    statuses = []
    for entry in codes.strip().rstrip(".").split("; "):
        code, _, meaning = entry.partition(" ")
        statuses += [".TP", f"\\fB{code}\\fR", escaped(meaning)]
    name = root["commandName"]
    overview = []
    for verb in verbs:
        overview += [".TP", f"\\fB{name}\\-{escaped(verb['commandName'])}\\fR(1)", escaped(verb["abstract"])]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.1").write_text(page(
        name, root["abstract"], [f"\\fB{name}\\fR \\fIverb\\fR [\\fIoptions\\fR]", f"\\fB{name} help\\fR [\\fIverb\\fR]"],
        {"DESCRIPTION": paragraphs(discussion), "VERBS": overview, "OPTIONS": described(visible(root)),
         "EXIT STATUS": statuses}, version))
    for verb in verbs:
        title = f"{name}-{verb['commandName']}"
        text, _, example = (verb.get("discussion") or "").partition("Example:\n")
        arguments = visible(verb)
        (folder / f"{title}.1").write_text(page(
            title, verb["abstract"], [f"\\fB{name} {escaped(verb['commandName'])}\\fR {synopsis(verb)}"],
            {"DESCRIPTION": paragraphs(text.rstrip()),
             "ARGUMENTS": described([argument for argument in arguments if argument["kind"] == "positional"]),
             "OPTIONS": described([argument for argument in arguments if argument["kind"] != "positional"]),
             "EXAMPLE": paragraphs(example.rstrip()),
             "EXIT STATUS": [f"As \\fB{name}\\fR(1) tells."], "SEE ALSO": [f"\\fB{name}\\fR(1)"]}, version))
    return 0


if __name__ == "__main__":
    sys.exit(main())
