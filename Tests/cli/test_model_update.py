"""`riskengine update`: the rows and bits that an estimate of all data gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from markets import arrow, write
from models import (
    DATES, Model, assert_same_models, assert_same_tables, configuration, dates_of, history, panel_section, write_parts)
from program import Program

INITIAL = 40
"""The number of the last date of the iterated span."""
CORRELATED = {
    "correlation_window": 60, "correlation_observations": 20, "correlation_every": 5, "correlation_threshold": 0.5,
}
OFF = {"factor_covariance": {"eigenfactor": "off"}, "idio": {"estimation": "off"}}
VARIANTS: dict[str, dict[str, object]] = {
    "walk-forward": {},
    "no lag": {"lag": 0},
    "two dates of lag": {"lag": 2},
    "two groups": {"data": panel_section(groups=["industry", "country"])},
    "no market": {"data": panel_section(groups=["industry", "country"]), "regression": {"market": False}},
    "linked issuers": {
        "data": panel_section(columns={"issuer": "issuer"}), "idio": {"correlations": "linked", **CORRELATED}},
    "thresholded correlations, in the regressions too": {
        "data": panel_section(columns={"issuer": "issuer"}),
        "idio": {"correlations": "thresholded", "correlate_regressions": True, **CORRELATED},
        "regression": {"portfolio_turnover": True}},
    "eigenfactors": {"factor_covariance": {"eigenfactor": {"simulations": 20, "every": 7}}},
    "Wishart draws, every third covariance": {
        "factor_covariance": {"eigenfactor": {"simulations": 20, "every": 5, "draws": "wishart"}, "every": 3}},
    "pairs of periods that are there, decorrelated regime": {
        "factor_covariance": {
            "eigenfactor": "off", "missing": "available", "repair": "higham", "regime": "decorrelated"}},
    "shrunk": {"factor_covariance": {"eigenfactor": "off", "shrinkage": "constant-correlation"}},
    "other weights": {
        **OFF, "data": panel_section(universe="universe"),
        "regression": {"weights": "column:precision", "constraint_weights": "column:stake", "clip_weights": 0.05}},
    "robust": {**OFF, "regression": {"robust": "huber"}},
    "thin industries, turnover": {**OFF, "regression": {"thin_industries": 8, "portfolio_turnover": True}},
    "long memory, nothing adjusted": {
        "idio": {"profile": "long", "structural": False, "bayesian_shrinkage": "off", "regime_half_life": "off",
                 "correlations": "off", "mode": "two-stage"},
        "factor_covariance": {"profile": "long", "eigenfactor": "off", "denoise": False, "regime_half_life": "off"}},
    "random effects": {"idio": {"mode": "em_random", "max_iterations": 10}},
    "sweeps off, monthly numbers": {
        "frequency": "monthly", "idio": {"sweeps": "off"}, "factor_covariance": {"eigenfactor": "off"}},
}


def with_initial(sections: dict[str, object], date: pd.Timestamp) -> dict[str, object]:
    """The sections with a date at which the iterated span ends, where there is one."""
    idio = dict(sections.get("idio", {}))  # type: ignore[call-overload]
    if idio.get("estimation") != "off":
        idio["initial"] = str(date)[:10]
    return sections | {"idio": idio}


@pytest.mark.parametrize("variant", VARIANTS)
def test_updates_give_what_one_estimate_gives(program: Program, variant: str) -> None:
    """Several dates, one, a block that overlaps what is known, with any number of threads: every table and the state.

    Assets and labels come, leave and return on the way.
    """
    frame = history()
    days = dates_of(frame)
    if variant.endswith("monthly numbers"):
        months = pd.bdate_range("2010-01-29", periods=len(days), freq="BME")
        frame["date"] = frame["date"].map(dict(zip(days, months)))
        days = dates_of(frame)
    sections = with_initial(VARIANTS[variant], days[INITIAL])
    write(frame, program.folder / "panel.parquet")
    program.ok("estimate", "--config", configuration(program.folder, **sections), "--out", "whole", "--threads", 2)
    whole = Model(program.folder / "whole")
    assert len(whole.frame("factor_covariance")) > 0
    first, *later = write_parts(frame, program.folder, [66, 78, 79, 100], overlap=9)
    (program.folder / "panel.parquet").unlink()
    (program.folder / first).rename(program.folder / "panel.parquet")
    program.ok("estimate", "--config", "config.yaml", "--out", "grown", "--threads", 1)
    for place, part in enumerate(later):
        program.ok("update", "grown", "--data", part, "--threads", 2 - place % 2)
    grown = Model(program.folder / "grown")
    assert grown.metadata["processed_dates"] == len(days) - 100
    assert_same_models(whole, grown)
    program.ok("verify", "grown")


def grow_by_days(program: Program, frame: pd.DataFrame, known: int) -> Model:
    """A model of so many dates, grown by one date after the other, and held against one of all dates."""
    days = dates_of(frame)
    write(frame, program.folder / "whole.parquet")
    sections = with_initial({}, days[INITIAL])
    program.ok("estimate", "--out", "whole", "--config", configuration(
        program.folder, data=panel_section("whole.parquet"), **sections))
    write(frame[frame["date"] < days[known]], program.folder / "panel.parquet")
    program.ok("estimate", "--config", configuration(program.folder, **sections), "--out", "grown")
    for day in days[known:]:
        write(frame[frame["date"] == day], program.folder / "new.parquet")
        summary = program.ok("update", "grown", "--data", "new.parquet", "--json").json()
        assert summary["date_count"] == 1
    grown = Model(program.folder / "grown")
    assert_same_models(Model(program.folder / "whole"), grown)
    listed = {segment["file"] for segments in grown.tables.values() for segment in segments}
    found = {str(path.relative_to(grown.folder)) for path in grown.folder.rglob("*.parquet")}
    assert found == listed, "segments that nobody lists"
    return grown


def test_one_date_at_a_time(program: Program) -> None:
    """With files that hold nothing else."""
    grown = grow_by_days(program, history(assets=30), DATES - 6)
    assert len(grown.tables["periods"]) == 7


@pytest.mark.full
def test_many_dates_one_at_a_time(program: Program) -> None:
    """So many that segments are put together on the way."""
    grown = grow_by_days(program, history(assets=30, dates=140), 60)
    assert all(len(segments) <= 65 for segments in grown.tables.values()), "segments are never put together"


def test_any_order_and_format_of_new_rows(program: Program) -> None:
    """Shuffled rows, CSV and Feather, whole numbers as assets."""
    frame = history(assets=30)
    days = dates_of(frame)
    frame["asset"] = frame["asset"].astype(int)
    write(frame, program.folder / "panel.parquet")
    config = configuration(program.folder, **with_initial({}, days[INITIAL]))
    program.ok("estimate", "--config", config, "--out", "whole")
    old, one, two = (frame[frame["date"].between(start, end)] for start, end in [
        (days[0], days[79]), (days[75], days[90]), (days[91], days[-1])])
    write(old.sample(frac=1, random_state=1), program.folder / "panel.parquet")
    program.ok("estimate", "--config", config, "--out", "grown")
    write(arrow(one.sample(frac=1, random_state=2)), program.folder / "one.feather")
    two.assign(date=two["date"].dt.strftime("%Y%m%d")).to_csv(program.folder / "two.csv", index=False)
    program.ok("update", "grown", "--data", "one.feather")
    program.ok("update", "grown", "--data", "two.csv")
    grown = Model(program.folder / "grown")
    # Text of 17 digits is the number, whoever parses it.
    assert_same_tables(Model(program.folder / "whole"), grown, in_any_order=True)
    assert str(grown.table("idio_returns").schema.field("asset").type).startswith("int")


def memberships(frame: pd.DataFrame) -> pd.DataFrame:
    """Each asset in its own industry and, by a quarter, in another; some change over time."""
    known = frame.dropna(subset=["industry"]).drop_duplicates("asset").sort_values("asset")
    labels = sorted(frame["industry"].dropna().unique())
    days = dates_of(frame)
    rows = []
    for asset, label in zip(known["asset"], known["industry"]):
        other = labels[(labels.index(label) + 1) % len(labels)]
        rows += [(days[0], asset, label, 0.75), (days[0], asset, other, 0.25)]
        if int(asset) % 4 == 0:
            rows += [(days[95], asset, label, 0.5), (days[95], asset, other, 0.5)]
    return pd.DataFrame(rows, columns=["date", "asset", "industry", "fraction"])


def test_fractional_memberships_from_another_folder(program: Program) -> None:
    """The file is found again whichever folder the program is started in."""
    frame = history()
    days = dates_of(frame)
    folder = program.folder / "job"
    folder.mkdir()
    write(arrow(memberships(frame)), folder / "industries.parquet")
    write(frame, folder / "panel.parquet")
    sections = with_initial({"regression": {"membership": {"industry": "industries.parquet"}}}, days[INITIAL])
    configuration(folder, **sections)
    program.ok("estimate", "--config", "job/config.yaml", "--out", "whole")
    write(frame[frame["date"] <= days[90]], folder / "panel.parquet")
    write(frame[frame["date"] > days[90]], program.folder / "new.parquet")
    at_home = Program(program.binary, folder)
    at_home.ok("estimate", "--config", "config.yaml", "--out", "../grown")
    elsewhere = Program(program.binary, program.folder / "whole")
    elsewhere.ok("update", "../grown", "--data", "../new.parquet")
    whole, grown = Model(program.folder / "whole"), Model(program.folder / "grown")
    assert_same_tables(whole, grown)
    assert whole.states == grown.states
    elsewhere.ok("evaluate", "../grown", "--json")
    program.ok("verify", "grown")


def test_a_date_that_fails_and_one_without_a_row(program: Program) -> None:
    """Failed periods lie on both sides of the cut, and one is the first of the update."""
    frame = history(holes=False)
    days = dates_of(frame)
    for day in (30, 69, 80, 81, 95):
        frame.loc[frame["date"] == days[day], "ret"] = np.nan
    write(frame, program.folder / "panel.parquet")
    config = configuration(program.folder, **with_initial({}, days[INITIAL]))
    program.ok("estimate", "--config", config, "--out", "whole")
    periods = Model(program.folder / "whole").frame("periods")
    assert periods["outcome"].str.startswith("failed").sum() == 5
    _, new = write_parts(frame, program.folder, [81])
    (program.folder / "part0.parquet").rename(program.folder / "panel.parquet")
    program.ok("estimate", "--config", config, "--out", "grown")
    program.ok("update", "grown", "--data", new)
    assert_same_models(Model(program.folder / "whole"), Model(program.folder / "grown"))
