"""`riskengine check` finds what is wrong with vendors' data, says where, and what was done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from program import Program
from vendors import configuration, findings, source, vendor

Change = Callable[[pd.DataFrame], pd.DataFrame]
ASSET = "000007"


def at(frame: pd.DataFrame, day: int, asset: str = ASSET) -> pd.Series:
    """Marks the row of an asset on the n-th date."""
    date = sorted(frame["date"].unique())[day]
    return (frame["date"] == date) & (frame["asset"] == asset)


def check(program: Program, frame: pd.DataFrame, code: int = 0, **more: object) -> pd.DataFrame:
    """Checks a market of one source and gives the findings."""
    frame.to_parquet(program.folder / "raw.parquet")
    run = program.run("check", "--config", configuration(program.folder, **more), "--out", "out")
    assert run.code == code, run.err
    return findings(program.folder / "out")


def scaled(column: str, factor: float, day: int = 80) -> Change:
    """One value times a factor."""
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[at(frame, day), column] *= factor
        return frame
    return change


def test_clean_data_raise_nothing(program: Program) -> None:
    """No finding at all."""
    found = check(program, vendor())
    assert len(found) == 0
    counts = pd.read_parquet(program.folder / "out/quality_counts.parquet")
    assert counts["severity"].isin(["info"]).all()


@pytest.mark.parametrize(
    ("column", "factor", "checks"),
    [
        ("close", -1.0, {"impossible_value"}),
        ("volume", -1.0, {"impossible_value"}),
        ("market_cap", -1.0, {"impossible_value"}),
        ("market_cap", 3.0, {"cap_mismatch"}),
        ("close", 100.0, {"jump", "spike", "return_mismatch", "cap_mismatch"}),
        ("shares", 0.0, {"impossible_value"}),
    ],
)
def test_a_wrong_value_is_found_where_it_is(
    program: Program, column: str, factor: float, checks: set[str]
) -> None:
    """The finding names date, asset, field, and the value that was there."""
    frame = scaled(column, factor)(vendor())
    found = check(program, frame)
    row = frame[at(frame, 80)].iloc[0]
    mine = found[(found["asset"] == ASSET) & (pd.to_datetime(found["date"]) == row["date"])]
    assert len(mine) > 0 and set(mine["check"]) <= checks, found.to_string()
    assert set(found["asset"]) == {ASSET}
    assert np.isclose(mine["before"], row[column]).any() or column in {"close", "shares"}
    assert (mine["source"] == "vendor").all()


def test_an_infinite_return_is_dropped(program: Program) -> None:
    """An infinite value is an error of its own."""
    frame = vendor()
    frame.loc[at(frame, 50), "return"] = np.inf
    found = check(program, frame)
    assert list(found["check"]) == ["impossible_value"] and list(found["action"]) == ["dropped"]
    assert list(found["field"]) == ["return"]


def test_duplicates_are_counted_or_dropped(program: Program) -> None:
    """The same row twice is one row; two different rows are none."""
    frame = vendor()
    same = frame[at(frame, 30)]
    other = frame[at(frame, 40)].assign(close=lambda rows: rows["close"] * 1.01)
    found = check(program, pd.concat([frame, same, other]).sort_values("date", kind="stable"))
    assert list(found["check"]) == ["conflicting_rows"]
    counts = pd.read_parquet(program.folder / "out/quality_counts.parquet")
    assert counts.set_index("check")["count"]["duplicate_row"] == 1


def test_a_stale_price_is_warned_of_and_then_dropped(program: Program) -> None:
    """Five equal closes with volume, and from 21 on an error a day."""
    frame = vendor()
    dates = sorted(frame["date"].unique())
    run = frame["date"].isin(dates[60:90]) & (frame["asset"] == ASSET)
    frame.loc[run, ["close", "return"]] = [frame.loc[at(frame, 60), "close"].item(), 0.0]
    frame.loc[run, "market_cap"] = frame["close"] * frame["shares"]
    found = check(program, frame)
    stale = found[found["check"] == "stale_price"]
    assert stale["severity"].value_counts().to_dict() == {"warn": 2, "error": 10}


def test_a_split_without_its_action_is_proposed_and_not_applied(program: Program) -> None:
    """Price and shares move by two, no action tells of it."""
    frame = vendor()
    dates = sorted(frame["date"].unique())
    later = (frame["date"] >= dates[70]) & (frame["asset"] == ASSET)
    frame.loc[later, "close"] /= 2
    frame.loc[later, "shares"] *= 2
    found = check(program, frame.drop(columns="return"), data={"sources": [without("return")]})
    split = found[found["check"] == "unadjusted_split"].iloc[0]
    assert split["action"] == "proposed" and "2.0 new shares" in split["note"]
    jump = found[found["check"] == "jump"].iloc[0]
    assert jump["action"] == "dropped" and pd.Timestamp(jump["date"]) == dates[70]


def without(*fields: str) -> dict[str, object]:
    """A source that lacks fields."""
    described = source()
    columns = dict(described["columns"])  # type: ignore[call-overload]
    for field in fields:
        del columns[field]
    return described | {"columns": columns}


def test_a_missing_day_a_weekend_row_and_a_reused_id(program: Program) -> None:
    """Each is told by date; the id that comes back is a new listing."""
    frame = vendor()
    dates = sorted(frame["date"].unique())
    gone = frame["date"].isin(dates[40:75]) & (frame["asset"] == ASSET)
    saturday = pd.Timestamp(dates[10]) + pd.offsets.Week(weekday=5)
    extra = frame[at(frame, 10)].assign(date=saturday)
    frame = pd.concat([frame[~gone], extra]).sort_values("date", kind="stable")
    found = check(program, frame)
    assert set(found["check"]) == {"non_trading_date", "gap", "reused_identifier"}
    back = found[found["check"] == "reused_identifier"].iloc[0]
    assert pd.Timestamp(back["date"]) == dates[75] and back["before"] == 35


def test_fatal_findings_exit_with_65_and_are_written(program: Program) -> None:
    """Half of the market is gone on one date; a date of equal returns."""
    frame = vendor()
    dates = sorted(frame["date"].unique())
    half = (frame["date"] >= dates[60]) & (frame["asset"] > "000030")
    found = check(program, frame[~half], code=65)
    assert "universe_drift" in set(found[found["severity"] == "fatal"]["check"])
    frame = vendor()
    frame.loc[frame["date"] == dates[60], "return"] = 0.01
    off = {"return_mismatch": {"severity": "off"}}
    found = check(program, frame, code=65, checks=off)
    fatal = found[found["severity"] == "fatal"].iloc[0]
    assert fatal["check"] == "unusual_day" and "returns are the same" in fatal["note"]


def test_a_check_can_be_milder_or_off(program: Program) -> None:
    """Severities and thresholds are the configuration's."""
    frame = vendor()
    dates = sorted(frame["date"].unique())
    half = (frame["date"] >= dates[60]) & (frame["asset"] > "000030")
    mild = {"universe_drift": {"severity": "warn"}, "missing_drift": {"severity": "off"}, "gap": {"severity": "off"}}
    found = check(program, frame[~half], checks=mild)
    assert set(found["severity"]) == {"warn"} and set(found["check"]) == {"universe_drift"}


