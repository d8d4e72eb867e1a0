"""Writes what was measured: peers.json, a Markdown table, a bar chart as SVG and PNG."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAPER, INK, FAINT, RULE = "#fbfbfa", "#1f2328", "#57606a", "#d8dbdf"
ENGINE, SAME_STRUCTURE, DENSE = "#d55e00", "#0072b2", "#8fb8d8"
"""Okabe and Ito's vermilion and blue, and a light blue: apart in hue and in lightness."""


def write_report(document: dict[str, Any], folder: Path) -> None:
    """Writes every file into the folder, each under a temporary name first."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "peers.json", json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    _write(folder / "peers.md", markdown(document))
    draw(document, folder)


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text)
    os.replace(temporary, path)


def duration(seconds: float) -> str:
    """A number of seconds with three significant digits."""
    if seconds >= 1000:
        return f"{seconds:,.0f} s"
    if seconds >= 1:
        return f"{seconds:.3g} s"
    return f"{seconds * 1000:.3g} ms"


def spread(seconds: dict[str, float]) -> str:
    """Median with the least and greatest run."""
    low, high = duration(seconds["min"]), duration(seconds["max"])
    return f"{duration(seconds['median'])} ({low} to {high})"


def times(ratio: float | None) -> str:
    """A ratio with three significant digits."""
    if ratio is None:
        return "–"
    return f"{ratio:,.0f}×" if ratio >= 100 else f"{ratio:.3g}×"


def markdown(document: dict[str, Any]) -> str:
    """The tables of every case, with what they were measured on."""
    machine, versions = document["machine"], document["versions"]
    blas = "; ".join(
        f"{library['internal_api']} {library['version']} ({library.get('architecture', '?')})"
        for library in document["blas"]
    )
    packages = ", ".join(f"{name} {version}" for name, version in versions.items())
    lines = [
        f"{machine['cpu']}, {document['threads']} of {machine['cores']} cores, {machine['memory_gib']:g} GiB, "
        f"{machine['system']}, load {machine['load_average_1min']:g} at the start. {packages}. BLAS: {blas}. "
        f"Median of {document['runs']} runs (least to greatest).",
    ]
    for case in document["cases"]:
        lines += ["", *_case_lines(case, document["dates_shown"])]
    return "\n".join(lines) + "\n"


def _case_lines(case: dict[str, Any], dates_shown: int) -> list[str]:
    """One case: heading, table, yardsticks."""
    lines = [
        f"### {case['assets']:,} assets × {case['periods']:,} dates, {case['factors']} factors",
        "",
        f"| way | seconds per {dates_shown:,} dates | ratio to the engine "
        "| ratio in a plain loop | largest difference | measured |",
        "|---|---:|---:|---:|---:|---|",
    ]
    engine = case["engine"]
    if engine and engine["regression_seconds"]:
        difference = _difference(engine["agreement"]) if engine["agreement"] else "not compared"
        seconds = spread(engine["regression_seconds"])
        lines.append(f"| **RiskEngine** | {seconds} | 1× | | {difference} | all dates |")
    for peer in case["peers"]:
        note = f" ({peer['note']})" if peer["note"] else ""
        dates, of_dates = peer["dates"], peer["of_dates"]
        on = "all dates" if dates == of_dates else f"on {dates:,} of {of_dates:,} dates"
        lines.append(
            f"| {peer['title']}{note} | {spread(peer['seconds'])} | {times(peer['ratio_to_engine'])} "
            f"| {times(peer['loop_ratio_to_engine'])} | {_difference(peer['agreement'])} | {on}; {peer['schedule_text']} |"
        )
    return [*lines, "", *_yardstick_lines(case)]


def _difference(agreement: dict[str, Any]) -> str:
    """The largest difference of factor and idio returns from the reference."""
    return f"{max(agreement['factor_returns'], agreement['idio_returns']):.0e}"


def _yardstick_lines(case: dict[str, Any]) -> list[str]:
    """Reading memory and reading the file, with the engine's ratios to them where they are known."""
    memory, file, engine = case["read_memory"], case["read_file"], case["engine"]
    how = f"{memory['way']}, {memory['threads']} threads"
    line = (
        f"Reading the panel's {memory['bytes'] / 1e6:,.0f} MB in memory ({how}): "
        f"{spread(memory['seconds'])}, {memory['gigabytes_per_second']:.1f} GB/s"
    )
    if engine and engine["whole_regression_seconds"]:
        line += f"; the engine's regression takes {_over(engine['whole_regression_seconds'], memory['seconds'])}"
    lines = [line + "."]
    if file:
        line = f"Reading the file's {file['file_bytes'] / 1e6:,.0f} MB ({file['way']}): {spread(file['seconds'])}"
        if engine and engine["files_seconds"]:
            line += f"; `riskengine regress` takes {_over(engine['files_seconds'], file['seconds'])}"
        lines += ["", line + "."]
    return lines


