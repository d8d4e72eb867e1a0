"""The batch examples do what their heads promise, also where a run fails, is locked out, is killed or meets damage."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import models
import pytest
from markets import market, write
from models import Model, assert_same_models, configuration, dates_of, history
from program import Program, Run

EXAMPLES = Path(__file__).resolve().parents[2] / "scripts" / "examples"
KNOWN = 75


class Scripts:
    """The examples, run in the folder of a program with that program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.folder = program.folder
        self.environment = program.environment({"RISKENGINE": str(program.binary)})

    def start(self, *command: object, riskengine: Path | None = None) -> subprocess.Popen[str]:
        """Starts a script."""
        environment = self.environment | ({"RISKENGINE": str(riskengine)} if riskengine else {})
        script = EXAMPLES / str(command[0])
        interpreter = [sys.executable] if script.suffix == ".py" else []
        return subprocess.Popen(
            [*interpreter, script, *map(str, command[1:])], cwd=self.folder, env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *command: object, riskengine: Path | None = None) -> Run:
        """Runs a script."""
        process = self.start(*command, riskengine=riskengine)
        out, err = process.communicate(timeout=300)
        return Run(process.returncode, out, err)

    def stand_in(self, *codes: int) -> Path:
        """A riskengine whose first updates end with codes; from then on, and for all other verbs, it is the real one."""
        path = self.folder / "stand-in"
        counter = self.folder / "updates"
        counter.write_text("0")
        path.write_text(f"""#!/usr/bin/env bash
codes=({" ".join(map(str, codes))})
count=$(cat {counter})
if [[ $1 == update ]]; then echo $((count + 1)) > {counter}; fi
if [[ $1 == update && $count -lt ${{#codes[@]}} ]]; then exit "${{codes[$count]}}"; fi
exec {self.program.binary} "$@"
""")
        path.chmod(0o755)
        return path

    @property
    def updates(self) -> int:
        """How often the stand-in was asked for an update."""
        return int((self.folder / "updates").read_text())


@pytest.fixture
def scripts(program: Program) -> Scripts:
    """The examples, a panel of 75 dates, and later dates."""
    frame = history(assets=30, dates=80)
    days = dates_of(frame)
    write(frame[frame["date"] < days[KNOWN]], program.folder / "panel.parquet")
    write(frame[frame["date"] >= days[KNOWN]], program.folder / "new.parquet")
    models.configuration(program.folder)
    return Scripts(program)


@pytest.fixture
def nightly(scripts: Scripts) -> Scripts:
    """The examples, and a model that can take the later dates."""
    scripts.program.ok("estimate", "--config", "config.yaml", "--out", "model")
    return scripts


def update(scripts: Scripts, *options: object, riskengine: Path | None = None) -> Run:
    """Runs the nightly update with short waits."""
    return scripts.run("nightly-update.sh", "--settle", 0, "--back-off", 0, *options, "model", "new.parquet",
                       riskengine=riskengine)


def events(scripts: Scripts) -> list[dict[str, object]]:
    """The events of the newest log of nightly updates."""
    logs = sorted((scripts.folder / "model.logs").glob("*.jsonl"))
    return [json.loads(line) for line in logs[-1].read_text().splitlines()]