# Several vendors


def two(program: Program, first: pd.DataFrame, second: pd.DataFrame, code: int = 0) -> pd.DataFrame:
    """Checks a market that two vendors tell of."""
    first.to_parquet(program.folder / "a.parquet")
    second.to_parquet(program.folder / "b.parquet")
    name = configuration(
        program.folder, source("a", "a.parquet", priority=1), source("b", "b.parquet", priority=2)
    )
    run = program.run("check", "--config", name, "--out", "out")
    assert run.code == code, run.err
    return findings(program.folder / "out")


def test_vendors_that_agree_raise_nothing(program: Program) -> None:
    """The same market twice."""
    assert len(two(program, vendor(), vendor())) == 0


def test_a_unit_error_is_told_from_the_other_vendor(program: Program) -> None:
    """A close times 100: the vendor that breaks with its own past is wrong, whatever its priority."""
    for wrong in ("a", "b"):
        frames = {"a": vendor(), "b": vendor()}
        frame = frames[wrong]
        frame.loc[at(frame, 80), "close"] *= 100
        found = two(program, frames["a"], frames["b"])
        unit = found[found["check"] == "unit_error"]
        assert list(unit["source"]) == [wrong] and list(unit["asset"]) == [ASSET], found.to_string()


def test_vendors_with_different_calendars(program: Program) -> None:
    """A trading day that one vendor lacks is told."""
    frame = vendor()
    dates = sorted(frame["date"].unique())
    found = two(program, frame, frame[frame["date"] != dates[33]])
    assert list(found["check"]) == ["gap"] and list(found["source"]) == ["b"]
    assert pd.Timestamp(found["date"].iloc[0]) == dates[33]


