"""Errors: of a class each, with the engine's message and the place in the input."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from conftest import FLAGS, REGRESSION, CommandLine

import riskengine


def test_a_missing_file_is_a_file_not_found(tmp_path: Path) -> None:
    with pytest.raises(riskengine.MissingInputError) as caught:
        riskengine.regress(tmp_path / "absent.parquet")
    assert isinstance(caught.value, FileNotFoundError)
    assert (caught.value.exit_code, caught.value.file) == (66, str(tmp_path / "absent.parquet"))
    assert str(caught.value) == f"{tmp_path}/absent.parquet: no such file"


def test_bad_data_name_row_date_and_asset(panel: pd.DataFrame) -> None:
    bad = panel.copy()
    bad.loc[7, "beta"] = np.inf
    with pytest.raises(riskengine.BadDataError) as caught:
        riskengine.regress(bad, **REGRESSION)
    error = caught.value
    assert (error.exit_code, error.file, error.row, error.column) == (65, "panel", 8, "beta")
    assert (error.date, error.asset) == (f"{bad.loc[7, 'date']:%Y-%m-%d}", bad.loc[7, "asset"])
    assert error.message.startswith("panel, row 8: ")


def test_the_message_is_that_of_the_command_line(
    panel: pd.DataFrame, command: CommandLine, tmp_path: Path
) -> None:
    pd.concat([panel, panel.iloc[[3]]]).to_parquet(tmp_path / "twice.parquet")
    done = command.run("regress", "--panel", str(tmp_path / "twice.parquet"), "--out", "out", *FLAGS)
    with pytest.raises(riskengine.BadDataError) as caught:
        riskengine.regress(tmp_path / "twice.parquet", **REGRESSION)
    assert done.returncode == caught.value.exit_code
    assert done.stderr == f"riskengine: {caught.value.message}\n"


def test_an_unknown_column_names_the_nearest(panel: pd.DataFrame) -> None:
    with pytest.raises(riskengine.BadDataError, match="no column 'market_cp'.*did you mean 'market_cap'") as caught:
        riskengine.regress(panel, cap="market_cp", styles=["beta"])
    assert caught.value.column == "market_cp"


@pytest.mark.parametrize("options, message", [
    ({"weights": "cap"}, "weights by cap need cap"),
    ({"lag": -1}, "lag is -1; expected 0 or more"),
    ({"robust": "tukey"}, "robust is 'tukey'; expected one of 'none', 'huber', 'bisquare'"),
    ({"robust_k": 2.0}, "robust_k goes with robust"),
    ({"groups": ["industry", "industry"]}, "column 'industry' is named twice by groups"),
    ({"market": False}, "nothing to regress on"),
    ({"clip_weights": 0.5}, "clip_weights is 0.5; expected more than 0 and less than 0.5"),
    ({"threads": 0}, "threads is 0; expected 1 or more"),
    ({"factor_portfolios": ["yesterday"]}, "factor_portfolios is 'yesterday'; expected a date"),
])
def test_options_that_do_not_go_together_are_usage(
    options: dict[str, object], message: str, panel: pd.DataFrame
) -> None:
    with pytest.raises(riskengine.UsageError, match=message) as caught:
        riskengine.regress(panel, **options)
    assert caught.value.exit_code == 64
    assert isinstance(caught.value, ValueError)


def test_a_folder_of_others_is_left_alone(panel: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "notes.txt").write_text("mine")
    with pytest.raises(riskengine.OutputError) as caught:
        riskengine.regress(panel, out=tmp_path / "theirs", **REGRESSION)
    assert caught.value.exit_code == 73
    assert [path.name for path in (tmp_path / "theirs").iterdir()] == ["notes.txt"]


def test_an_unknown_option_and_an_unknown_verb_are_told() -> None:
    from riskengine.jobs import run

    with pytest.raises(riskengine.UsageError, match="no option 'modle'; expected one of model"):
        run("verify", {"model": ".", "modle": "."})
    with pytest.raises(riskengine.UsageError, match="no verb 'regres'"):
        run("regres", {})


def test_what_is_no_table_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="found int; expected a path"):
        riskengine.regress(3)  # type: ignore[arg-type]


def test_a_stream_that_fails_is_bad_data() -> None:
    def batches() -> object:
        yield pa.record_batch({"ret": [1.0]})
        raise OSError("the wire broke")

    stream = pa.RecordBatchReader.from_batches(pa.schema({"ret": pa.float64()}), batches())
    with pytest.raises(riskengine.RiskEngineError, match="the wire broke"):
        riskengine.regress(stream, styles=["ret"])


def test_errors_cross_processes() -> None:
    error = riskengine.BadDataError("bad", 65, "panel", 3, "beta", "2024-01-02", "A")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert vars(again) == vars(error)
