"""Where results go, in which format, and what is told about them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from markets import FLAGS, market, write
from program import Program, Results

TABLES = {"factor_returns", "factor_statistics", "idio_returns", "periods"}


@pytest.fixture
def panel(program: Program) -> str:
    """A panel file."""
    return write(market(), program.folder / "panel.parquet").name


@pytest.mark.parametrize("kind", ["csv", "feather"])
def test_tables_of_every_format_hold_the_same_values(program: Program, panel: str, kind: str) -> None:
    """Numbers to the last bit, also as text."""
    expected = program.regress(panel, *FLAGS)
    found = program.regress(panel, *FLAGS, "--format", kind, out="other")
    assert {path.name for path in found.folder.iterdir()} == {f"{name}.{kind}" for name in TABLES} | {"manifest.json"}
    for name in TABLES:
        left, right = expected.table(name).to_pandas(), found.table(name).to_pandas()
        if kind == "csv":
            right["date"] = pd.to_datetime(right["date"]).dt.date
            if name == "idio_returns":
                right["asset"] = right["asset"].map("{:06d}".format)
        pd.testing.assert_frame_equal(left, right, check_exact=True, check_dtype=False, obj=name)


def test_csv_leaves_missing_numbers_empty_and_dates_in_iso(program: Program) -> None:
    """Readers take empty for missing."""
    frame = market()
    day = sorted(frame["date"].unique())[2]
    frame.loc[frame["date"] == day, "ret"] = None
    write(frame, program.folder / "p.parquet")
    results = program.regress("p.parquet", *FLAGS, "--format", "csv")
    line = (results.folder / "factor_returns.csv").read_text().splitlines()[2]
    assert line == f"{day.date()}" + "," * 9


def test_the_summary_as_json_counts_periods_and_rows(program: Program) -> None:
    """By outcome and by reason; every row is counted once."""
    frame = market(dates=6)
    third = sorted(frame["date"].unique())[2]
    frame.loc[frame["date"] == third, "ret"] = None
    write(frame, program.folder / "p.parquet")
    run = program.ok("regress", "--panel", "p.parquet", "--out", "out", *FLAGS, "--universe", "universe", "--json")
    summary = run.json()
    assert run.err == ""
    assert summary["outcomes"] == {"estimated": 4, "failed: too few assets": 1}
    assert summary["period_count"] == 5 and summary["row_count"] == len(frame)
    assert (summary["first_date"], summary["last_date"]) == ("2024-01-30", "2024-02-05")
    first = (frame["date"] == frame["date"].min()).sum()
    assert sum(summary["exclusions"].values()) + summary["regressed_row_count"] == len(frame) - first
    periods = Results(program.folder / "out").table("periods").to_pandas()
    assert summary["exclusions"] == {name: int(periods[name].sum()) for name in summary["exclusions"]}
    assert len(summary["exclusions"]) == 6
    assert summary["seconds"]["total"] > 0 and summary["peak_bytes"] > 1_000_000
    assert summary["solvers"] == {"cholesky": 4} and 0 < summary["median_r_squared"] < 1


def test_the_summary_for_people_says_the_same(program: Program, panel: str) -> None:
    """A few lines without a stack of digits."""
    run = program.ok("regress", "--panel", panel, "--out", "out", *FLAGS)
    lines = run.out.splitlines()
    assert len(lines) == 5 and all(len(line) <= 120 for line in lines)
    assert lines[0] == "panel.parquet -> out"
    assert "5 periods from 2024-01-30 to 2024-02-05: 5 estimated" in lines[1]
    assert "left out: " in lines[2] and "9 factors" in lines[3]
    assert run.err == ""


def test_a_folder_of_results_is_replaced_as_a_whole(program: Program, panel: str) -> None:
    """Tables of another format and of other options do not stay."""
    day = "2024-01-31"
    program.regress(panel, *FLAGS, "--format", "csv", "--factor-portfolios", day)
    (program.folder / "out" / "notes.txt").write_text("of mine")
    results = program.regress(panel, *FLAGS)
    assert {path.name for path in results.folder.iterdir()} == {f"{name}.parquet" for name in TABLES} | {
        "manifest.json"}


def test_an_empty_folder_and_a_missing_one_are_filled(program: Program, panel: str) -> None:
    """Folders above are created, too."""
    (program.folder / "empty").mkdir()
    program.regress(panel, *FLAGS, out="empty")
    program.regress(panel, *FLAGS, out="a/b/c")
    program.regress(panel, *FLAGS, out="with a blank/")


def test_a_link_to_a_folder_stays_and_its_folder_is_filled(program: Program, panel: str) -> None:
    """Results kept on another disk."""
    (program.folder / "disk").mkdir()
    (program.folder / "out").symlink_to("disk")
    for _ in range(2):
        program.regress(panel, *FLAGS)
        assert (program.folder / "out").is_symlink()
        assert (program.folder / "disk" / "manifest.json").is_file()
    (program.folder / "nowhere").symlink_to("gone")
    program.fails(73, "regress", "--panel", panel, "--out", "nowhere", *FLAGS, says=("nowhere", "link to nothing"))


def test_what_is_not_ours_is_not_touched(program: Program, panel: str) -> None:
    """Files, folders of others, folders with a manifest of others."""
    folder = program.folder / "foreign"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    program.fails(73, "regress", "--panel", panel, "--out", "foreign", *FLAGS,
                  says=("foreign", "thesis.txt", "manifest.json"))
    (folder / "manifest.json").write_text('{"producer": "another"}')
    program.fails(73, "regress", "--panel", panel, "--out", "foreign", *FLAGS, says=("foreign",))
    (folder / "manifest.json").write_text("no JSON")
    program.fails(73, "regress", "--panel", panel, "--out", "foreign", *FLAGS, says=("foreign",))
    program.fails(73, "regress", "--panel", panel, "--out", panel, *FLAGS, says=(panel, "file"))
    program.fails(73, "simulate", "--assets", 50, "--periods", 5, "--industries", 3, "--styles", 1,
                  "--out", "foreign", says=("foreign",))


def test_a_folder_that_cannot_be_created_is_said_at_once(program: Program, panel: str) -> None:
    """Below a file, in a file system that takes none, at a path that is none."""
    program.fails(73, "regress", "--panel", panel, "--out", f"{panel}/out", *FLAGS, says=(f"{panel}/out", "is a file"))
    program.fails(73, "regress", "--panel", panel, "--out", f"{panel}/a/b/out", *FLAGS, says=("is a file",))
    program.fails(73, "regress", "--panel", panel, "--out", "/proc/out", *FLAGS, says=("/proc/out",))
    program.fails(73, "regress", "--panel", panel, "--out", "", *FLAGS, says=("no path",))
    program.fails(73, "regress", "--panel", panel, "--out", "x" * 300, *FLAGS, says=("xxx", "long"))


def test_the_current_folder_is_refused(binary: Path, tmp_path: Path) -> None:
    """It would be another folder under the feet of the shell."""
    program = Program(binary, tmp_path / "here")
    program.folder.mkdir()
    write(market(), tmp_path / "panel.parquet")
    program.fails(73, "regress", "--panel", "../panel.parquet", "--out", ".", *FLAGS, says=("current folder",))
    program.fails(73, "regress", "--panel", "../panel.parquet", "--out", "../here", *FLAGS, says=("current folder",))


def test_nothing_stays_of_a_run_that_failed(program: Program) -> None:
    """No results, no folders above them, no hidden folders; older results stand."""
    frame = market()
    write(frame, program.folder / "panel.parquet")
    program.regress("panel.parquet", *FLAGS)
    frame.loc[len(frame) - 1, "ret"] = float("inf")
    write(frame, program.folder / "bad.parquet")
    program.fails(65, "regress", "--panel", "bad.parquet", "--out", "out", *FLAGS)
    program.fails(65, "regress", "--panel", "bad.parquet", "--out", "new", *FLAGS)
    program.fails(65, "regress", "--panel", "bad.parquet", "--out", "a/b/new", *FLAGS)
    program.fails(66, "regress", "--panel", "none.parquet", "--out", "a/b/new", *FLAGS)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_leaves_nothing(program: Program, number: signal.Signals) -> None:
    """In the midst of writing, with older results and folders to create: 130, and 129 without a terminal."""
    write(market(), program.folder / "panel.parquet")
    program.regress("panel.parquet", *FLAGS)
    before = program.listing()
    for out in ("out", "a/b/out"):
        process = program.start(
            "simulate", "--assets", 3000, "--periods", 2520, "--out", out)
        wait_for_hidden_folder(program, process)
        time.sleep(0.3)
        process.send_signal(number)
        text, error = process.communicate(timeout=60)
        assert process.returncode == (129 if number == signal.SIGHUP else 130), error
        assert text == "" and ("interrupted" in error or number == signal.SIGHUP)
        assert program.listing() == before


def test_a_run_under_nohup_goes_on_without_a_terminal(program: Program) -> None:
    """SIGHUP that is ignored stays so."""
    process = subprocess.Popen(
        ["nohup", program.binary, "simulate", "--assets", "300", "--periods", "500", "--out", "out"],
        cwd=program.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    wait_for_hidden_folder(program, process)
    process.send_signal(signal.SIGHUP)
    assert process.wait(timeout=120) == 0
    process.communicate()
    assert (program.folder / "out" / "manifest.json").is_file()


def test_what_a_killed_run_left_is_swept_by_the_next(program: Program) -> None:
    """Into the same place, and only there; what a living run fills stays."""
    arguments = ("simulate", "--assets", 3000, "--periods", 2520, "--out")
    for out in ("out", "other"):
        process = program.start(*arguments, out)
        wait_for_hidden_folder(program, process, out)
        process.kill()
        process.communicate()
    left = program.hidden()
    assert any(".out." in path for path in left) and any(".other." in path for path in left)

    living = program.start(*arguments, "out")
    while not (set(program.hidden()) - set(left)):
        assert living.poll() is None
        time.sleep(0.002)
    time.sleep(0.2)
    small = ("simulate", "--assets", 50, "--periods", 10, "--industries", 5, "--out")
    program.ok(*small, "out")
    tops = {path.name for path in program.folder.iterdir()}
    assert sum(name.startswith(".out.") for name in tops) == 1, "the folder of the living run went or the left one stayed"
    assert sum(name.startswith(".other.") for name in tops) == 1
    living.send_signal(signal.SIGINT)
    assert living.wait(timeout=60) == 130
    living.communicate()
    program.ok(*small, "other")
    assert {path.name for path in program.folder.iterdir()} == {"out", "other"}


def test_an_interrupted_regression_leaves_nothing(program: Program) -> None:
    """At several moments of a run."""
    frame = market(assets=400, dates=250)
    write(frame.sample(frac=1, random_state=1), program.folder / "panel.csv")
    before = program.listing()
    stopped = 0
    for delay in (0.0, 0.02, 0.05, 0.1, 0.2, 0.3):
        process = program.start("regress", "--panel", "panel.csv", "--out", "out", *FLAGS, "--robust", "bisquare")
        wait_for_hidden_folder(program, process)
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
        if process.returncode == 130:
            stopped += 1
            assert program.listing() == before, delay
        else:
            assert process.returncode == 0, error
            assert (program.folder / "out" / "manifest.json").is_file()
            assert program.hidden() == []
            subprocess.run(["rm", "-r", program.folder / "out"], check=True)
    assert stopped > 0


def wait_for_hidden_folder(program: Program, process: subprocess.Popen[str], out: str = "") -> None:
    """Waits until a run has begun its output."""
    end = time.monotonic() + 60
    while not any(f"/.{out}" in path for path in program.hidden()) and process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.002)


def test_a_full_disk_is_said_and_leaves_nothing(program: Program) -> None:
    """74: no file may grow beyond some bytes here, as where a disk is full."""
    write(market(assets=200, dates=60), program.folder / "panel.parquet")
    before = program.listing()
    done = subprocess.run(
        ["bash", "-c", 'trap "" XFSZ; ulimit -f 16; exec "$0" "$@"', program.binary, "regress", "--panel",
         "panel.parquet", "--out", "a/out", *FLAGS, "--format", "csv"],
        cwd=program.folder, capture_output=True, text=True, env=program.environment(None))
    assert done.returncode == 74, done.stderr
    assert "a/out" in done.stderr and "large" in done.stderr
    assert program.listing() == before


@pytest.mark.full
@pytest.mark.parametrize("kind", ["parquet", "csv", "feather"])
def test_a_disk_that_is_really_full_is_said_and_leaves_nothing(program: Program, kind: str) -> None:
    """74, on a file system of a few hundred kilobytes; needs the right to mount one."""
    disk = program.folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.fail(f"--full needs the right to mount: {mounted.stderr}")
    try:
        write(market(assets=300, dates=120), program.folder / "panel.parquet")
        for verb in (("regress", "--panel", "panel.parquet", *FLAGS), ("simulate", "--assets", 500, "--periods", 100)):
            program.fails(74, *verb, "--out", "disk/out", "--format", kind, says=("disk/out", "No space left"))
            assert list(disk.iterdir()) == []
        program.fails(73, "regress", "--panel", "panel.parquet", "--out", "disk", *FLAGS, says=("disk", "mounted"))
    finally:
        subprocess.run(["umount", disk], check=True)


def test_two_runs_into_one_folder_leave_one_whole_result(program: Program) -> None:
    """The last to end stands."""
    write(market(assets=100, dates=30), program.folder / "panel.parquet")
    runs = [program.start("regress", "--panel", "panel.parquet", "--out", "out", *FLAGS, "--lag", lag)
            for lag in (1, 1, 2, 2)]
    for run in runs:
        assert run.wait(timeout=60) in (0, 73)
        run.communicate()
    manifest = Results(program.folder / "out").manifest
    names = {path.name for path in (program.folder / "out").iterdir()}
    assert names == {entry["path"] for entry in manifest["tables"]} | {"manifest.json"}
    assert program.hidden() == []


def test_a_median_that_is_not_there_is_null(program: Program) -> None:
    """Strict JSON, in the summary and in the manifest: returns that are all zero leave nothing to explain."""
    frame = market(holes=False)
    frame["ret"] = 0.0
    write(frame, program.folder / "zero.parquet")
    summary = program.ok("regress", "--panel", "zero.parquet", "--out", "out", *FLAGS, "--json").json()
    assert "median_r_squared" in summary and summary["median_r_squared"] is None
    assert Results(program.folder / "out").manifest["summary"]["median_r_squared"] is None


def test_progress_is_for_terminals_alone(program: Program, panel: str) -> None:
    """Where nobody looks, nothing is written to standard error."""
    assert program.ok("regress", "--panel", panel, "--out", "out", *FLAGS).err == ""


def test_results_are_readable_by_others(program: Program, panel: str) -> None:
    """As the umask says."""
    results = program.regress(panel, *FLAGS)
    mask = os.umask(0)
    os.umask(mask)
    for path in results.folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o666 & ~mask
    assert results.folder.stat().st_mode & 0o777 == 0o755 & ~mask


def test_a_table_without_rows_of_idio_returns_still_has_its_types(program: Program) -> None:
    """More factors than a panel can tell are outcomes, not errors; tables keep their schema."""
    frame = market(assets=12, dates=3, holes=False)
    write(frame, program.folder / "p.parquet")
    results = program.regress("p.parquet", *FLAGS)
    assert results.table("idio_returns").schema.field("in_regression").type == pa.bool_()
    assert json.dumps(results.manifest["summary"]["outcomes"]) == '{"estimated": 2}'
