"""Nothing that a model stores of a date depends on what came later."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from markets import write
from models import Model, assert_same_tables, configuration, dates_of, history, panel_section
from program import Program

INITIAL = 40
SECTIONS: dict[str, dict[str, object]] = {
    "the usual": {"factor_covariance": {"eigenfactor": {"simulations": 20, "every": 7}}},
    "correlations in the regressions, two groups": {
        "data": panel_section(groups=["industry", "country"], columns={"issuer": "issuer"}),
        "factor_covariance": {"eigenfactor": "off", "missing": "available"},
        "idio": {"correlations": "thresholded", "correlate_regressions": True, "correlation_window": 60,
                 "correlation_observations": 20, "correlation_every": 5, "correlation_threshold": 0.5}},
    "random effects": {"idio": {"mode": "em_random", "max_iterations": 8}},
    "no idio weights": {"idio": {"estimation": "off"}, "lag": 2},
}


def broken(frame: pd.DataFrame, after: pd.Timestamp, random: np.random.Generator) -> pd.DataFrame:
    """The history with all rows after a date changed: numbers, missing values, labels, assets, rows that are gone."""
    frame = frame.copy()
    later = (frame["date"] > after).to_numpy()
    for column in ("ret", "market_cap", "beta", "momentum", "size"):
        values = frame[column].to_numpy().copy()
        values[later] = np.abs(values[later]) * np.exp(random.normal(0, 1, later.sum()))
        values[later & (random.random(len(frame)) < 0.1)] = np.nan
        frame[column] = values
    frame.loc[later & (random.random(len(frame)) < 0.3), "industry"] = "A first label"
    frame.loc[later & (random.random(len(frame)) < 0.1), "asset"] = "0000000"
    frame = frame[~later | (random.random(len(frame)) > 0.2)]
    return frame.drop_duplicates(["date", "asset"]).reset_index(drop=True)


@pytest.mark.parametrize("case", SECTIONS)
def test_what_is_stored_does_not_depend_on_the_future(program: Program, case: str) -> None:
    """At random dates after the iterated span, to the bit, in every table that has dates."""
    frame = history()
    days = dates_of(frame)
    sections = dict(SECTIONS[case])
    idio = dict(sections.get("idio", {}))  # type: ignore[call-overload]
    if idio.get("estimation") != "off":
        idio["initial"] = str(days[INITIAL])[:10]
    config = configuration(program.folder, **sections | {"idio": idio})
    write(frame, program.folder / "panel.parquet")
    program.ok("estimate", "--config", config, "--out", "before")
    before = Model(program.folder / "before")
    assert len(before.frame("factor_covariance")) > 0
    random = np.random.default_rng(len(case))
    places = random.choice(np.arange(INITIAL + 1, len(days) - 1), 5 if case == "the usual" else 2, replace=False)
    for place in places:
        write(broken(frame, days[place], random), program.folder / "panel.parquet")
        program.ok("estimate", "--config", config, "--out", "after")
        after = Model(program.folder / "after")
        assert_same_tables(before, after, through=days[place])
        with pytest.raises(AssertionError):
            assert_same_tables(before, after, through=days[-1])


def test_a_model_that_uses_the_whole_sample_says_so(program: Program) -> None:
    """The test above has power: an iterated model does change, and is marked."""
    frame = history(assets=30, dates=80)
    days = dates_of(frame)
    config = configuration(program.folder, idio={"estimation": "iterated"})
    models = []
    for name, panel in (("one", frame), ("two", broken(frame, days[70], np.random.default_rng(1)))):
        write(panel, program.folder / "panel.parquet")
        program.ok("estimate", "--config", config, "--out", name)
        models.append(Model(program.folder / name))
        assert models[-1].metadata["is_in_sample"] is True
    with pytest.raises(AssertionError):
        assert_same_tables(*models, through=days[70])