def _over(ours: dict[str, float], yardstick: dict[str, float]) -> str:
    """How many times the yardstick's median ours is."""
    return times(ours["median"] / yardstick["median"])


def draw(document: dict[str, Any], folder: Path) -> None:
    """A bar for each way, on a logarithmic scale; an opaque light card, so that any page can hold it."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"font.family": "DejaVu Sans", "svg.hashsalt": "peers", "svg.fonttype": "path"})
    import matplotlib.pyplot as plt

    cases = document["cases"]
    bars = [_bars(case) for case in cases]
    heights = [0.42 * len(rows) + 1.1 for rows in bars]
    figure, grid = plt.subplots(
        len(cases), 1, figsize=(9.2, sum(heights) + 0.25), squeeze=False,
        gridspec_kw={"height_ratios": heights}, layout="constrained", facecolor=PAPER,
    )  # fmt: skip
    for axes, rows, case in zip(grid[:, 0], bars, cases, strict=True):
        _draw_case(axes, rows, case, document["dates_shown"])
    machine = document["machine"]
    in_part = any(bar.in_part for rows in bars for bar in rows)
    figure.supxlabel(
        f"{machine['cpu']}, {document['threads']} threads; logarithmic scale, longer is slower"
        + ("; hatched: measured on some of the dates, in proportion" if in_part else ""),
        fontsize=8.5, color=FAINT,
    )  # fmt: skip
    for name, extra in (("peers.svg", {"metadata": {"Date": None}}), ("peers.png", {"dpi": 160})):
        temporary = folder / f".part.{name}"
        figure.savefig(temporary, facecolor=PAPER, **extra)
        os.replace(temporary, folder / name)
    plt.close(figure)


@dataclass(frozen=True)
class _Bar:
    """One way of a case."""

    title: str
    seconds: float
    colour: str
    in_part: bool = False
    ratio: float | None = None


def _bars(case: dict[str, Any]) -> list[_Bar]:
    """A case's ways from the fastest to the slowest."""
    bars = [
        _Bar(
            title=peer["title"],
            seconds=peer["seconds"]["median"],
            colour=SAME_STRUCTURE if peer["name"].startswith(("numpy_centred", "numpy_assembled")) else DENSE,
            in_part=peer["dates"] < peer["of_dates"],
            ratio=peer["ratio_to_engine"],
        )
        for peer in case["peers"]
    ]
    engine = case["engine"]
    if engine and engine["regression_seconds"]:
        bars.append(_Bar("RiskEngine: all outputs", engine["regression_seconds"]["median"], ENGINE))
    return sorted(bars, key=lambda bar: bar.seconds)


def _draw_case(axes: Any, bars: list[_Bar], case: dict[str, Any], dates: int) -> None:
    """The bars of one case."""
    floor = 10 ** math.floor(math.log10(bars[0].seconds / 1.5))
    for position, bar in enumerate(bars):
        axes.barh(
            position, bar.seconds - floor, left=floor, height=0.68, color=bar.colour,
            edgecolor=PAPER, linewidth=0, hatch="////" if bar.in_part else None,
        )  # fmt: skip
        label = duration(bar.seconds) + (f"  ({times(bar.ratio)})" if bar.ratio else "")
        axes.text(bar.seconds * 1.12, position, label, va="center", fontsize=9, color=INK)
    axes.set_yticks(range(len(bars)), [bar.title for bar in bars], fontsize=9, color=INK)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlim(floor, bars[-1].seconds * 14)
    axes.set_facecolor(PAPER)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    axes.tick_params(axis="both", length=0, colors=FAINT, which="both")
    axes.tick_params(axis="y", labelcolor=INK)
    axes.spines[:].set_visible(False)
    axes.xaxis.set_major_formatter(lambda seconds, _: duration(seconds))
    axes.xaxis.set_minor_formatter(lambda *_: "")
    axes.set_title(
        f"{case['assets']:,} assets, {case['factors']} factors: time for the regressions of {dates:,} dates",
        fontsize=11, color=INK, loc="left",
    )  # fmt: skip