def test_an_unknown_and_a_changing_industry(program: Program) -> None:
    """Labels beside the valid ones are dropped, and the one before is used on."""
    frame = vendor()
    frame.loc[at(frame, 50), "industry"] = "Bananas"
    valid = {"classification": {"labels": {"industry": [f"I{i}" for i in range(5)]}}}
    found = check(program, frame, checks=valid)
    assert list(found["check"]) == ["classification"] and "'Bananas'" in found["note"].iloc[0]
    twice = pd.concat([vendor(), vendor()[at(vendor(), 50)].assign(industry="I0")])
    found = check(program, twice.sort_values("date", kind="stable"))
    assert list(found["check"]) == ["conflicting_rows"]


def test_a_fundamental_known_before_its_period_ended(program: Program) -> None:
    """A number with a knowledge date before its fiscal end is dropped."""
    frame = vendor().drop(columns="book_equity")
    frame.to_parquet(program.folder / "raw.parquet")
    numbers = pd.DataFrame(
        {
            "asset": [ASSET, ASSET], "item": "book_equity", "value": [1e9, 2e9],
            "fiscal_end": pd.to_datetime(["2019-09-30", "2020-06-30"]),
            "knowledge_date": pd.to_datetime(["2020-01-15", "2020-05-01"]),
        }
    )
    numbers.to_csv(program.folder / "numbers.csv", index=False)
    name = configuration(
        program.folder, without("book_equity"), {"name": "accounts", "kind": "fundamentals", "path": "numbers.csv"}
    )
    program.ok("check", "--config", name, "--out", "out")
    found = findings(program.folder / "out")
    look = found[found["check"] == "look_ahead"].iloc[0]
    assert look["asset"] == ASSET and look["before"] == 2e9 and look["field"] == "book_equity"


# Files and configurations


def test_missing_truncated_and_mistyped_files(program: Program) -> None:
    """The message names the source, the file and the column."""
    name = configuration(program.folder)
    program.fails(66, "check", "--config", name, "--out", "out", says=("source 'vendor'", "raw.parquet", "no such file"))
    vendor().to_parquet(program.folder / "raw.parquet")
    whole = (program.folder / "raw.parquet").read_bytes()
    (program.folder / "raw.parquet").write_bytes(whole[: len(whole) // 2])
    program.fails(65, "check", "--config", name, "--out", "out", says=("source 'vendor'", "raw.parquet"))
    vendor().assign(close="cheap").to_parquet(program.folder / "raw.parquet")
    program.fails(65, "check", "--config", name, "--out", "out", says=("'close'", "expected"))
    vendor().drop(columns="volume").to_parquet(program.folder / "raw.parquet")
    program.fails(65, "check", "--config", name, "--out", "out", says=("'volume'",))
    nothing = configuration(program.folder, source(path="*.feather"), name="nothing.yaml")
    program.fails(66, "check", "--config", nothing, "--out", "out", says=("no file matches '*.feather'",))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", ("is empty",)),
        ("version: 1\nfrequency: [", ("is not YAML",)),
        ("version: 1\n", ("frequency: is missing",)),
        ("version: 1\nfrequency: dayly\n", ("bad.yaml:2", "'dayly'", "did you mean 'daily'?")),
        ("version: 2\nfrequency: daily\n", ("version", "'2'", "expected a whole number from 1 to 1")),
        ("version: 1\nfrequency: daily\nuniverse: {minimum_prise: off}\n", ("minimum_prise", "did you mean 'minimum_price'?")),
        ("version: 1\nfrequency: daily\nlag: -1\n", ("lag", "'-1'")),
        ("version: 1\nfrequency: daily\nchecks: {jump: {score: many}}\n", ("checks.jump.score", "'many'", "expected a number")),
        ("version: 1\nfrequency: daily\nchecks: {gap: {warned: 30}}\n", ("warned is 30", "exit 20")),
        ("version: 1\nfrequency: daily\nuniverse: {cap_coverage: {enter: 1.5}}\n", ("cap_coverage.enter", "from 0 to 1")),
        ("version: 1\nfrequency: daily\nuniverse: {cap_coverage: {enter: 0.99, leave: 0.9}}\n", ("cap_coverage",)),
        ("version: 1\nfrequency: daily\nloadings: {profile: equity-cor}\n", ("did you mean 'equity-core'?",)),
        ("version: 1\nfrequency: daily\nloadings: {styles: {beta: {descriptors: {market_bet: {}}}}}\n",
         ("market_bet", "did you mean 'market_beta'?")),
        ("version: 1\nfrequency: daily\nloadings: {styles: {s: {descriptors: {log_market_cap: {half_life: 3}}}}}\n",
         ("takes no half_life",)),
        ("version: 1\nfrequency: daily\nloadings: {styles: {s: {power: {of: size}}}}\n", ("'size'",)),
        ("version: 1\nfrequency: daily\n", ("data: is missing",)),
        ("version: 1\nversion: 1\nfrequency: daily\n", ("twice",)),
    ],
)  # fmt: skip
def test_a_bad_configuration_is_refused_with_its_line(program: Program, text: str, says: tuple[str, ...]) -> None:
    """The message names the file, the key, what was found and what was expected."""
    (program.folder / "bad.yaml").write_text(text)
    program.fails(65, "check", "--config", "bad.yaml", "--out", "out", says=("bad.yaml", *says))


