"""The same panel gives the same bits, whatever file, types and order its rows come in."""

from __future__ import annotations

import gzip
import signal
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from markets import FLAGS, STYLES, arrow, market, write
from program import Program, Results

UNIVERSE = (*FLAGS, "--universe", "universe")


@pytest.fixture
def panel(program: Program) -> pd.DataFrame:
    """A market whose numbers survive a round trip through text."""
    return market(assets=50, dates=5)


@pytest.fixture
def expected(program: Program, panel: pd.DataFrame) -> dict[str, str]:
    """The hashes of the tables of a plain Parquet file."""
    write(panel, program.folder / "plain.parquet")
    return program.regress("plain.parquet", *UNIVERSE, out="plain").table_hashes


def hashes(program: Program, path: str, *flags: object) -> dict[str, str]:
    """The hashes of the tables of a panel."""
    return program.regress(path, *(flags or UNIVERSE)).table_hashes


@pytest.mark.parametrize("name", ["p.csv", "p.csv.gz", "p.feather", "p.arrow", "p.arrows"])
def test_files_of_every_format_give_the_same_bits(
    program: Program, panel: pd.DataFrame, expected: dict[str, str], name: str
) -> None:
    """CSV, compressed CSV, Feather, Arrow files and Arrow streams."""
    path = program.folder / name
    if name == "p.csv.gz":
        write(panel, program.folder / "p.csv")
        path.write_bytes(gzip.compress((program.folder / "p.csv").read_bytes()))
    elif name == "p.arrow":
        write(panel, program.folder / "p.feather").rename(path)
    elif name == "p.arrows":
        path = program.folder / "stream.arrow"
        with pa.ipc.new_stream(path, arrow(panel).schema) as stream:
            stream.write_table(arrow(panel), max_chunksize=17)
    else:
        write(panel, path)
    assert hashes(program, path.name) == expected


@pytest.mark.parametrize("kind", ["s", "ms", "us", "ns", "text", "yyyymmdd text", "yyyymmdd int32", "yyyymmdd int64",
                                  "dictionary", "date64", "utc"])
def test_dates_of_every_type_give_the_same_bits(
    program: Program, panel: pd.DataFrame, expected: dict[str, str], kind: str
) -> None:
    """Days, midnights, ISO text, and yyyymmdd as number or text."""
    table = arrow(panel)
    dates = panel["date"]
    column = {
        "text": lambda: pa.array(dates.dt.strftime("%Y-%m-%d")),
        "yyyymmdd text": lambda: pa.array(dates.dt.strftime("%Y%m%d")),
        "yyyymmdd int32": lambda: pa.array(dates.dt.strftime("%Y%m%d").astype("int32")),
        "yyyymmdd int64": lambda: pa.array(dates.dt.strftime("%Y%m%d").astype("int64")),
        "dictionary": lambda: pa.array(dates.dt.strftime("%Y-%m-%d")).dictionary_encode(),
        "date64": lambda: pa.array(dates).cast(pa.date64()),
        "utc": lambda: pa.array(dates).cast(pa.timestamp("us", tz="UTC")),
    }.get(kind, lambda: pa.array(dates).cast(pa.timestamp(kind)))()
    write(table.set_column(0, "date", column), program.folder / "p.parquet")
    assert hashes(program, "p.parquet") == expected


@pytest.mark.parametrize("text", ["{:%Y-%m-%d}", "{:%Y%m%d}", "{:%Y-%m-%d 00:00:00}", "{:%Y-%m-%dT00:00:00}"])
def test_dates_of_every_spelling_in_csv_give_the_same_bits(
    program: Program, panel: pd.DataFrame, expected: dict[str, str], text: str
) -> None:
    """What pandas and spreadsheets write."""
    table = arrow(panel)
    table = table.set_column(0, "date", pa.array([text.format(date) for date in panel["date"]]))
    write(table, program.folder / "p.csv")
    assert hashes(program, "p.csv") == expected


@pytest.mark.parametrize("kind", [pa.int8(), pa.int64(), pa.float64(), pa.string()], ids=str)
def test_universe_flags_of_every_type_give_the_same_bits(
    program: Program, panel: pd.DataFrame, expected: dict[str, str], kind: pa.DataType
) -> None:
    """Booleans, 0 and 1, 0.0 and 1.0, true and false."""
    table = arrow(panel)
    flags = panel["universe"]
    values = flags.map({True: "True", False: "false"}) if pa.types.is_string(kind) else flags.astype(int)
    position = table.schema.get_field_index("universe")
    table = table.set_column(position, "universe", pa.array(values).cast(kind))
    write(table, program.folder / "p.parquet")
    assert hashes(program, "p.parquet") == expected
    write(table, program.folder / "p.csv")
    assert hashes(program, "p.csv") == expected


