"""The verbs that ask a model or prepare its data, held against the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import vendors
from conftest import CommandLine

import riskengine


@pytest.fixture
def model(history: pd.DataFrame, tmp_path: Path) -> riskengine.Model:
    """A model in `model`."""
    return riskengine.estimate(tmp_path / "config.yaml", tmp_path / "model")


@pytest.fixture
def book(model: riskengine.Model, tmp_path: Path) -> pd.DataFrame:
    """Holdings of two portfolios, which are also in `book.csv`."""
    assets = sorted(model.idio_risk().to_pandas()["asset"])[:12]
    frame = pd.DataFrame({
        "portfolio": ["one"] * 6 + ["two"] * 6, "asset": assets, "weight": [0.3, 0.1, 0.2, 0.15, 0.05, 0.2] * 2})
    frame.to_csv(tmp_path / "book.csv", index=False)
    return frame


def told(command: CommandLine, *arguments: str) -> object:
    """The summary that a verb prints."""
    done = command.run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def same_tables(found: riskengine.Results, folder: Path) -> None:
    """The tables are those of a folder, bit for bit."""
    expected = {path.stem: pd.read_parquet(path) for path in folder.glob("*.parquet")}
    assert expected.keys() == found.tables.keys() and expected
    for name, frame in expected.items():
        pd.testing.assert_frame_equal(found[name].to_pandas(), frame, check_exact=True)


def test_hedges_are_those_of_the_command_line(
    model: riskengine.Model, book: pd.DataFrame, command: CommandLine, tmp_path: Path
) -> None:
    style = model.factors[-1]
    summary = told(command, "hedge", "model", "--portfolio", "book.csv", "--factors", style, "--out", "factors")
    found = model.hedge(book, factors=[style])
    assert found.summary == summary
    same_tables(found, tmp_path / "factors")
    instruments = book.assign(portfolio="basket")[:6]
    instruments.to_csv(tmp_path / "basket.csv", index=False)
    summary = told(
        command, "hedge", "model", "--portfolio", "book.csv", "--instruments", "basket.csv", "--out", "instruments")
    found = model.hedge(book, instruments=instruments)
    assert found.summary == summary and found.summary[0]["volatility_after"] < found.summary[0]["volatility_before"]
    same_tables(found, tmp_path / "instruments")
    with pytest.raises(riskengine.UsageError, match="expected one of them"):
        model.hedge(book, factors=[style], instruments=instruments)
    with pytest.raises(riskengine.BadDataError, match="nobody"):
        model.hedge(book, factors=["nobody"])


def test_optimal_portfolios_are_those_of_the_command_line(
    model: riskengine.Model, command: CommandLine, tmp_path: Path
) -> None:
    style = model.factors[-1]
    summary = told(command, "optimize", "model", "--loading", f"{style}=0.25", "--out", "least")
    found = model.optimize(loadings={style: 0.25})
    assert found.summary == summary
    same_tables(found, tmp_path / "least")
    assets = sorted(model.idio_risk().to_pandas()["asset"])
    expected = pd.DataFrame({"asset": assets})
    expected["expected_return"] = 0.01 * (1 + expected.index % 7)
    expected.to_csv(tmp_path / "expected.csv", index=False)
    summary = told(
        command, "optimize", "model", "--objective", "maximum-sharpe", "--expected-returns", "expected.csv",
        "--net-weight", "off", "--assets", "covered", "--out", "sharpe")
    found = model.optimize(
        objective="maximum-sharpe", expected_returns=expected, net_weight=None, assets="covered")
    assert found.summary == summary
    same_tables(found, tmp_path / "sharpe")
    with pytest.raises(riskengine.UsageError, match="needs expected_returns"):
        model.optimize(objective="maximum-sharpe")
    with pytest.raises(riskengine.UsageError, match="assets is 'some'; expected one of"):
        model.optimize(assets="some")
    with pytest.raises(riskengine.BadDataError, match="nobody"):
        model.optimize(loadings={"nobody": 0})


def test_a_report_has_the_bytes_of_the_command_line(
    model: riskengine.Model, book: pd.DataFrame, command: CommandLine, tmp_path: Path
) -> None:
    command.ok("report", "model", "--out", "expected.html", "--no-evaluation")
    summary = model.report(tmp_path / "found.html", evaluation=False)
    assert (tmp_path / "found.html").read_bytes() == (tmp_path / "expected.html").read_bytes()
    assert summary["bytes"] == (tmp_path / "found.html").stat().st_size
    assert "portfolio" not in " ".join(summary["sections"]).lower()
    asked = model.report(tmp_path / "book.html", evaluation=False, portfolio=book, benchmark="universe")
    assert len(asked["sections"]) == len(summary["sections"]) + 1
    (tmp_path / "notes.html").write_text("mine")
    with pytest.raises(riskengine.OutputError):
        model.report(tmp_path / "notes.html", evaluation=False)
    assert (tmp_path / "notes.html").read_text() == "mine"
    with pytest.raises(riskengine.UsageError, match="without portfolio"):
        model.report(tmp_path / "other.html", benchmark="universe")

    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.report(tmp_path / "other.html", progress=stop)
    assert not (tmp_path / "other.html").exists()


def test_comparisons_are_those_of_the_command_line(
    model: riskengine.Model, book: pd.DataFrame, command: CommandLine
) -> None:
    earlier = str(model.dates[-12])
    expected = told(command, "compare", "model", "--other-date", earlier, "--portfolio", "book.csv")
    assert model.compare(book, other_date=earlier) == expected
    assert model.compare(book, model, other_date=model.dates[-12].item()) == expected
    with pytest.raises(riskengine.UsageError, match="one model and one date"):
        model.compare(book)


def test_exports_are_those_of_the_command_line(
    model: riskengine.Model, command: CommandLine, tmp_path: Path
) -> None:
    summary = told(command, "export", "model", "--out", "flat", "--format", "parquet")
    found = model.export()
    assert found.summary == summary
    same_tables(found, tmp_path / "flat")
    model.export(out=tmp_path / "csv", format="csv")
    command.ok("export", "model", "--out", "expected")
    for path in (tmp_path / "expected").glob("*.csv"):
        assert (tmp_path / "csv" / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("verb", ["check", "loadings"])
def test_vendors_tables_are_those_of_the_command_line(verb: str, command: CommandLine, tmp_path: Path) -> None:
    vendors.vendor(dates=140).to_parquet(tmp_path / "raw.parquet")
    vendors.configuration(tmp_path)
    command.ok(verb, "--config", "config.yaml", "--out", "expected", "--format", "parquet")
    told: list[tuple[str, int, int]] = []
    found = getattr(riskengine, verb)(tmp_path / "config.yaml", progress=lambda *one: told.append(one))
    same_tables(found, tmp_path / "expected")
    assert told[-1] == (verb, 140, 140)
    # The same of mappings, and of a table in place of the file.
    mappings = json.loads((tmp_path / "config.yaml").read_text())
    name = mappings["data"]["sources"][0]["name"]
    mappings["data"]["sources"][0]["path"] = "given below"
    found = getattr(riskengine, verb)(mappings, sources={name: pd.read_parquet(tmp_path / "raw.parquet")})
    same_tables(found, tmp_path / "expected")
    with pytest.raises(riskengine.UsageError, match="there is no source 'other'"):
        getattr(riskengine, verb)(mappings, sources={"other": tmp_path / "raw.parquet"})
    with pytest.raises(riskengine.MissingInputError):
        getattr(riskengine, verb)(tmp_path / "absent.yaml")