def test_a_missing_configuration_is_66(program: Program) -> None:
    """There is nothing to read."""
    program.fails(66, "loadings", "--config", "none.yaml", "--out", "out", says=("none.yaml", "no such file"))


def test_init_writes_a_configuration_that_reads(program: Program) -> None:
    """What init writes is valid, and is not overwritten."""
    program.ok("init", "--out", "config.yaml")
    run = program.run("check", "--config", "config.yaml", "--out", "out")
    assert run.code == 66 and "raw/*.parquet" in run.err
    program.fails(73, "init", "--out", "config.yaml", says=("config.yaml", "already"))


def test_the_reference_is_what_the_program_writes(program: Program) -> None:
    """docs/configuration.md is written by the program, and is not behind it."""
    document = Path(__file__).resolve().parents[2] / "docs/configuration.md"
    assert document.read_text() == program.ok("init", "--reference").out


def test_a_whole_day_missing_of_a_calendar_is_told(program: Program) -> None:
    """A trading day without any row, known when the next one comes; without a calendar a long silence is told."""
    frame = vendor()
    dates = sorted(frame["date"].unique())
    pd.DataFrame({"date": dates}).to_csv(program.folder / "days.csv", index=False)
    found = check(program, frame[frame["date"] != dates[50]], calendar="days.csv")
    assert list(found["check"]) == ["gap"] and found["asset"].isna().all()
    assert pd.Timestamp(found["date"].iloc[0]) == dates[50]
    assert pd.Timestamp(found["known_date"].iloc[0]) == dates[51]
    # Returns told for one day then contradict closes over eight, which without a calendar is all that can be known.
    found = check(program, frame[~frame["date"].isin(dates[50:57])], code=65)
    assert "no row of any source" in " ".join(found["note"].dropna())


def test_the_configuration_names_the_format_of_tables(program: Program) -> None:
    """CSV where it says so; the command line wins, also where it names the default."""
    vendor(dates=40).to_parquet(program.folder / "raw.parquet")
    config = configuration(program.folder, output={"format": "csv"})
    for flags, ending in (((), "csv"), (("--format", "feather"), "feather"), (("--format", "parquet"), "parquet")):
        program.ok("check", "--config", config, "--out", "out", *flags)
        assert (program.folder / f"out/quality.{ending}").is_file()
        run = program.ok("loadings", "--config", config, "--out", "out", *flags)
        assert (program.folder / f"out/panel.{ending}").is_file() and f"out/panel.{ending}" in run.out


def test_a_known_column_that_nothing_reads_is_told(program: Program) -> None:
    """A field of the engine under its own name, left out of 'columns': said, not used."""
    columns = source()["columns"]
    left_out = "volume"
    assert left_out in columns
    del columns[left_out]
    vendor(dates=40).to_parquet(program.folder / "raw.parquet")
    config = configuration(program.folder, source(columns=columns))
    run = program.ok("check", "--config", config, "--out", "out")
    assert "not read, for 'columns' of the configuration does not name them: volume" in run.out