def test_labels_of_every_type_give_the_same_bits(
    program: Program, panel: pd.DataFrame, expected: dict[str, str]
) -> None:
    """Text of either width, and dictionaries, in Parquet and Feather."""
    for kind in (pa.large_string(), pa.dictionary(pa.int8(), pa.string()), pa.dictionary(pa.int32(), pa.large_string())):
        for name in ("p.parquet", "p.feather"):
            write(arrow(panel, industry=kind), program.folder / name)
            assert hashes(program, name) == expected, kind
    write(panel.assign(industry=panel["industry"].astype("category")), program.folder / "pandas.parquet")
    assert hashes(program, "pandas.parquet") == expected


def test_numbers_of_every_type_count_as_their_values(program: Program) -> None:
    """Floats of 32 bits, whole numbers and decimals are exactly what they say."""
    panel = market(assets=50, dates=4, holes=False)
    random = np.random.default_rng(3)
    for style in STYLES:
        panel[style] = random.integers(-8, 9, len(panel)) / 4
    panel["size"] = random.integers(-5, 6, len(panel)).astype(float)
    panel["market_cap"] = panel["market_cap"].round()
    write(panel, program.folder / "plain.parquet")
    expected = hashes(program, "plain.parquet", *FLAGS)
    table = arrow(panel, beta=pa.float32(), momentum=pa.decimal128(12, 2), size=pa.int8(), market_cap=pa.int64())
    for name in ("p.parquet", "p.feather", "p.csv"):
        write(table, program.folder / name)
        assert hashes(program, name, *FLAGS) == expected


def test_float32_storage_rounds_loadings_and_nothing_else(program: Program, panel: pd.DataFrame) -> None:
    """Loadings that are floats of 32 bits already give the same results in either storage, to rounding."""
    for style in STYLES:
        panel[style] = panel[style].astype("float32").astype(float)
    write(panel, program.folder / "p.parquet")
    wide = program.regress("p.parquet", *FLAGS, out="wide").table("factor_returns").to_pandas()
    narrow = program.regress("p.parquet", *FLAGS, "--storage", "float32", out="narrow")
    pd.testing.assert_frame_equal(wide, narrow.table("factor_returns").to_pandas(), rtol=1e-12)


@pytest.mark.parametrize("name", ["p.parquet", "p.feather", "p.csv"])
def test_shuffled_rows_give_the_same_bits_and_are_reported(
    program: Program, panel: pd.DataFrame, expected: dict[str, str], name: str
) -> None:
    """The manifest says that rows were sorted."""
    for seed in range(3):
        write(panel.sample(frac=1, random_state=seed), program.folder / name)
        results = program.regress(name, *UNIVERSE)
        assert results.table_hashes == expected
        assert results.manifest["summary"]["row_order"] == "sorted in memory"
        assert results.manifest["summary"]["row_count"] == len(panel)


def test_rows_by_asset_and_in_descending_dates_give_the_same_bits(
    program: Program, panel: pd.DataFrame, expected: dict[str, str]
) -> None:
    """The two commonest other orders; dates in order with assets in none are no reason to sort."""
    for keys, ascending, order in (
        (["asset", "date"], True, "sorted in memory"), (["date", "asset"], False, "sorted in memory"),
        (["date", "ret"], True, "by date"),
    ):
        write(panel.sort_values(keys, ascending=ascending), program.folder / "p.parquet")
        results = program.regress("p.parquet", *UNIVERSE)
        assert results.table_hashes == expected, keys
        assert results.manifest["summary"]["row_order"] == order


@pytest.mark.parametrize("rows", [1, 7, 64, 10_000])
def test_row_groups_of_any_size_give_the_same_bits(
    program: Program, panel: pd.DataFrame, expected: dict[str, str], rows: int
) -> None:
    """A row group is no date."""
    write(panel, program.folder / "p.parquet", row_group_size=rows)
    assert hashes(program, "p.parquet") == expected
    write(panel, program.folder / "p.feather", chunksize=rows)
    assert hashes(program, "p.feather") == expected


@pytest.mark.parametrize("options", [
    {"compression": "none"}, {"compression": "gzip"}, {"compression": "zstd"}, {"use_dictionary": False},
    {"data_page_version": "2.0"}, {"version": "1.0"}, {"write_statistics": False},
], ids=str)
def test_parquet_of_every_making_gives_the_same_bits(
    program: Program, panel: pd.DataFrame, expected: dict[str, str], options: dict[str, object]
) -> None:
    """Compressions, pages and encodings."""
    write(panel, program.folder / "p.parquet", **options)
    assert hashes(program, "p.parquet") == expected