def stamps(folder: Path) -> dict[str, int]:
    """The time of change of every file."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def wait_until(condition: object, seconds: float = 60) -> None:
    """Waits for what another process does."""
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "what was waited for has not come"
        time.sleep(0.005)


# Many models.


def test_one_bad_universe_of_three_stops_no_other(scripts: Scripts) -> None:
    """It is listed with its exit code and what was wrong; the next run makes that one alone."""
    for name in ("large", "small"):
        configuration(scripts.folder, f"{name}.yaml")
    configuration(scripts.folder, "broken.yaml", data=models.panel_section("no-such.parquet"))
    names = ("large.yaml", "broken.yaml", "small.yaml")
    run = scripts.run("estimate-many.sh", "--jobs", 2, "out", *names)
    assert run.code == 1
    failures = (scripts.folder / "out" / "failures.tsv").read_text()
    name, code, message = failures.rstrip("\n").split("\t")
    assert (name, code) == ("broken", "66") and "no-such.parquet" in message
    assert failures in run.err and "1 of 3 failed" in run.err
    for name in ("large", "small"):
        scripts.program.ok("verify", f"out/models/{name}")
        log = (scripts.folder / "out" / "logs" / f"{name}.log").read_text().splitlines()
        assert json.loads(log[-1])["exit_code"] == 0
        assert json.loads((scripts.folder / "out" / "logs" / f"{name}.json").read_text())["date_count"] == KNOWN
    assert not (scripts.folder / "out" / "models" / "broken").exists()

    before = stamps(scripts.folder / "out" / "models")
    configuration(scripts.folder, "broken.yaml")
    run = scripts.run("estimate-many.sh", "out", *names)
    assert run.code == 0, run.err
    assert "large: finished before" in run.out and "broken: estimated" in run.out
    after = stamps(scripts.folder / "out" / "models")
    assert {path: after[path] for path in before} == before and len(after) > len(before)
    assert not (scripts.folder / "out" / "failures.tsv").exists()


def test_another_configuration_or_again_estimates_anew(scripts: Scripts) -> None:
    """A finished model is one of the same configuration."""
    assert scripts.run("estimate-many.sh", "out", "config.yaml").code == 0
    manifest = scripts.folder / "out" / "models" / "config" / "manifest.json"
    first = manifest.stat().st_mtime_ns
    assert scripts.run("estimate-many.sh", "out", "config.yaml").out == "config: finished before\n"
    assert manifest.stat().st_mtime_ns == first
    configuration(scripts.folder, lag=2)
    assert "config: estimated" in scripts.run("estimate-many.sh", "out", "config.yaml").out
    second = manifest.stat().st_mtime_ns
    assert second != first
    assert "config: estimated" in scripts.run("estimate-many.sh", "--again", "out", "config.yaml").out
    assert manifest.stat().st_mtime_ns != second


def test_estimating_many_refuses_what_it_cannot_do(scripts: Scripts) -> None:
    """Wrong arguments, two models of one name, a missing configuration, and a folder in which another run works."""
    (scripts.folder / "other").mkdir()
    configuration(scripts.folder / "other")
    for code, arguments, says in (
        (64, ("out",), "at least one configuration"), (64, ("--jobs", "0", "out", "config.yaml"), "--jobs is '0'"),
        (64, ("--fast", "out", "config.yaml"), "--fast"), (66, ("out", "none.yaml"), "none.yaml"),
        (64, ("out", "config.yaml", "other/config.yaml"), "would both be the model 'config'"),
    ):
        run = scripts.run("estimate-many.sh", *arguments)
        assert run.code == code and says in run.err, run.err
        assert not (scripts.folder / "out").exists()
    (scripts.folder / "out").mkdir()
    with (scripts.folder / "out" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert scripts.run("estimate-many.sh", "out", "config.yaml").code == 75
    assert scripts.run("estimate-many.sh", "out", "config.yaml").code == 0


def test_estimating_many_ends_every_run_on_sigterm_and_goes_on_later(scripts: Scripts) -> None:
    """What is finished stays; no process and nothing half-written is left."""
    write(market(300, 1500), scripts.folder / "long.parquet")
    names = ["config.yaml"]
    for number in range(3):
        names.append(configuration(scripts.folder, f"long{number}.yaml", data=models.panel_section("long.parquet")))
    process = scripts.start("estimate-many.sh", "--jobs", 2, "--threads", 1, "out", *names)
    logs = scripts.folder / "out" / "logs"
    # The first model is finished, and both jobs are at a long one.
    wait_until(lambda: (scripts.folder / "out" / "models" / "config" / "manifest.json").exists()
               and len(list(logs.glob("long*.log"))) == 2)
    wait_until(lambda: all(path.stat().st_size > 0 for path in logs.glob("long*.log")))
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "goes on" in err, (out, err)
    for log in logs.glob("long*.log"):
        assert json.loads(log.read_text().splitlines()[-1])["exit_code"] == 130
    left = sorted(path.name for path in (scripts.folder / "out" / "models").iterdir())
    assert left == ["config"]
    write(market(40, 75), scripts.folder / "long.parquet")
    run = scripts.run("estimate-many.sh", "--jobs", 2, "out", *names)
    assert run.code == 0 and "config: finished before" in run.out and "long2: estimated" in run.out


# The nightly update.


def test_a_night_updates_verifies_and_logs(nightly: Scripts) -> None:
    """To the same model as an update by hand, and every line of the log is an event."""
    shutil.copytree(nightly.folder / "model", nightly.folder / "by-hand")
    nightly.program.ok("update", "by-hand", "--data", "new.parquet")
    run = update(nightly)
    assert (run.code, run.err) == (0, "")
    assert_same_models(Model(nightly.folder / "model"), Model(nightly.folder / "by-hand"))
    log = events(nightly)
    assert [*dict.fromkeys(event["verb"] for event in log)] == ["nightly-update", "update", "verify"]
    assert all({"time", "level", "verb", "stage", "message", "counts"} <= set(event) for event in log)
    assert log[-1]["stage"] == "end" and log[-1]["exit_code"] == 0
    updated = next(event for event in log if event["verb"] == "update" and event["stage"] == "end")
    assert updated["counts"]["dates"] == 5  # type: ignore[index]


def test_a_night_without_new_data_leaves_the_model(nightly: Scripts) -> None:
    """A second run of the same night succeeds, and its log says why nothing changed."""
    assert update(nightly).code == 0
    before = stamps(nightly.folder / "model")
    assert update(nightly).code == 0
    assert stamps(nightly.folder / "model") == before
    assert "is as it was" in str(events(nightly)[-1]["message"])
    assert any(event["level"] == "warning" and "nothing new" in str(event["message"]) for event in events(nightly))


def test_what_may_pass_is_tried_again_and_nothing_else(nightly: Scripts) -> None:
    """Locks and failed reads or writes, with pauses that double; any other code is passed on at once."""
    assert update(nightly, riskengine=nightly.stand_in(75, 74)).code == 0
    assert nightly.updates == 3
    assert [event["level"] for event in events(nightly)].count("warning") == 2
    start = time.monotonic()
    assert update(nightly, "--back-off", 1, "--attempts", 3, riskengine=nightly.stand_in(74, 74, 74, 74)).code == 74
    assert nightly.updates == 3 and 3 <= time.monotonic() - start < 60
    for code in (64, 65, 66, 70, 73, 130):
        run = update(nightly, riskengine=nightly.stand_in(code))
        assert run.code == code and nightly.updates == 1 and "the log is" in run.err
        assert events(nightly)[-1]["exit_code"] == code


def test_a_model_that_is_locked_is_waited_for(nightly: Scripts) -> None:
    """The lock of riskengine itself, held until after the first try."""
    before = stamps(nightly.folder / "model")
    lock = os.open(nightly.folder / "model", os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    run = update(nightly, "--attempts", 2)
    assert run.code == 75 and "trying again" in run.err, run.err
    assert stamps(nightly.folder / "model") == before
    process = nightly.start("nightly-update.sh", "--settle", 0, "--back-off", 1, "model", "new.parquet")
    assert process.stderr is not None and "failed with 75" in process.stderr.readline()
    os.close(lock)
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_two_nights_do_not_meet(nightly: Scripts) -> None:
    """A second run of the script is refused with 75, and touches nothing."""
    with (nightly.folder / "model.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run = update(nightly)
    assert run.code == 75 and "another run of this script" in run.err
    assert update(nightly).code == 0


def test_bad_or_missing_data_end_the_night(nightly: Scripts) -> None:
    """With the code and message of what was wrong, and the model as it was."""
    model = nightly.folder / "model"
    before = stamps(model)
    good = (nightly.folder / "new.parquet").read_bytes()
    (nightly.folder / "new.parquet").write_bytes(good[: len(good) // 2])
    run = update(nightly)
    assert run.code in (65, 74) and stamps(model) == before
    assert any("new.parquet" in str(event["message"]) for event in events(nightly) if event["verb"] == "update")
    (nightly.folder / "new.parquet").unlink()
    run = update(nightly, "--wait", 1)
    assert run.code == 66 and "new.parquet has not come" in run.err and stamps(model) == before
    (nightly.folder / "new.parquet").write_bytes(good)
    run = update(nightly, "--ready", "complete", "--wait", 1)
    assert run.code == 66 and "complete has not come" in run.err and stamps(model) == before
    # The data and their marker come while the script waits.
    process = nightly.start("nightly-update.sh", "--ready", "complete", "--wait", 60, "model", "new.parquet")
    time.sleep(0.5)
    assert process.poll() is None
    (nightly.folder / "complete").touch()
    assert process.wait(timeout=60) == 0
    process.communicate()


def test_data_that_still_grow_are_waited_for(nightly: Scripts) -> None:
    """Until they have been the same for the time to settle."""
    good = (nightly.folder / "new.parquet").read_bytes()
    (nightly.folder / "new.parquet").write_bytes(good[:1000])
    process = nightly.start("nightly-update.sh", "--settle", 3, "--wait", 60, "model", "new.parquet")
    time.sleep(1.5)
    (nightly.folder / "new.parquet").write_bytes(good)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err


def test_a_damaged_model_is_told(nightly: Scripts) -> None:
    """By the update where it reads what is damaged, else by the verification after it."""
    table = next((nightly.folder / "model" / "factor_covariance").glob("*.parquet"))
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.write_bytes(content)
    run = update(nightly)
    assert run.code == 65
    assert any(table.name in str(event["message"]) for event in events(nightly) if event["verb"] != "nightly-update")


def test_sigterm_in_a_night_leaves_the_old_model_or_the_new(nightly: Scripts) -> None:
    """While it waits, pauses, and updates."""
    before = stamps(nightly.folder / "model")
    process = nightly.start("nightly-update.sh", "--settle", 60, "model", "new.parquet")
    wait_until(lambda: list((nightly.folder / "model.logs").glob("*.jsonl")))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert process.returncode == 130 and stamps(nightly.folder / "model") == before
    process = nightly.start("nightly-update.sh", "--settle", 0, "--back-off", 60, "model", "new.parquet",
                            riskengine=nightly.stand_in(75))
    wait_until(lambda: nightly.updates == 1)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert process.returncode == 130 and stamps(nightly.folder / "model") == before
    old = Model(nightly.folder / "model").manifest["generation"]
    for delay in (0.0, 0.05, 0.1, 0.2):
        seen = len(list((nightly.folder / "model.logs").glob("*.jsonl")))
        process = nightly.start("nightly-update.sh", "--settle", 0, "model", "new.parquet")
        wait_until(lambda: len(list((nightly.folder / "model.logs").glob("*.jsonl"))) > seen)
        time.sleep(delay)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        nightly.program.ok("verify", "model")
        assert process.returncode in (0, 130)
        if process.returncode == 0 or Model(nightly.folder / "model").manifest["generation"] != old:
            return
    assert update(nightly).code == 0


def test_wrong_arguments_of_a_night(nightly: Scripts) -> None:
    """64, and 66 where there is no model."""
    for arguments in (("model",), ("--back-off", "soon", "model", "new.parquet"), ("--attempts", "0", "model", "new"),
                      ("--quick", "model", "new.parquet")):
        assert nightly.run("nightly-update.sh", *arguments).code == 64
    assert nightly.run("nightly-update.sh", "none", "new.parquet").code == 66


def test_the_units_call_the_script_as_it_is() -> None:
    """With options that it has; systemd takes the units where it is there."""
    service = (EXAMPLES / "riskengine-update@.service").read_text()
    command = re.search(r"^ExecStart=(.*)$", service, re.MULTILINE)
    assert command
    script = (EXAMPLES / "nightly-update.sh").read_text()
    options = re.findall(r"(--[a-z-]+)", command[1])
    assert options and all(re.search(rf"^ +{option}\)", script, re.MULTILINE) for option in options)
    if shutil.which("systemd-analyze"):
        calendar = re.search(r"^OnCalendar=(.*)$", (EXAMPLES / "riskengine-update@.timer").read_text(), re.MULTILINE)
        assert calendar
        done = subprocess.run(["systemd-analyze", "calendar", calendar[1]], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


# The sweep.


def sweep(scripts: Scripts, *arguments: object) -> tuple[Run, list[dict[str, str]]]:
    """Runs a sweep of the configuration; gives its table as well."""
    run = scripts.run("sweep.py", "--base", "config.yaml", "--out", "sweep", "--warmup", 64, *arguments)
    table = scripts.folder / "sweep" / "results.csv"
    return run, list(csv.DictReader(table.open())) if table.exists() else []


def test_a_sweep_makes_a_table_and_goes_on_where_one_failed(scripts: Scripts) -> None:
    """A row for each combination; one with a setting that the engine refuses fails alone."""
    settings = ("--set", "factor_covariance.volatility.half_life=21,84", "--set", "idio.regime_half_life=off,21,-1")
    run, rows = sweep(scripts, "--jobs", 2, *settings)
    assert run.code == 1 and "6 combinations, 2 failed" in run.out
    assert run.err.count("regime_half_life") >= 2, run.err
    assert [row["exit_code"] for row in rows] == ["0", "0", "65", "0", "0", "65"]
    good = [row for row in rows if row["exit_code"] == "0"]
    assert {(row["factor_covariance.volatility.half_life"], row["idio.regime_half_life"]) for row in good} == {
        ("21", "off"), ("21", "21"), ("84", "off"), ("84", "21")}
    assert all(int(row["periods"]) > 0 and float(row["mahalanobis"]) > 0 for row in good)
    assert len({row["mahalanobis"] for row in good}) == 4, "a setting has changed nothing"
    assert all("regime_half_life" in row["message"] for row in rows if row["exit_code"] == "65")
    # What the table says is what the engine says of the model.
    summary = scripts.program.ok("evaluate", f"sweep/{good[0]['name']}/model", "--warmup", 64, "--json").json()
    assert float(good[0]["mahalanobis"]) == summary["mean_distance"]

    before = stamps(scripts.folder / "sweep")
    again, _ = sweep(scripts, *settings[:3], "idio.regime_half_life=off,21")
    assert again.code == 0
    after = stamps(scripts.folder / "sweep")
    assert {path for path in before if after.get(path) != before[path]} == {
        path for path in before if path.endswith("results.csv")}


def test_a_sweep_is_stopped_and_goes_on(scripts: Scripts) -> None:
    """SIGTERM ends the runs; a combination that is finished is not made again."""
    write(market(300, 1500), scripts.folder / "panel.parquet")
    process = scripts.start("sweep.py", "--base", "config.yaml", "--out", "sweep", "--jobs", 1,
                            "--set", "idio.regime_half_life=off,21")
    wait_until(lambda: len(list((scripts.folder / "sweep").glob("*/config.yaml"))) == 2)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "goes on" in err
    assert not (scripts.folder / "sweep" / "results.csv").exists()
    assert list((scripts.folder / "sweep").glob("*/evaluation.json")) == []


def test_a_sweep_refuses_what_it_cannot_do(scripts: Scripts) -> None:
    """Wrong arguments and a missing configuration."""
    assert scripts.run("sweep.py", "--out", "sweep").code == 64
    assert sweep(scripts, "--set", "idio.profile")[0].code == 64
    assert sweep(scripts, "--jobs", "0")[0].code == 64
    assert scripts.run("sweep.py", "--base", "none.yaml", "--out", "sweep").code == 66
    assert not (scripts.folder / "sweep").exists()


def test_the_examples_explain_themselves(scripts: Scripts) -> None:
    """--help tells the usage that the head of each has."""
    for name in ("estimate-many.sh", "nightly-update.sh", "sweep.py"):
        run = scripts.run(name, "--help")
        assert run.code == 0 and name in run.out and len(run.out.splitlines()) >= 4
        assert os.access(EXAMPLES / name, os.X_OK)
