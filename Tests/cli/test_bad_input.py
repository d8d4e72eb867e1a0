"""Bad input ends with a code and a message that tells where it is, what was found and what was expected."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Callable

import models
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from markets import FLAGS, STYLES, arrow, market, write
from program import Program

FLAGS_WITH_UNIVERSE = (*FLAGS, "--universe", "universe")
HEADER, ROWS = "date,asset,ret,market_cap,industry,beta,momentum,size".split(","), 7


def refuse(program: Program, path: str, *says: str, code: int = 65, flags: tuple[object, ...] = FLAGS) -> None:
    """Regresses a panel, which must be refused."""
    program.fails(code, "regress", "--panel", path, "--out", "a/out", *flags, says=(path, *says))


def refuse_frame(program: Program, frame: pd.DataFrame, *says: str, **more: object) -> None:
    """Regresses a market from CSV and from Parquet, which must both be refused."""
    for name in ("panel.csv", "panel.parquet"):
        write(frame, program.folder / name)
        refuse(program, name, *says, **more)


def csv(program: Program, change: Callable[[list[list[str]]], None]) -> str:
    """A panel as CSV with some cells changed; row 0 is the header."""
    frame = market(holes=False)[HEADER]
    frame["date"] = frame["date"].dt.strftime("%Y-%m-%d")
    cells = [HEADER, *frame.astype(str).values.tolist()]
    change(cells)
    (program.folder / "panel.csv").write_text("".join(",".join(row) + "\n" for row in cells))
    return "panel.csv"


def cell(row: int, column: str, text: str) -> Callable[[list[list[str]]], None]:
    """A change of one cell."""
    def change(cells: list[list[str]]) -> None:
        cells[row][HEADER.index(column)] = text
    return change


# Files


def test_a_missing_file_and_a_folder_are_66(program: Program) -> None:
    """There is nothing to read."""
    refuse(program, "none.parquet", "no such file", code=66)
    refuse(program, "none.csv", "no such file", code=66)
    (program.folder / "folder.parquet").mkdir()
    refuse(program, "folder.parquet", "folder", "expected a file", code=66)
    write(market(), program.folder / "panel.parquet")
    program.fails(66, "regress", "--panel", "panel.parquet", "--out", "o", *FLAGS, "--membership", "industry=no.csv",
                  says=("no.csv", "no such file"))


def test_a_file_that_may_not_be_read_is_66(program: Program) -> None:
    """Also for root, who is asked for permission where the right not to be is given up."""
    write(market(), program.folder / "panel.parquet").chmod(0)
    done = subprocess.run(
        [program.binary, "regress", "--panel", "panel.parquet", "--out", "out", *FLAGS], cwd=program.folder,
        env=program.environment(None), capture_output=True, text=True, preexec_fn=give_up_reading_everything)
    assert done.returncode == 66 and "panel.parquet: cannot be opened: Permission denied" in done.stderr, done.stderr
    assert not (program.folder / "out").exists()
    (program.folder / "loop.parquet").symlink_to("loop.parquet")
    refuse(program, "loop.parquet", "cannot be opened", "symbolic links", code=66)


def give_up_reading_everything() -> None:
    """Takes the rights to pass over permissions from the programs that this process starts."""
    if os.geteuid() == 0:
        drop_capability, rights = 24, (1, 2)
        library = ctypes.CDLL(None, use_errno=True)
        for right in rights:
            if library.prctl(drop_capability, right, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "prctl")


def test_a_file_of_no_known_ending_is_refused(program: Program) -> None:
    """The endings that are known are named."""
    (program.folder / "panel.xlsx").write_bytes(b"PK")
    refuse(program, "panel.xlsx", ".parquet", ".csv", ".feather")


@pytest.mark.parametrize("name", ["panel.csv", "panel.parquet", "panel.feather", "panel.csv.gz"])
def test_an_empty_file_is_refused(program: Program, name: str) -> None:
    """Without a byte, a file is of no format."""
    (program.folder / name).write_bytes(b"")
    refuse(program, name, "empty")


@pytest.mark.parametrize("name", ["panel.csv", "panel.parquet", "panel.feather"])
def test_a_file_without_rows_is_refused(program: Program, name: str) -> None:
    """A header alone."""
    write(market().iloc[:0], program.folder / name)
    refuse(program, name, "no rows", "expected at least one")


@pytest.mark.parametrize("name", ["panel.parquet", "panel.feather"])
def test_files_that_are_cut_off_or_another_format_are_refused(program: Program, name: str) -> None:
    """At every length, a file whose end is missing is refused; a file of another format is named so."""
    whole = write(market(), program.folder / name).read_bytes()
    for length in (3, 10, 100, len(whole) // 2, len(whole) - 1):
        (program.folder / name).write_bytes(whole[:length])
        refuse(program, name)
    (program.folder / name).write_text("date,asset,ret\n2024-01-31,A,0.1\n")
    refuse(program, name, "is no")


@pytest.mark.parametrize("name", ["panel.parquet", "panel.feather"])
def test_damaged_files_are_refused_or_read(program: Program, name: str) -> None:
    """Bytes changed anywhere: an exit code, never a crash."""
    whole = write(market(), program.folder / name).read_bytes()
    random = np.random.default_rng(1)
    for _ in range(15):
        damaged = bytearray(whole)
        for place in random.integers(4, len(whole), 8):
            damaged[place] = random.integers(256)
        (program.folder / name).write_bytes(damaged)
        run = program.run("regress", "--panel", name, "--out", "out", *FLAGS)
        assert run.code in (0, 65, 74), run.err
        assert run.code == 0 or name in run.err


def test_text_that_is_not_utf8_is_refused(program: Program) -> None:
    """With its row; UTF-16 as a whole."""
    text = (program.folder / csv(program, lambda cells: None)).read_text()
    (program.folder / "panel.csv").write_bytes(text.replace("Banks", "B\xe4nke").encode("latin-1"))
    refuse(program, "panel.csv", "row", "'industry'", "UTF-8")
    (program.folder / "panel.csv").write_bytes(text.encode("utf-16"))
    refuse(program, "panel.csv", "UTF-8")


def test_another_separator_shows_in_the_columns_found(program: Program) -> None:
    """Semicolons make one column of the header."""
    text = (program.folder / csv(program, lambda cells: None)).read_text()
    (program.folder / "panel.csv").write_text(text.replace(",", ";"))
    refuse(program, "panel.csv", "no column 'date'", "date;asset;ret")


# Rows and values of CSV


@pytest.mark.parametrize("fields", [-1, 1])
def test_a_ragged_row_is_named(program: Program, fields: int) -> None:
    """With the number of its fields."""
    def change(cells: list[list[str]]) -> None:
        cells[ROWS] = cells[ROWS][:-1] if fields < 0 else [*cells[ROWS], "9"]
    refuse(program, csv(program, change), "row 7", f"found {8 + fields} fields", "expected 8")


@pytest.mark.parametrize("text", ["abc", "1,5", "5%", "NA", "0x10", "1 000", "#N/A", "--1"])
def test_text_in_a_number_is_named(program: Program, text: str) -> None:
    """With row, column and text; only empty is missing."""
    quoted = f'"{text}"' if "," in text else text
    refuse(program, csv(program, cell(ROWS, "beta", quoted)), "row 7", "'beta'", f"'{text}'", "expected a number")
    refuse(program, csv(program, cell(ROWS, "ret", quoted)), "row 7", "'ret'", f"'{text}'", "expected a number")


@pytest.mark.parametrize("text", ["2024-13-01", "31/01/2024", "January", "2024-02-30", "2024-01-29 09:30:00", "20241301"])
def test_a_date_that_is_none_is_named(program: Program, text: str) -> None:
    """With row and text; a time of day is none."""
    refuse(program, csv(program, cell(ROWS, "date", text)), "row 7", "'date'", f"'{text}'", "2024-01-31")


@pytest.mark.parametrize("text", ["inf", "-inf", "Infinity", "1e999"])
def test_infinite_values_in_csv_are_named(program: Program, text: str) -> None:
    """With row, column, date and asset."""
    for column, word in (("ret", "return"), ("size", "style 'size'"), ("market_cap", "market cap")):
        path = csv(program, cell(ROWS, column, text))
        refuse(program, path, "row 7", word, "'000006'", "2024-01-29", "infinite; expected a finite number")


@pytest.mark.parametrize("text", ["NA", "N/A", "null", "None", "#N/A", "nan0"])
def test_words_for_missing_numbers_are_refused(program: Program, text: str) -> None:
    """Empty and NaN alone are missing numbers; any other word may be a mistake."""
    refuse(program, csv(program, cell(ROWS, "size", text)), "row 7", "'size'", f"'{text}'", "a number")


@pytest.mark.parametrize("value", [0.5, 2.0, -1.0, np.inf])
def test_flags_other_than_zero_and_one_are_refused(program: Program, value: float) -> None:
    """With their row, in every format."""
    frame = market(holes=False)
    frame["universe"] = frame["universe"].astype(float)
    frame.loc[6, "universe"] = value
    refuse_frame(program, frame, "row 7", "'universe'", "true, false, 1 or 0", flags=FLAGS_WITH_UNIVERSE)


def test_a_timestamp_with_a_time_of_day_is_refused(program: Program) -> None:
    """In Parquet, too, with its row."""
    frame = market()
    frame.loc[4, "date"] += pd.Timedelta(hours=16)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    write(table, program.folder / "panel.parquet")
    refuse(program, "panel.parquet", "row 5", "'date'", "16:00", "without a time of day")


def test_an_unknown_column_is_named_with_its_nearest(program: Program) -> None:
    """And with those that there are."""
    write(market(), program.folder / "panel.parquet")
    for option, name, nearest in (
        ("--cap", "market_capp", "market_cap"), ("--groups", "Industry", "industry"), ("--styles", "bta", "beta"),
        ("--universe", "univers", "universe"), ("--return", "rets", "ret"), ("--date", "dates", "date"),
        ("--asset", "assets", "asset"), ("--weights", "column:precison", "precision"),
    ):
        flags = {**dict(zip(FLAGS[::2], FLAGS[1::2])), option: name}
        refuse(program, "panel.parquet", f"no column '{name.removeprefix('column:')}'", f"did you mean '{nearest}'?",
               "'momentum'", flags=tuple(part for pair in flags.items() for part in pair))


def test_a_column_that_is_there_twice_is_refused(program: Program) -> None:
    """Which one is meant cannot be told."""
    def change(cells: list[list[str]]) -> None:
        cells[0] = [*HEADER[:-1], "beta"]
    flags = ("--styles", "beta")
    refuse(program, csv(program, change), "more than one column 'beta'", flags=flags)


@pytest.mark.parametrize("column,kind,expected", [
    ("beta", pa.string(), "number"), ("ret", pa.bool_(), "number"), ("industry", pa.float64(), "text or integer"),
    ("date", pa.float64(), "date"), ("universe", pa.date32(), "boolean"), ("asset", pa.float64(), "text or integer"),
], ids=str)
def test_a_column_of_another_type_is_refused(
    program: Program, column: str, kind: pa.DataType, expected: str
) -> None:
    """With the type that it has."""
    table = arrow(market())
    position = table.schema.get_field_index(column)
    table = table.set_column(position, column, pa.nulls(len(table), kind))
    write(table, program.folder / "panel.parquet")
    refuse(program, "panel.parquet", f"'{column}'", str(kind).split("[")[0], f"expected {expected}",
           flags=FLAGS_WITH_UNIVERSE)


# What rows say


def test_two_rows_of_one_asset_on_one_date_are_named(program: Program) -> None:
    """Both rows, next to each other or far apart, in order or not."""
    frame = market()
    near = pd.concat([frame[:6], frame[5:]])
    refuse_frame(program, near, "rows 6, 7", f"'{frame.asset[5]}'", "2024-01-29", "more than one row")
    far = pd.concat([frame, frame[5:6]])
    refuse_frame(program, far, f"rows 6, {len(far)}", f"'{frame.asset[5]}'", "2024-01-29")
    mixed = far.sample(frac=1, random_state=1)
    rows = [str(place + 1) for place, label in enumerate(mixed.index) if label == 5]
    refuse_frame(program, mixed, f"rows {', '.join(rows)}", f"'{frame.asset[5]}'")


@pytest.mark.parametrize("column", ["date", "asset"])
def test_a_missing_key_is_named(program: Program, column: str) -> None:
    """In order and not."""
    frame = market()
    frame.loc[30, column] = None
    refuse_frame(program, frame, "row 31", f"'{column}'", "missing", "expected a value in every row")
    shuffled = frame.sample(frac=1, random_state=2)
    row = list(shuffled.index).index(30) + 1
    refuse_frame(program, shuffled, f"row {row}", f"'{column}'", "missing")


@pytest.mark.parametrize("column,word", [
    ("market_cap", "market cap"), ("precision", "weight"), ("stake", "constraint weight")])
def test_negative_caps_and_weights_are_named(program: Program, column: str, word: str) -> None:
    """Zero is an exclusion, less is an error."""
    frame = market()
    frame.loc[12, column] = -2.5
    flags = (*FLAGS, "--weights", "column:precision", "--constraint-weights", "column:stake")
    refuse_frame(program, frame, "row 13", word, f"'{frame.asset[12]}'", "-2.5", "expected zero or more", flags=flags)


@pytest.mark.parametrize("column,word", [
    ("ret", "return"), ("market_cap", "market cap"), ("momentum", "style 'momentum'"), ("precision", "weight"),
    ("stake", "constraint weight")])
@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_values_are_named(program: Program, column: str, word: str, value: float) -> None:
    """Wherever they stand, also on the last date."""
    frame = market()
    frame.loc[len(frame) - 1, column] = value
    flags = (*FLAGS, "--weights", "column:precision", "--constraint-weights", "column:stake")
    refuse_frame(program, frame, f"row {len(frame)}", word, f"'{frame.asset.iloc[-1]}'",
                 "infinite; expected a finite number", str(frame.date.iloc[-1].date()), flags=flags)


@pytest.mark.parametrize("other", ["banks", "BANKS", "Banks ", " Banks", "Ban ks"])
def test_labels_that_differ_in_case_or_blanks_are_named(program: Program, other: str) -> None:
    """With the rows of both."""
    frame = market(holes=False)
    last = frame.index[frame["industry"] == "Banks"][-1]
    frame.loc[last, "industry"] = other
    first = frame.index[frame["industry"] == "Banks"][0]
    refuse_frame(program, frame, f"rows {first + 1}, {last + 1}", "'Banks'", f"'{other}'".split("  ")[0], "'industry'",
                 "differ only in case or blanks", "expected one spelling")


def test_a_blank_label_is_named(program: Program) -> None:
    """A label is a text, or missing."""
    frame = market(holes=False)
    frame.loc[20, "industry"] = "  "
    refuse_frame(program, frame, "row 21", "'industry'", "blanks")


def test_bad_memberships_are_named(program: Program) -> None:
    """Sums other than 1, fractions that are not positive, missing values, columns that lack."""
    write(market(), program.folder / "panel.parquet")
    flags = (*FLAGS, "--membership", "industry=parts.csv")
    for text, says in {
        "asset,industry,fraction\n000001,Banks,0.5\n000001,Energy,0.4\n": ("parts.csv", "'000001'", "sum to 0.9"),
        "asset,industry,fraction\n000001,Banks,1.5\n000001,Energy,-0.5\n": ("parts.csv", "'000001'", "positive"),
        "asset,industry,fraction\n000001,Banks,1\n000002,Energy,\n": ("parts.csv", "row 2", "'fraction'", "missing"),
        "asset,industry,fraction\n000001,Banks,1\n000002,,1\n": ("parts.csv", "row 2", "'industry'", "missing"),
        "asset,sector,fraction\n000001,Banks,1\n": ("parts.csv", "no column 'industry'"),
        "asset,industry,fraction\n000001,Banks,one\n": ("parts.csv", "row 1", "'fraction'", "'one'"),
    }.items():
        (program.folder / "parts.csv").write_text(text)
        program.fails(65, "regress", "--panel", "panel.parquet", "--out", "o", *flags, says=says)


# Periods without an estimate


def test_nothing_to_estimate_names_the_commonest_reason(program: Program) -> None:
    """65, nothing written."""
    frame = market(holes=False)
    for changes, reason in (
        ({"ret": np.nan}, "no return"), ({"size": np.nan}, "no loading"), ({"market_cap": 0.0}, "cap"),
        ({"market_cap": np.nan}, "cap"), ({"industry": None}, "label"), ({"universe": False}, "universe"),
    ):
        changed = frame.assign(**changes)
        if "industry" in changes:
            changed["industry"] = pd.Series([None] * len(frame), dtype="string")
        write(changed, program.folder / "panel.parquet")
        refuse(program, "panel.parquet", "none of 5 periods", "too few assets", reason, "200 rows",
               flags=FLAGS_WITH_UNIVERSE)
    write(frame[frame["asset"] == "000001"], program.folder / "panel.parquet")
    refuse(program, "panel.parquet", "none of 5 periods", "too few assets")
    few = frame[frame["asset"] < "000008"]
    write(few, program.folder / "panel.parquet")
    refuse(program, "panel.parquet", "none of 5 periods", "too few assets")
    write(frame.assign(precision=0.0), program.folder / "panel.parquet")
    refuse(program, "panel.parquet", "none of 5 periods", "weight", flags=(*FLAGS, "--weights", "column:precision"))


def test_a_model_of_styles_without_values_names_them(program: Program) -> None:
    """With how many rows of the universe lack each, most first; nothing is written."""
    frame = models.history(holes=False)
    members = frame["asset"] != "000001"
    first = frame["date"] < models.dates_of(frame)[30]
    frame = frame.assign(
        universe=members, momentum=np.nan, beta=frame["beta"].mask(first & members),
        size=frame["size"].mask(~members))
    write(frame, program.folder / "panel.parquet")
    data = models.panel_section(universe="universe")
    models.configuration(program.folder, data=data)
    program.fails(
        65, "estimate", "--config", "config.yaml", "--out", "model",
        says=("none of", "too few assets", f"of {members.sum()} rows in the universe",
              f"{members.sum()} have no style 'momentum', {(first & members).sum()} have no style 'beta'; expected"))
    assert not (program.folder / "model").exists()


def test_fewer_dates_than_the_lag_needs_are_named(program: Program) -> None:
    """With how many there are and how many it takes."""
    write(market(dates=3), program.folder / "panel.parquet")
    refuse(program, "panel.parquet", "3 dates", "lag 3", "at least 4", flags=(*FLAGS, "--lag", "3"))
    write(market(dates=1), program.folder / "panel.parquet")
    refuse(program, "panel.parquet", "1 date,", "lag 1", "at least 2")


@pytest.mark.parametrize("loading", ["constant", "zero", "industry"])
def test_a_style_that_others_explain_is_an_outcome(program: Program, loading: str) -> None:
    """What the style touches is missing; the rest is what it is without the style."""
    frame = market(holes=False)
    frame["extra"] = {
        "constant": 1.5, "zero": 0.0, "industry": (frame["industry"] == "Retail").astype(float)}[loading]
    write(frame, program.folder / "panel.parquet")
    plain = program.regress("panel.parquet", *FLAGS, out="plain")
    flags = ("--cap", "market_cap", "--groups", "industry", "--styles", "beta,momentum,size,extra")
    found = program.regress("panel.parquet", *flags)
    assert set(found.outcomes()) == {"degraded: rank"}
    left, right = plain.table("factor_returns").to_pandas(), found.table("factor_returns").to_pandas()
    missing = set(right.columns[right.isna().all()])
    assert "extra" in missing and not missing & set(STYLES)
    kept = [name for name in left.columns if name not in missing]
    pd.testing.assert_frame_equal(left[kept], right[kept], rtol=1e-9, atol=1e-12)
    pd.testing.assert_frame_equal(
        plain.table("idio_returns").to_pandas(), found.table("idio_returns").to_pandas(), rtol=1e-9, atol=1e-12)
    statistics = found.table("factor_statistics").to_pandas()
    extra = statistics[statistics["factor"] == "extra"]
    assert extra[["factor_return", "standard_error", "t_statistic", "vif"]].isna().all(axis=None)


def test_groups_that_fall_apart_are_an_outcome(program: Program) -> None:
    """Each industry in one country: their levels cannot be told apart."""
    frame = market(assets=60, holes=False)
    frame["country"] = frame["industry"].map({"Banks": "US", "Energy": "US", "Retail": "CA", "Software": "CA",
                                              "Utilities": "CA"})
    write(frame, program.folder / "panel.parquet")
    results = program.regress("panel.parquet", *FLAGS, "--groups", "industry,country")
    assert set(results.outcomes()) == {"degraded: confounded groups"}
    returns = results.table("factor_returns").to_pandas()
    assert returns[["CA", "US"]].isna().all(axis=None) and returns[STYLES].notna().all(axis=None)
    assert len(results.table("idio_returns")) == 5 * 60


def test_a_group_of_one_member_is_estimated(program: Program) -> None:
    """Its asset has no idio return to speak of."""
    frame = market(holes=False)
    frame.loc[frame["asset"] == "000000", "industry"] = "Alone"
    write(frame, program.folder / "panel.parquet")
    results = program.regress("panel.parquet", *FLAGS)
    assert set(results.outcomes()) == {"estimated"}
    idio = results.table("idio_returns").to_pandas()
    assert (idio.loc[idio["asset"] == "000000", "idio_return"].abs() < 1e-15).all()


def test_labels_that_are_multiples_of_each_other_are_told_apart_by_nothing(program: Program) -> None:
    """Each third asset is in one label, the others in two at the same shares: a column is nothing but rounding."""
    frame = market(assets=55, dates=3, holes=False)
    assets = sorted(frame["asset"].unique())
    frame["market_cap"] = frame["asset"].map({asset: 1.0 + number for number, asset in enumerate(assets)})
    write(frame.drop(columns="industry"), program.folder / "panel.parquet")
    pure = [(asset, "Retail", 1.0) for asset in assets[::3]]
    mixed = [(asset, label, share) for number, asset in enumerate(assets) if number % 3
             for label, share in (("Banks", 0.25), ("Energy", 0.75))]
    pd.DataFrame(pure + mixed, columns=["asset", "industry", "fraction"]).to_parquet(program.folder / "shares.parquet")
    results = program.regress("panel.parquet", *FLAGS, "--membership", "industry=shares.parquet")
    assert all(outcome.startswith("degraded") for outcome in results.outcomes()), results.outcomes()
    assert len(results.outcomes()) == 2
    returns = results.table("factor_returns").to_pandas()
    assert returns[STYLES].notna().all(axis=None) and returns[["Banks", "Energy"]].isna().all(axis=None)


def test_zero_caps_and_one_bad_period_are_counted(program: Program) -> None:
    """Other periods do not suffer."""
    frame = market(holes=False)
    frame.loc[frame["asset"] == "000003", "market_cap"] = 0.0
    second = sorted(frame["date"].unique())[1]
    frame.loc[(frame["date"] == second) & (frame["asset"] > "000004"), "ret"] = np.nan
    write(frame, program.folder / "panel.parquet")
    results = program.regress("panel.parquet", *FLAGS)
    assert results.outcomes() == ["failed: too few assets", *["estimated"] * 4]
    assert results.table("periods").column("excluded_cap").to_pylist() == [1] * 5


def test_ten_thousand_labels_are_a_column_each(program: Program) -> None:
    """Fewer assets than labels is an outcome; more is estimated."""
    count = 10_000
    random = np.random.default_rng(1)
    frames = [pd.DataFrame({
        "date": day, "asset": np.arange(2 * count + 50), "ret": random.normal(0, 0.01, 2 * count + 50),
        "group": [f"L{number % count:05d}" for number in range(2 * count + 50)],
        "size": random.normal(0, 1, 2 * count + 50),
    }) for day in pd.bdate_range("2024-01-01", periods=3)]
    pq.write_table(arrow(pd.concat(frames)), program.folder / "panel.parquet")
    results = program.regress("panel.parquet", "--groups", "group", "--styles", "size")
    assert set(results.outcomes()) == {"estimated"}
    assert results.table("factor_returns").num_columns == count + 3


def test_returns_that_look_like_percent_are_warned_of(program: Program) -> None:
    """On standard error, in the summary and in the manifest; the run goes on."""
    frame = market(assets=200, dates=12)
    write(frame.assign(ret=frame["ret"] * 100), program.folder / "panel.parquet")
    run = program.ok("regress", "--panel", "panel.parquet", "--out", "out", *FLAGS, "--json")
    assert "warning" in run.err and "percent" in run.err and "fractions" in run.err
    assert max(len(word) for word in run.err.split()) < 16, "a number with all its digits"
    assert len(run.json()["warnings"]) == 1
    write(frame, program.folder / "panel.parquet")
    assert program.ok("regress", "--panel", "panel.parquet", "--out", "out", *FLAGS).err == ""


def test_universe_flags_that_are_missing_are_warned_of(program: Program) -> None:
    """They count as outside."""
    frame = market(holes=False)
    frame["universe"] = frame["universe"].astype("boolean")
    frame.loc[frame.index % 7 == 0, "universe"] = pd.NA
    write(frame, program.folder / "panel.parquet")
    run = program.ok("regress", "--panel", "panel.parquet", "--out", "out", *FLAGS_WITH_UNIVERSE)
    assert f"{(len(frame) + 6) // 7} rows" in run.err and "universe" in run.err


# Options


@pytest.mark.parametrize("options,says", [
    ((), ("--panel",)), (("--panel", "p.csv"), ("--out",)), (("--panel",), ("--panel",)),
    (("--nonsense",), ("--nonsense",)), (("--panels", "p.csv"), ("--panels", "--panel")),
    (("--lag", "x"), ("--lag", "'x'")), (("--lag=-1",), ("--lag", "-1", "0 or more")),
    (("--threads", "0"), ("--threads", "1 or more")), (("--threads", "many"), ("--threads", "'many'")),
    (("--format", "xlsx"), ("--format", "parquet", "csv", "feather")),
    (("--weights", "sqrtcap"), ("--weights", "'sqrtcap'", "sqrt-cap")), (("--weights", "column:"), ("--weights",)),
    (("--weights", "cap"), ("--cap",)), (("--constraint-weights", "cap"), ("--cap",)),
    (("--cap", "c", "--constraint-weights", "sqrt-cap"), ("--constraint-weights", "cap, equal or column:NAME")),
    (("--clip-weights", "0.5"), ("--clip-weights", "0.5")), (("--clip-weights", "0"), ("--clip-weights",)),
    (("--clip-weights", "nan"), ("--clip-weights", "nan")), (("--clip-weights", "on"), ("--clip-weights", "'on'")),
    (("--robust", "median"), ("--robust", "huber", "bisquare")),
    (("--robust-k", "2"), ("--robust-k", "--robust huber or bisquare")),
    (("--robust", "huber", "--robust-k", "0"), ("--robust-k", "more than 0")),
    (("--robust", "huber", "--robust-k", "nan"), ("--robust-k", "more than 0")),
    (("--robust", "huber", "--robust-k", "inf"), ("--robust-k",)),
    (("--thin-industries", "0.5", "--groups", "g"), ("--thin-industries", "1 or more")),
    (("--thin-industries", "5"), ("--thin-industries", "--groups")),
    (("--thin-industries", "5", "--groups", "g", "--no-market"), ("--thin-industries", "--no-market")),
    (("--thin-industries", "5", "--groups", "g", "--robust", "huber"), ("--thin-industries", "--robust none")),
    (("--min-assets", "0"), ("--min-assets", "1 or more")), (("--min-assets", "1.5"), ("--min-assets", "'1.5'")),
    (("--factor-portfolios", "2024-02-30"), ("--factor-portfolios", "2024-02-30")),
    (("--factor-portfolios", "2024-01-31", "--robust", "huber"), ("--factor-portfolios", "--robust none")),
    (("--styles", "a,a"), ("'a'", "twice", "--styles")), (("--styles", "a,"), ("--styles", "empty")),
    (("--groups", ""), ("--groups", "empty")), (("--styles", "a", "--groups", "a"), ("'a'", "--styles", "--groups")),
    (("--asset", "date"), ("'date'", "--date", "--asset")), (("--no-market",), ("nothing to regress on",)),
    (("--membership", "industry"), ("--membership", "group=file")),
    (("--membership", "industry=f.csv"), ("--membership", "industry", "--groups")),
    (("--groups", "g", "--membership", "g=a.csv", "--membership", "g=b.csv"), ("--membership", "'g'", "twice")),
    (("--storage", "float16"), ("--storage", "float64", "float32")), (("surplus",), ("surplus",)),
    (("--sort-memory", "64"), ("--sort-memory", "'64'", "64MB")), (("--sort-memory", "lots"), ("--sort-memory", "'lots'")),
    (("--sort-memory", "10kB"), ("--sort-memory", "10kB", "1MB or more")), (("--sort-memory=-1GB",), ("--sort-memory",)),
], ids=str)
def test_bad_options_are_64_and_named(program: Program, options: tuple[str, ...], says: tuple[str, ...]) -> None:
    """Before anything is read: the panel does not exist."""
    required = () if "--panel" in options or options == () else ("--panel", "none.csv", "--out", "out")
    program.fails(64, "regress", *required, *options, says=says)


def test_unknown_verbs_and_options_are_64(program: Program) -> None:
    """On standard error."""
    program.fails(64, "regres", says=("regres",))
    program.fails(64, "--nonsense", says=("--nonsense",))
    program.fails(64, "help-me", says=("help-me",))