def test_csv_of_every_making_gives_the_same_bits(
    program: Program, panel: pd.DataFrame, expected: dict[str, str]
) -> None:
    """Ends of lines, marks of UTF-8, blank lines, quotes, other columns, no last end of line."""
    plain = write(panel, program.folder / "plain.csv").read_text()
    quoted = "".join(
        ",".join(f'"{field}"' if field else "" for field in line.replace('"', "").split(",")) + "\n"
        for line in plain.splitlines())
    variants = {
        "crlf": plain.replace("\n", "\r\n"), "mark": "\ufeff" + plain, "blank": plain.replace("\n", "\n\n", 9),
        "quoted": quoted, "end": plain.rstrip("\n"),
        "more": "\n".join(f"{line},x{number}" for number, line in enumerate(plain.splitlines())) + "\n",
    }
    for name, text in variants.items():
        (program.folder / f"{name}.csv").write_bytes(text.encode())
        assert hashes(program, f"{name}.csv") == expected, name


def test_only_empty_is_missing_in_text(program: Program) -> None:
    """NA, nan and null are labels and ids like any other."""
    panel = market(assets=60, holes=False)
    panel["industry"] = panel["industry"].replace({"Banks": "NA", "Energy": "nan", "Retail": "null"})
    panel["asset"] = panel["asset"].replace({"000001": "N/A", "000002": "NaN"})
    write(panel, program.folder / "p.parquet")
    expected = program.regress("p.parquet", *FLAGS)
    assert {"NA", "nan", "null"} < set(expected.table("factor_returns").schema.names)
    write(panel, program.folder / "p.csv")
    assert hashes(program, "p.csv", *FLAGS) == program.regress("p.parquet", *FLAGS).table_hashes
    assert {"N/A", "NaN"} < set(Results(program.folder / "out").table("idio_returns").column("asset").to_pylist())


def test_nan_and_null_are_both_missing_numbers(
    program: Program, panel: pd.DataFrame, expected: dict[str, str]
) -> None:
    """pandas writes either."""
    table = arrow(panel)
    for name in ("ret", "beta", "market_cap"):
        column = pa.array(panel[name].to_numpy(), from_pandas=False)
        assert column.null_count == 0
        table = table.set_column(table.schema.get_field_index(name), name, column)
    write(table, program.folder / "p.parquet")
    assert hashes(program, "p.parquet") == expected


def test_results_do_not_depend_on_threads(program: Program) -> None:
    """Not a bit, with more periods than threads, in order and not."""
    panel = market(assets=50, dates=150)
    write(panel, program.folder / "p.parquet", row_group_size=1000)
    write(panel.sample(frac=1, random_state=1), program.folder / "shuffled.csv")
    found = {
        tuple(hashes(program, path, *UNIVERSE, "--threads", threads, "--robust", loss).items())
        for path in ("p.parquet", "shuffled.csv") for threads in (1, 2, 5) for loss in ("none",)
    }
    assert len(found) == 1
    assert len({tuple(hashes(program, "p.parquet", *FLAGS, "--threads", n, "--robust", "huber").items())
                for n in (1, 2)}) == 1


def test_a_run_on_the_same_input_gives_the_same_bits_again(program: Program) -> None:
    """Nothing depends on when or how often."""
    write(market(), program.folder / "p.csv")
    assert len({tuple(hashes(program, "p.csv").items()) for _ in range(5)}) == 1


def test_columns_may_have_other_names(program: Program, panel: pd.DataFrame, expected: dict[str, str]) -> None:
    """Also such with blanks, quotes and letters beyond ASCII."""
    names = {"date": "as of", "asset": "Identität", "ret": "total return", "universe": 'in "ESTU"'}
    for path in ("p.parquet", "p.csv"):
        write(arrow(panel).rename_columns([names.get(name, name) for name in panel.columns]), program.folder / path)
        flags = ("--date", "as of", "--asset", "Identität", "--return", "total return", "--universe", 'in "ESTU"')
        results = program.regress(path, *FLAGS, *flags)
        if path == "p.parquet":
            assert results.table("idio_returns").schema.names == ["date", "asset", "idio_return", "in_regression"]
        assert results.table_hashes == expected


