"""The log for programs: one JSON object a line on standard error, from the first event to the last."""

from __future__ import annotations

import json
import signal
from datetime import datetime, timezone
from pathlib import Path

import models
import pytest
from markets import market, write
from models import dates_of, history
from program import Program, Run
from vendors import configuration, vendor

FIELDS = {"time", "level", "verb", "stage", "message", "counts", "seconds"}


def events(run: Run) -> list[dict[str, object]]:
    """The events of a run, which are all that standard error has, after checking what holds for every log."""
    found = [json.loads(line) for line in run.err.splitlines()]
    for event in found[:-1]:
        assert set(event) == FIELDS and event["stage"] != "end"
    assert set(found[-1]) == FIELDS | {"exit_code"} and found[-1]["stage"] == "end"
    assert found[-1]["exit_code"] == run.code
    assert found[-1]["level"] == ("info" if run.code == 0 else "error")
    assert found[0]["stage"] == "start" and "riskengine " in str(found[0]["message"])
    times = [datetime.strptime(str(event["time"]), "%Y-%m-%dT%H:%M:%S.%f%z") for event in found]
    assert times == sorted(times) and abs((datetime.now(timezone.utc) - times[-1]).total_seconds()) < 60
    seconds = [float(str(event["seconds"])) for event in found]
    assert seconds == sorted(seconds) and seconds[0] >= 0
    assert all(isinstance(count, int) for event in found for count in event["counts"].values())  # type: ignore
    return found


@pytest.fixture
def panel(program: Program) -> Program:
    """A panel of 75 dates, a configuration, and later dates."""
    frame = history(assets=30, dates=80)
    days = dates_of(frame)
    write(frame[frame["date"] < days[75]], program.folder / "panel.parquet")
    write(frame[frame["date"] >= days[75]], program.folder / "new.parquet")
    models.configuration(program.folder)
    return program


def test_the_verbs_of_a_model_log_their_stages_and_counts(panel: Program) -> None:
    """Estimate, update, evaluate and verify."""
    run = panel.ok("estimate", "--config", "config.yaml", "--out", "model", "--json", "--log-format", "json")
    log = events(run)
    assert {event["verb"] for event in log} == {"estimate"}
    assert [*dict.fromkeys(event["stage"] for event in log)] == ["start", "loadings", "iterate", "model", "end"]
    counts = log[-1]["counts"]
    summary = run.json()
    assert counts["dates"] == summary["date_count"] == 75
    assert counts["forecasts"] == summary["forecast_count"]
    for outcome, count in summary["outcomes"].items():
        assert counts[f"periods.{outcome}"] == count
    for reason, count in summary["excluded"].items():
        assert counts[f"rows_excluded.{reason.removeprefix('excluded_')}"] == count
    # What people read in the summary are warnings.
    warnings = [event for event in log if event["level"] == "warning"]
    assert [event["message"] for event in warnings] == [
        "idio variances have not converged", *(f"{count} periods {key}" for key, count in sorted(summary["outcomes"].items()) if key != "estimated")]

    log = events(panel.ok("update", "model", "--data", "new.parquet", "--log-format=json"))
    assert log[-1]["verb"] == "update" and log[-1]["counts"]["dates"] == 5
    log = events(panel.ok("evaluate", "model", "--warmup", 64, "--log-format", "json"))
    assert log[-1]["counts"]["periods"] > 0 and log[-1]["counts"]["portfolios"] > 10
    log = events(panel.ok("verify", "model", "--log-format", "json"))
    assert log[-1]["counts"]["files"] > 10
    # A verb that has nothing of its own to tell ends its log as well.
    assert events(panel.ok("performance", "model", "--log-format", "json"))[-1]["message"] == "done"


def test_check_logs_what_it_found(program: Program) -> None:
    """By check, and the fatal findings in the event before the failure."""
    vendor().to_parquet(program.folder / "raw.parquet")
    configuration(program.folder)
    run = program.ok("check", "--config", "config.yaml", "--out", "checked", "--json", "--log-format", "json")
    counts = events(run)[-1]["counts"]
    found = {}
    for finding in run.json()["quality"]["findings"]:
        key = f"findings.{finding['check']}"
        found[key] = found.get(key, 0) + finding["count"]
    assert {key: value for key, value in counts.items() if key.startswith("findings.")} == {"findings.fatal": 0, **found}
    configuration(program.folder, checks={key.removeprefix("findings."): {"severity": "fatal"} for key in found})
    if found:
        run = program.run("check", "--config", "config.yaml", "--out", "checked", "--log-format", "json")
        assert run.code == 65
        log = events(run)
        assert log[-2]["message"] == "findings are fatal" and log[-2]["counts"]["findings.fatal"] > 0


def test_failures_are_the_last_event(panel: Program) -> None:
    """Of every kind: usage, missing input, bad data; and a text log stays as it was."""
    for code, arguments, says in (
        (64, ("estimate", "--out", "model"), "--config"),
        (64, ("estimate", "--config", "config.yaml", "--out", "model", "--threads", "0"), "--threads is 0"),
        (66, ("estimate", "--config", "none.yaml", "--out", "model"), "none.yaml"),
        (66, ("verify", "none"), "none"),
    ):
        run = panel.fails(code, *arguments, "--log-format", "json")
        assert says in str(events(run)[-1]["message"])
        assert panel.fails(code, *arguments).err.splitlines()[0][:1] != "{"
    (panel.folder / "config.yaml").write_text("version: 1\nfrequency: daily\nfrequencies: 3\n")
    log = events(panel.fails(65, "estimate", "--config", "config.yaml", "--out", "model", "--log-format", "json"))
    assert "frequencies" in str(log[-1]["message"])
    panel.fails(64, "estimate", "--config", "config.yaml", "--out", "model", "--log-format", "xml", says=("xml",))
    # Help is no run.
    assert panel.ok("estimate", "--log-format", "json", "--help").err == ""


def test_an_interrupted_run_says_so_in_its_last_event(panel: Program) -> None:
    """SIGTERM in the middle of an estimate."""
    write(market(400, 1500), panel.folder / "panel.parquet")
    started = panel.start("estimate", "--config", "config.yaml", "--out", "model", "--log-format", "json")
    assert started.stderr is not None
    first = started.stderr.readline()
    second = started.stderr.readline()
    started.send_signal(signal.SIGTERM)
    out, err = started.communicate(timeout=60)
    log = events(Run(started.returncode, out, first + second + err))
    assert started.returncode == 130 and str(log[-1]["message"]).startswith("interrupted")
    assert not (panel.folder / "model").exists()


def test_warnings_of_a_regression_are_events(program: Program) -> None:
    """Returns that look like percent."""
    frame = market()
    frame["ret"] *= 100
    write(frame, program.folder / "panel.parquet")
    arguments = ("regress", "--panel", "panel.parquet", "--styles", "size", "--out", "out")
    log = events(program.ok(*arguments, "--log-format", "json"))
    assert any(event["level"] == "warning" and "percent" in str(event["message"]) for event in log)
    assert program.ok(*arguments).err.startswith("riskengine: warning: ")
