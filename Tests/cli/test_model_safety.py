"""Models that are killed, damaged, contended for, corrected: the model stands, or the program says what is wrong."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import time
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from markets import write
from models import Model, assert_same_models, configuration, dates_of, history, panel_section
from program import Program

INITIAL = 40
KNOWN = 75
"""Dates that the model of these tests has."""


@pytest.fixture
def frame() -> pd.DataFrame:
    """A history of which the model has the first part."""
    return history(assets=30, dates=80)


@pytest.fixture
def model(program: Program, frame: pd.DataFrame) -> Path:
    """A model, and in `new.parquet` the dates after it."""
    days = dates_of(frame)
    write(frame[frame["date"] < days[KNOWN]], program.folder / "panel.parquet")
    write(frame[frame["date"] >= days[KNOWN]], program.folder / "new.parquet")
    config = configuration(program.folder, idio={"initial": str(days[INITIAL])[:10]})
    program.ok("estimate", "--config", config, "--out", "model")
    return program.folder / "model"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder that is not hidden."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)}


def kill_updates(program: Program, model: Path, moments: int, seed: int) -> tuple[int, int]:
    """Kills updates at random moments, each of the model as it was; gives how many left the old and the new model."""
    random = np.random.default_rng(seed)
    old = Model(model)
    shutil.copytree(model, program.folder / "done")
    start = time.monotonic()
    program.ok("update", "done", "--data", "new.parquet")
    length = time.monotonic() - start
    new = Model(program.folder / "done")
    left = [0, 0]
    for _ in range(moments):
        shutil.copytree(model, program.folder / "victim")
        process = program.start("update", "victim", "--data", "new.parquet")
        # From the start of writing on, most of them: what comes before touches nothing.
        time.sleep(length * random.uniform(0.2, 1.1))
        process.kill()
        process.communicate()
        program.ok("verify", "victim")
        after = Model(program.folder / "victim")
        is_new = after.manifest["generation"] != old.manifest["generation"]
        left[is_new] += 1
        assert_same_models(after, new if is_new else old)
        program.ok("update", "victim", "--data", "new.parquet")
        assert_same_models(Model(program.folder / "victim"), new)
        assert list((program.folder / "victim").rglob(".*.parquet")) == [], "segments of the killed run stay"
        shutil.rmtree(program.folder / "victim")
    return left[0], left[1]


def test_killed_updates_leave_the_old_model_or_the_new(program: Program, model: Path) -> None:
    """At moments from early to after the end; the next update goes on."""
    old, new = kill_updates(program, model, 25, seed=1)
    assert old >= 3 and new >= 1, "no moment was within the run"


@pytest.mark.full
def test_two_hundred_killed_updates(program: Program, model: Path) -> None:
    """The same at many more moments."""
    old, new = kill_updates(program, model, 200, seed=2)
    assert old >= 30 and new >= 10


def test_killed_estimates_leave_what_was_there(program: Program, model: Path) -> None:
    """Nothing, where nothing was; the older model, where one was."""
    before = contents(model)
    for out in ("model", "other"):
        for delay in (0.02, 0.05, 0.1):
            process = program.start("estimate", "--config", "config.yaml", "--out", out)
            time.sleep(delay)
            process.kill()
            process.communicate()
    if (program.folder / "other").exists():
        program.ok("verify", "other")
    program.ok("verify", "model")
    assert contents(model).keys() == before.keys()
    # What killed runs left is swept by the next.
    program.ok("estimate", "--config", "config.yaml", "--out", "other")
    program.ok("estimate", "--config", "config.yaml", "--out", "model")


def test_an_interrupted_update_leaves_the_old_model(program: Program, model: Path) -> None:
    """Ctrl-C is 130."""
    before = contents(model)
    for delay in (0.0, 0.02, 0.04):
        process = program.start("update", "model", "--data", "new.parquet")
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
        if process.returncode == 0:
            break
        assert process.returncode in (130, -signal.SIGINT), error
        assert contents(model) == before
    program.ok("verify", "model")


def test_any_flipped_byte_is_found(program: Program, model: Path) -> None:
    """In every file that the model has, the manifest and the state among them."""
    random = np.random.default_rng(1)
    files = sorted(contents(model))
    assert len(files) >= 13 and "manifest.json" in files and "config.yaml" in files
    for name in files:
        path = model / name
        good = path.read_bytes()
        bad = bytearray(good)
        bad[random.integers(len(bad))] ^= 1 << random.integers(8)
        path.write_bytes(bad)
        program.fails(65, "verify", "model", says=(name,))
        path.write_bytes(good)
    program.ok("verify", "model")


def test_missing_short_and_foreign_files_are_found(program: Program, model: Path) -> None:
    """As faults of the model; as JSON, too."""
    segment = next((model / "factor_covariance").glob("*.parquet"))
    good = segment.read_bytes()
    segment.unlink()
    program.fails(65, "verify", "model", says=(segment.name,))
    segment.write_bytes(good[:-1])
    program.fails(65, "verify", "model", says=(segment.name,))
    segment.write_bytes(good)
    (model / "periods" / "copy.parquet").write_bytes(good)
    program.fails(65, "verify", "model", says=("copy.parquet",))
    report = program.run("verify", "model", "--json")
    assert report.code == 65 and [fault["file"] for fault in report.json()["faults"]] == ["periods/copy.parquet"]


def test_damage_stops_an_update(program: Program, model: Path) -> None:
    """A state of other bits is not gone on from, and nothing is written."""
    state = next((model / "state").iterdir())
    bad = bytearray(state.read_bytes())
    bad[len(bad) // 2] ^= 4
    state.write_bytes(bad)
    before = contents(model)
    program.fails(65, "update", "model", "--data", "new.parquet", says=(state.name, "damaged"))
    assert contents(model) == before


def test_a_second_writer_is_refused(program: Program, model: Path) -> None:
    """75 while another process has the right to write, whatever the verb; readers read."""
    before = contents(model)
    other = os.open(model, os.O_RDONLY)
    try:
        fcntl.flock(other, fcntl.LOCK_EX)
        for verb in (("update", "model", "--data", "new.parquet"), ("update", "model", "--restate"),
                     ("estimate", "--config", "config.yaml", "--out", "model")):
            program.fails(75, *verb, says=("model", "another process"))
        program.ok("verify", "model")
        program.ok("performance", "model")
    finally:
        os.close(other)
    assert contents(model) == before
    program.ok("update", "model", "--data", "new.parquet")


def test_updates_at_once_leave_one_whole_model(program: Program, model: Path) -> None:
    """One of them is done; the others are refused, or come after it and find nothing new."""
    runs = [program.start("update", "model", "--data", "new.parquet") for _ in range(4)]
    codes = sorted(run.wait(timeout=60) for run in runs)
    for run in runs:
        run.communicate()
    assert 0 in codes and set(codes) <= {0, 75}, codes
    program.ok("verify", "model")
    assert Model(model).metadata["date_count"] == 80


def test_a_model_of_a_newer_format_is_refused(program: Program, model: Path) -> None:
    """By every verb that reads one."""
    text = (model / "manifest.json").read_bytes()
    checksum = json.loads(text)["checksum"].encode()
    # The checksum is that of what follows it, up to a few characters.
    end = text.index(checksum) + len(checksum)
    start = next(place for place in range(end, end + 8) if sha256(text[place:]).hexdigest().encode() == checksum)
    rest = text[start:].replace(b'"format_version" : 1', b'"format_version" : 99')
    (model / "manifest.json").write_bytes(
        text[:end - len(checksum)] + sha256(rest).hexdigest().encode() + text[end:start] + rest)
    for verb in (("verify",), ("performance",), ("evaluate",), ("update", "--data", "new.parquet")):
        program.fails(65, verb[0], "model", *verb[1:], says=("format 99", "expected at most 1"))


def test_what_is_no_model(program: Program, model: Path) -> None:
    """66 where nothing is, 65 where something else is."""
    write(history(assets=30, dates=3), program.folder / "three.parquet")
    program.regress("three.parquet", "--styles", "beta")
    for verb in ("verify", "performance", "evaluate", "update"):
        program.fails(66, verb, "nowhere", says=("nowhere", "no such"))
        program.fails(65, verb, "out", says=("out", "expected a model"))
        program.fails(65, verb, "three.parquet", says=("three.parquet", "expected a model"))


def test_missing_data_and_nothing_new(program: Program, model: Path, frame: pd.DataFrame) -> None:
    """66 and 0, and the model stays."""
    before = contents(model)
    days = dates_of(frame)
    program.fails(66, "update", "model", "--data", "gone.parquet", says=("gone.parquet", "expected"))
    (program.folder / "empty").mkdir()
    program.fails(66, "update", "model", "--data", "empty", says=("empty/panel.parquet",))
    last = str(days[KNOWN - 1])[:10]
    assert f"nothing new: the model already has all dates, the last {last}" in program.ok("update", "model").out
    write(frame[frame["date"].between(days[60], days[KNOWN - 1])], program.folder / "old.parquet")
    summary = program.ok("update", "model", "--data", "old.parquet", "--json").json()
    assert (summary["date_count"], summary["last_date"]) == (0, last)
    (program.folder / "panel.parquet").unlink()
    program.fails(66, "update", "model", says=("panel.parquet",))
    assert contents(model) == before


def test_bad_rows_stop_an_update(program: Program, model: Path, frame: pd.DataFrame) -> None:
    """As they stop an estimate: 65, the row named, nothing written."""
    before = contents(model)
    days = dates_of(frame)
    new = frame[frame["date"] >= days[KNOWN]].reset_index(drop=True)
    for name, change, says in [
            ("infinite", lambda rows: rows.assign(ret=rows["ret"].where(rows.index != 7, np.inf)), ("ret", "inf")),
            ("twice", lambda rows: pd.concat([rows, rows.iloc[[9]]]), ("twice",)),
            ("negative", lambda rows: rows.assign(market_cap=-1.0), ("market cap", "-1")),
            ("lacking", lambda rows: rows.drop(columns="beta"), ("beta",)),
            ("label", lambda rows: rows.assign(industry=rows["industry"].str.upper()), ("BANKS",)),
    ]:
        write(change(new), program.folder / f"{name}.parquet")
        program.fails(65, "update", "model", "--data", f"{name}.parquet", says=says)
        assert contents(model) == before


def test_a_correction_is_refused_and_restated(program: Program, model: Path, frame: pd.DataFrame) -> None:
    """A number, a label, a missing row, a row too many and a date too many; a restatement is a fresh estimate."""
    days = dates_of(frame)
    before = contents(model)
    place = frame.index[(frame["date"] == days[70]) & frame["ret"].notna() & frame["industry"].notna()][3]

    def corrected(column: str, value: object) -> pd.DataFrame:
        changed = frame.copy()
        changed.loc[place, column] = value
        return changed

    number = corrected("ret", np.nextafter(frame.loc[place, "ret"], 1))
    cases = {
        "number": number, "missing": corrected("beta", np.nan), "label": corrected("industry", "Utilities2"),
        "row": frame.drop(index=place),
        "another": pd.concat([frame, frame.loc[[place]].assign(asset="999999")]),
    }
    for name, changed in cases.items():
        write(changed[changed["date"] >= days[68]], program.folder / f"{name}.parquet")
        program.fails(65, "update", "model", "--data", f"{name}.parquet",
                      says=("differs on " + str(days[70])[:10], "--restate"))
    saturday = next(day for day in pd.date_range(days[68], days[73]) if day not in days)
    between = frame[frame["date"] == days[70]].assign(date=saturday)
    write(pd.concat([between, frame[frame["date"] >= days[KNOWN]]]), program.folder / "between.parquet")
    program.fails(65, "update", "model", "--data", "between.parquet", says=("lacks", "--restate"))
    assert contents(model) == before

    write(number, program.folder / "panel.parquet")
    program.ok("update", "model", "--restate")
    program.ok("estimate", "--config", "config.yaml", "--out", "fresh")
    assert_same_models(Model(model), Model(program.folder / "fresh"))
    assert Model(model).metadata["last_date"] == str(days[-1])[:10]


def test_a_restatement_needs_all_data(program: Program, model: Path) -> None:
    """New dates alone would replace the history by themselves."""
    before = contents(model)
    program.fails(65, "update", "model", "--restate", "--data", "new.parquet",
                  says=("begin on 2024-05-13", "the model on 2024-01-29", "all data"))
    assert contents(model) == before


def test_a_restatement_keeps_the_split(program: Program, frame: pd.DataFrame) -> None:
    """Half of the sample was a date when the model was first estimated, and stays that one."""
    days = dates_of(frame)
    write(frame[frame["date"] < days[KNOWN]], program.folder / "panel.parquet")
    program.ok("estimate", "--config", configuration(program.folder), "--out", "model")
    split = Model(program.folder / "model").metadata["split_date"]
    # 74 periods: the 37th is the last of the first half, and it ends at the 38th date.
    assert split == str(days[37])[:10]
    write(frame, program.folder / "panel.parquet")
    program.ok("update", "model", "--restate")
    program.ok("estimate", "--config", configuration(program.folder, idio={"initial": split}), "--out", "fresh")
    assert_same_models(Model(program.folder / "model"), Model(program.folder / "fresh"))


def test_an_in_sample_model_is_restated_only(program: Program, frame: pd.DataFrame) -> None:
    """And says what it is, in its manifest, its summary and its periods."""
    days = dates_of(frame)
    write(frame[frame["date"] < days[KNOWN]], program.folder / "panel.parquet")
    write(frame, program.folder / "all.parquet")
    config = configuration(program.folder, idio={"estimation": "iterated"})
    run = program.ok("estimate", "--config", config, "--out", "model")
    assert "IN-SAMPLE" in run.out
    model = Model(program.folder / "model")
    assert model.metadata["is_in_sample"] is True
    assert set(model.frame("periods")["sample"]) == {"in-sample"}
    program.fails(65, "update", "model", "--data", "all.parquet", says=("whole sample", "--restate"))
    program.ok("update", "model", "--restate", "--data", "all.parquet")
    (program.folder / "all.parquet").rename(program.folder / "panel.parquet")
    program.ok("estimate", "--config", config, "--out", "fresh")
    assert_same_models(Model(program.folder / "model"), Model(program.folder / "fresh"))


def test_a_full_disk_leaves_the_old_model(program: Program, model: Path) -> None:
    """74: no file may grow beyond some bytes here, as where a disk is full."""
    before = contents(model)
    for verb in (("update", "model", "--data", "new.parquet"),
                 ("estimate", "--config", "config.yaml", "--out", "model"),
                 ("estimate", "--config", "config.yaml", "--out", "other")):
        done = subprocess.run(
            ["bash", "-c", 'trap "" XFSZ; ulimit -f 4; exec "$0" "$@"', program.binary, *verb],
            cwd=program.folder, capture_output=True, text=True, env=program.environment(None))
        assert done.returncode == 74, done.stderr
        assert "large" in done.stderr
        assert contents(model) == before
    assert not (program.folder / "other").exists()
    program.ok("verify", "model")
    program.ok("update", "model", "--data", "new.parquet")


def test_an_update_to_data_of_integers_keeps_the_models_type(program: Program, frame: pd.DataFrame) -> None:
    """Assets that were whole numbers stay so, also where the new file spells them; others are refused."""
    days = dates_of(frame)
    frame["asset"] = frame["asset"].astype(int)
    old, new = frame[frame["date"] < days[KNOWN]], frame[frame["date"] >= days[KNOWN]]
    write(old, program.folder / "panel.parquet")
    program.ok("estimate", "--config", configuration(program.folder), "--out", "model")
    named = new.assign(asset="A" + new["asset"].astype(str))
    write(named, program.folder / "named.parquet")
    program.fails(65, "update", "model", "--data", "named.parquet", says=("named.parquet", "A0", "whole number"))
    write(new.assign(asset=new["asset"].astype(str)), program.folder / "spelt.parquet")
    program.ok("update", "model", "--data", "spelt.parquet")
    assert str(Model(program.folder / "model").table("idio_risk").schema.field("asset").type) == "int64"


def test_a_folder_of_new_data(program: Program, model: Path) -> None:
    """The panel is looked up by its path in the configuration."""
    (program.folder / "inbox").mkdir()
    (program.folder / "new.parquet").rename(program.folder / "inbox" / "panel.parquet")
    program.ok("update", "model", "--data", "inbox")
    assert Model(model).metadata["processed_dates"] == 5


def test_a_panel_elsewhere_is_named_by_its_name(program: Program, frame: pd.DataFrame) -> None:
    """A path that does not begin with the configuration's folder is looked up by its last part."""
    folder = program.folder / "far"
    folder.mkdir()
    (program.folder / "near").mkdir()
    days = dates_of(frame)
    write(frame[frame["date"] < days[KNOWN]], folder / "p.parquet")
    config = configuration(program.folder / "near", data=panel_section("../far/p.parquet"))
    program.ok("estimate", "--config", f"near/{config}", "--out", "model")
    (program.folder / "inbox").mkdir()
    write(frame[frame["date"] >= days[KNOWN]], program.folder / "inbox" / "p.parquet")
    program.ok("update", "model", "--data", "inbox")
