"""Every mistake in holdings, benchmarks and models has a message of its own, and leaves nothing behind."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from models import Model
from portfolios import book, estimated, last_dates, save
from program import Program


@pytest.fixture
def model(program: Program) -> Model:
    """A model."""
    return estimated(program, dates=80)


VERBS = (("risk", "--portfolio", ()), ("attribute", "--positions", ("--from", "2024-05-10")))

BAD_BOOKS = {
    "nan_weight": ("asset,weight\n000001,0.5\n000002,NaN\n", ("row 2, asset '000002'", "weight is missing")),
    "empty_weight": ("asset,weight\n000001,0.5\n000002,\n", ("row 2, asset '000002'", "weight is missing")),
    "infinite_weight": ("asset,weight\n000001,inf\n", ("row 1, asset '000001'", "weight is infinite")),
    "text_weight": ("asset,weight\n000001,much\n", ("weight", "much")),
    "no_asset": ("asset,weight\n000001,0.5\n,0.5\n", ("row 2", "asset is missing")),
    "no_portfolio": ("portfolio,asset,weight\n,000001,0.5\n", ("row 1", "portfolio is missing")),
    "no_date": ("date,asset,weight\n,000001,0.5\n", ("row 1", "date is missing")),
    "bad_date": ("date,asset,weight\n2024-13-01,000001,0.5\n", ("date", "2024-13-01")),
    "duplicate": ("asset,weight\n000001,0.5\n000002,0.5\n000001,0.5\n",
                  ("row 3, asset '000001'", "row 1 has it already")),
    "nothing": ("asset,weight\n000001,0\n000002,0\n", ("the weights are 0 in all of 2 rows",)),
    "no_rows": ("asset,weight\n", ("has no rows",)),
    "no_weight_column": ("asset,wieght\n000001,1\n", ("no column 'weight'", "wieght")),
    "no_asset_column": ("isin,weight\n000001,1\n", ("asset",)),
    "outside": ("date,asset,weight\n1999-01-04,000001,1\n", ("the date 1999-01-04", "expected one")),
    "after": ("date,asset,weight\n2031-01-06,000001,1\n", ("the date 2031-01-06", "the nearest is")),
}


def test_holdings_that_cannot_be_used(program: Program, model: Model) -> None:
    """With both verbs, also as a benchmark."""
    save(book(), program.folder / "good.csv")
    for name, (text, says) in BAD_BOOKS.items():
        (program.folder / f"{name}.csv").write_text(text)
        for verb, option, more in VERBS:
            program.fails(65, verb, "model", option, f"{name}.csv", *more, "--out", "out", says=(f"{name}.csv", *says))
            if name not in ("outside", "after"):
                program.fails(
                    65, verb, "model", option, "good.csv", "--benchmark", f"{name}.csv", *more, "--out", "out",
                    says=(f"{name}.csv", *says))


def test_portfolios_of_which_nothing_is_covered(program: Program, model: Model) -> None:
    """An error of `risk`; `attribute` says that all of it is unmodelled, of which no return is known."""
    (program.folder / "book.csv").write_text("portfolio,asset,weight\nfunds,X1,0.5\nfunds,X2,0.5\n")
    program.fails(65, "risk", "model", "--portfolio", "book.csv", says=("none of the assets of portfolio 'funds'", "X1"))
    save(book(), program.folder / "good.csv")
    program.fails(65, "risk", "model", "--portfolio", "good.csv", "--benchmark", "book.csv", says=("'X1'",))
    day = last_dates(model, 2)[0]
    run = program.ok("attribute", "model", "--positions", "book.csv", "--from", f"{day:%Y-%m-%d}", "--json").json()[0]
    assert run["return"] == 0 and run["largest_unknown_weight"] == 1 and run["largest_unmodelled_weight"] == 1


def test_benchmarks_that_cannot_be_used(program: Program, model: Model) -> None:
    """Several of them, or none at the date."""
    days = last_dates(model, 3)
    save(book().assign(date=days[1]), program.folder / "book.csv")
    save(pd.concat([book().assign(portfolio="A"), book().assign(portfolio="B")]), program.folder / "two.csv")
    save(book().assign(date=days[2]), program.folder / "late.csv")
    for verb, option, _ in VERBS:
        program.fails(65, verb, "model", option, "book.csv", "--benchmark", "two.csv", says=(
            "two.csv", "'A' and 'B'", "expected one benchmark"))
        program.fails(65, verb, "model", option, "book.csv", "--benchmark", "late.csv", says=(
            "late.csv", f"no holdings of {days[1]:%Y-%m-%d}"))
        program.fails(66, verb, "model", option, "book.csv", "--benchmark", "none.csv", says=("none.csv",))
        program.fails(66, verb, "model", option, "none.csv", says=("none.csv",))
    program.fails(65, "risk", "model", "--portfolio", "book.csv", "--date", f"{days[0]:%Y-%m-%d}", says=(
        "no holdings of",))
    program.fails(64, "risk", "model", "--portfolio", "book.csv", "--date", "soon", says=("--date",))
    program.fails(64, "risk", "model", "--portfolio", "book.csv", "--dates", "later", says=("later",))


def test_positions_without_a_start_or_a_period(program: Program, model: Model) -> None:
    """What is missing is named."""
    days = last_dates(model, 2)
    save(book(), program.folder / "book.csv")
    program.fails(64, "attribute", "model", "--positions", "book.csv", says=("has no dates", "--from"))
    program.fails(65, "attribute", "model", "--positions", "book.csv", "--from", f"{days[1]:%Y-%m-%d}", says=(
        "no period to attribute", f"{days[1]:%Y-%m-%d}"))
    program.fails(65, "attribute", "model", "--positions", "book.csv", "--from", "2031-01-06", says=(
        "the date 2031-01-06",))


def test_realized_returns_that_cannot_be_used(program: Program, model: Model) -> None:
    """A date that is missing, twice there, or without a number; a return that loses everything."""
    days = [f"{day:%Y-%m-%d}" for day in last_dates(model, 3)]
    save(book(), program.folder / "book.csv")
    call = ("attribute", "model", "--positions", "book.csv", "--from", days[0], "--returns", "made.csv", "--out", "out")
    for text, says in {
        f"date,return\n{days[1]},0.01\n": f"no return of {days[2]}",
        f"date,return\n{days[1]},0.01\n{days[1]},0.01\n": f"a return of {days[1]} is in row 1 already",
        f"date,return\n{days[1]},\n": "row 1: return is missing",
        f"date,return\n{days[1]},-1\n{days[2]},0\n": "expected one above -1",
        f"date,value\n{days[1]},0.01\n": "'return'",
        "date,return\n": "has no rows",
    }.items():
        (program.folder / "made.csv").write_text(text)
        program.fails(65, *call, says=(says,))


def test_models_that_cannot_be_read(program: Program, model: Model) -> None:
    """Damaged, of a newer format, without a forecast, or not there."""
    save(book(), program.folder / "book.csv")
    calls = [("risk", "NAME", "--portfolio", "book.csv"),
             ("attribute", "NAME", "--positions", "book.csv", "--from", f"{last_dates(model, 5)[0]:%Y-%m-%d}")]

    def fails(code: int, name: str, *says: str) -> None:
        for call in calls:
            program.fails(code, *(name if part == "NAME" else part for part in call), "--out", "out", says=says)

    fails(66, "nowhere", "nowhere")
    (program.folder / "folder").mkdir()
    fails(65, "folder", "folder", "expected a model")
    segment = model.folder / model.tables["loadings"][-1]["file"]
    whole = segment.read_bytes()
    segment.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    fails(65, "model", segment.name)
    segment.write_bytes(whole)
    manifest = json.loads((model.folder / "manifest.json").read_text())
    key = next(key for key in manifest if key.startswith("format"))
    (model.folder / "manifest.json").write_text(json.dumps(manifest | {key: 99}))
    fails(65, "model", "99")
    (model.folder / "manifest.json").write_text("{")
    fails(65, "model", "manifest.json")


def test_a_model_too_short_for_a_forecast(program: Program) -> None:
    """Has no risk to show, and says so."""
    estimated(program, dates=20)
    save(book(), program.folder / "book.csv")
    program.fails(65, "risk", "model", "--portfolio", "book.csv", says=("no forecast of risk",))


def test_a_folder_that_is_not_ours_is_left_alone(program: Program, model: Model) -> None:
    """As with other verbs."""
    save(book(), program.folder / "book.csv")
    (program.folder / "mine").mkdir()
    (program.folder / "mine" / "notes.txt").write_text("keep")
    program.fails(73, "risk", "model", "--portfolio", "book.csv", "--out", "mine", says=("mine",))
    program.fails(73, "attribute", "model", "--positions", "book.csv", "--from", f"{last_dates(model, 3)[0]:%Y-%m-%d}",
                  "--out", "mine", says=("mine",))
