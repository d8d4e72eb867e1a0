"""Every verb explains itself to a stranger, with an example that runs as it is printed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import models
import pytest
from markets import market, write
from models import dates_of, history
from portfolios import book, save
from program import Program
from vendors import configuration, vendor

VERBS = [
    "attribute", "check", "estimate", "evaluate", "hedge", "init", "loadings", "optimize", "performance", "regress",
    "report", "risk", "simulate", "update", "verify"]
MODEL_VERBS = [
    "attribute", "estimate", "evaluate", "hedge", "optimize", "performance", "report", "risk", "update", "verify"]
PORTFOLIO_VERBS = {"attribute": "out", "hedge": "out", "optimize": "out", "risk": "risk"}
"""Verbs about portfolios, with the folders that their examples write."""
SNAPSHOTS = Path(__file__).parent / "snapshots"


def example(text: str) -> str:
    """The commands of the example in a help text."""
    lines = text.splitlines()
    start = lines.index("Example:") + 1
    end = next(number for number in range(start, len(lines)) if not lines[number].strip())
    return "\n".join(lines[start:end])


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_help_reads_as_it_did(program: Program, request: pytest.FixtureRequest, verb: str) -> None:
    """A change of a help text is a change of the snapshot: --update-snapshots writes it."""
    arguments = [verb] if verb else []
    # Where temporary files go is this machine's affair.
    run = program.run(*arguments, "--help", environment={"TMPDIR": "/tmp"})
    text = run.out
    snapshot = SNAPSHOTS / f"{verb or 'riskengine'}.txt"
    if request.config.getoption("--update-snapshots"):
        snapshot.parent.mkdir(exist_ok=True)
        snapshot.write_text(text)
    assert text == snapshot.read_text()
    assert run.err == "" and all(len(line) <= 80 for line in text.splitlines() if not line.startswith("USAGE"))
    for same in (("help", verb), (verb, "-h")) if verb else (("help",), ("-h",)):
        assert program.run(*same, environment={"TMPDIR": "/tmp"}).out == text


def test_help_names_every_verb_and_every_exit_code(program: Program) -> None:
    """The way in."""
    text = program.ok("--help").out
    assert all(verb in text for verb in VERBS)
    assert all(code in text for code in ("64", "65", "66", "70", "73", "74", "75", "130"))
    assert program.ok().out == text
    shown = re.findall(r"^  riskengine (\w+)", text, re.MULTILINE)
    assert set(VERBS) <= set(shown), "the list of examples in RiskEngineCommand lacks a verb"
    assert shown == list(dict.fromkeys(shown))


@pytest.mark.parametrize("verb", VERBS)
def test_the_example_runs_as_it_is_printed(program: Program, verb: str) -> None:
    """Pasted into a shell, beside a panel with the usual names."""
    commands = example(program.ok(verb, "--help").out)
    assert commands.lstrip().startswith(f"riskengine {verb}")
    write(market(), program.folder / "panel.parquet")
    if verb in ("check", "loadings"):
        vendor().to_parquet(program.folder / "raw.parquet")
        configuration(program.folder)
    if verb in MODEL_VERBS:
        frame = history(assets=30, dates=80)
        days = dates_of(frame)
        write(frame[frame["date"] < days[78]], program.folder / "panel.parquet")
        models.configuration(program.folder)
        (program.folder / "raw").mkdir()
        write(frame[frame["date"] >= days[78]], program.folder / "raw" / "2024-06-03.parquet")
        if verb != "estimate":
            program.ok("estimate", "--config", "config.yaml", "--out", "model")
    if verb in PORTFOLIO_VERBS:
        save(book(), program.folder / "book.csv")
    links = program.folder / "bin"
    links.mkdir()
    (links / "riskengine").symlink_to(program.binary)
    done = subprocess.run(
        ["bash", "-euc", f'export PATH="{links}:$PATH"\n{commands}'], cwd=program.folder, capture_output=True,
        text=True, env=program.environment(None))
    assert done.returncode == 0, done.stderr
    made = {
        "check": "checked/manifest.json", "init": "config.yaml", "loadings": "loadings/manifest.json",
        "evaluate": "evaluation/manifest.json", "report": "report.html",
    } | {verb: f"{out}/manifest.json" for verb, out in PORTFOLIO_VERBS.items()} | {
        verb: "model/manifest.json" for verb in MODEL_VERBS if verb not in ("evaluate", "report", *PORTFOLIO_VERBS)}
    assert (program.folder / made.get(verb, "out/manifest.json")).is_file()


def test_every_choice_and_default_of_an_option_is_told(program: Program) -> None:
    """No option is without an explanation."""
    for verb in VERBS:
        text = program.ok(verb, "--help").out.split("OPTIONS:")[1]
        for option in re.split(r"\n  (?=-)", text)[1:]:
            assert len(option.split()) > 3, option
        if verb not in ("init", *MODEL_VERBS):
            assert "else parquet) (values: parquet, csv, feather)" in " ".join(text.split())


def test_the_version_is_told(program: Program) -> None:
    """By the program and by its verbs."""
    version = program.ok("--version").out
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", version)
    assert all(program.ok(verb, "--version").out == version for verb in VERBS)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_are_scripts_of_their_shell(program: Program, shell: str) -> None:
    """With every verb; they parse where the shell is installed."""
    script = program.ok("--generate-completion-script", shell).out
    assert all(word in script for word in (*VERBS, "factor-portfolios"))
    if shutil.which(shell):
        checked = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr


def test_bash_completes_verbs_and_options(program: Program) -> None:
    """As it does at a prompt."""
    script = program.folder / "completions.bash"
    script.write_text(program.ok("--generate-completion-script", "bash").out)
    (program.folder / "riskengine").symlink_to(program.binary)
    for words, expected in (("riskengine re", "regress"), ("riskengine simulate --see", "--seed"),
                            ("riskengine regress --robust h", "huber")):
        parts = words.split()
        done = subprocess.run(
            ["bash", "-c", f"""
              export PATH="$PWD:$PATH"
              source completions.bash
              COMP_WORDS=({words}); COMP_CWORD={len(parts) - 1}; COMP_LINE='{words}'; COMP_POINT={len(words)}
              COMP_TYPE=9; COMP_KEY=9
              handler=$(complete -p riskengine | sed -n 's/.*-F \\([^ ]*\\).*/\\1/p')
              $handler riskengine '{parts[-1]}' '{parts[-2]}'
              printf '%s\\n' "${{COMPREPLY[@]}}"
            """], cwd=program.folder, capture_output=True, text=True)
        assert expected in done.stdout.split(), (words, done.stdout, done.stderr)
    with pytest.raises(AssertionError):
        program.ok("--generate-completion-script", "tcsh")