@pytest.mark.parametrize("name", ["panel.parquet", "panel.csv"])
def test_the_memory_for_sorting_changes_no_bit(program: Program, name: str, tmp_path: Path) -> None:
    """In order, sorted in memory, and by way of files: the same tables and the same options."""
    frame = market(assets=300, dates=40)
    write(frame, program.folder / "ordered.parquet")
    write(frame.sample(frac=1, random_state=5), program.folder / name)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    ordered = program.regress("ordered.parquet", *UNIVERSE, out="ordered")
    in_memory = program.regress(name, *UNIVERSE, out="memory")
    external = program.regress(name, *UNIVERSE, "--sort-memory", "1MB", "--temp", temporary, out="external")
    by_environment = program.run(
        "regress", "--panel", name, "--out", "environment", *UNIVERSE, "--sort-memory", "1 MB",
        environment={"TMPDIR": str(temporary)})
    assert by_environment.code == 0, by_environment.err
    orders = [results.manifest["summary"]["row_order"] for results in (ordered, in_memory, external)]
    assert orders == ["by date", "sorted in memory", "sorted externally"]
    for results in (in_memory, external, Results(program.folder / "environment")):
        assert results.table_hashes == ordered.table_hashes
        assert results.manifest["options"] == ordered.manifest["options"]
    assert list(temporary.iterdir()) == []


def test_a_missing_folder_for_temporary_files_is_said(program: Program) -> None:
    """73, and it is not created."""
    write(market(assets=300, dates=40).sample(frac=1, random_state=5), program.folder / "panel.parquet")
    program.fails(73, "regress", "--panel", "panel.parquet", "--out", "out", *FLAGS, "--sort-memory", "1MB",
                  "--temp", "none/here", says=("none/here", "no folder"))


def test_nan_is_a_missing_number_in_csv(program: Program) -> None:
    """As pandas, polars and Arrow write it, in any case, quoted or not: the same bits as an empty cell."""
    frame = market()
    columns = ["ret", "market_cap", "size"]
    for number, column in enumerate(columns):
        frame.loc[frame.index[10 + number::7], column] = np.nan
    write(frame, program.folder / "p.parquet")
    expected = program.regress("p.parquet", *FLAGS).table_hashes
    for text in ("", "NaN", "nan", "NAN", '"NaN"'):
        rows = frame[[*columns]].astype(object).where(frame[columns].notna(), None)
        changed = frame.assign(**{column: rows[column].map(lambda x: text if x is None else repr(x)) for column in columns})
        changed.to_csv(program.folder / "p.csv", index=False, quoting=3)
        assert hashes(program, "p.csv", *FLAGS) == expected, text


@pytest.mark.full
def test_a_panel_beyond_memory_is_sorted_by_way_of_files(program: Program, tmp_path: Path) -> None:
    """With the same bits; the temporary files go, whatever happens."""
    random = np.random.default_rng(1)
    styles = [f"s{number:03d}" for number in range(220)]
    dates = np.repeat(np.arange(np.datetime64("2020-01-01"), np.datetime64("2020-05-20")), 1100)
    columns = {
        "date": pa.array(dates).cast(pa.date32()), "asset": pa.array(np.tile(np.arange(1100), len(dates) // 1100)),
        "ret": pa.array(random.normal(0, 0.02, len(dates))),
    } | {name: pa.array(random.integers(-9, 10, len(dates)).astype("int8")) for name in styles}
    table = pa.table(columns)
    pq.write_table(table, program.folder / "ordered.parquet")
    pq.write_table(table.take(random.permutation(len(dates))), program.folder / "shuffled.parquet")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    flags = ("--styles", ",".join(styles), "--temp", temporary)
    expected = program.regress("ordered.parquet", *flags, out="ordered")
    assert expected.manifest["summary"]["row_order"] == "by date"
    found = program.regress("shuffled.parquet", *flags, out="shuffled")
    assert found.manifest["summary"]["row_order"] == "sorted externally"
    assert found.table_hashes == expected.table_hashes
    assert list(temporary.iterdir()) == []

    # Interrupted while the temporary files are there.
    process = program.start("regress", "--panel", "shuffled.parquet", "--out", "interrupted", *flags)
    while not list(temporary.iterdir()):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    process.communicate()
    assert list(temporary.iterdir()) == [] and not (program.folder / "interrupted").exists()

    # A row without an asset, met only after it was known that rows must be sorted.
    assets = pa.array([None if row == 140_000 else value for row, value in enumerate(columns["asset"].to_pylist())])
    broken = table.set_column(1, "asset", assets).take(np.r_[1100:2200, 0:1100, 2200:len(dates)])
    pq.write_table(broken, program.folder / "broken.parquet")
    program.fails(65, "regress", "--panel", "broken.parquet", "--out", "o", *flags,
                  says=("broken.parquet", "row 140001", "'asset'", "missing"))
    assert list(temporary.iterdir()) == []


def test_feather_of_version_one_is_refused(program: Program) -> None:
    """It is another format under the same name."""
    (program.folder / "p.feather").write_bytes(b"FEA1" + bytes(60) + b"FEA1")
    program.fails(65, "regress", "--panel", "p.feather", "--out", "o", says=("p.feather", "version 1"))
