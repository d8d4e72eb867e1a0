"""Weights out of idio returns on the workers of a real cluster: the bits of one machine, or as near as was asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import models
import numpy as np
import pandas as pd
import pytest
from conftest import REGRESSION
from spreading import SlowTask, a_worker_killed, assert_same, folder_of
from test_regress import bits

import riskengine
from riskengine import distributed as spread
from riskengine.jobs import run
from riskengine.tables import place

pytest.importorskip("distributed")

IDIO_TABLES = ("idio_variances", "convergence", "last_idio_variances")


def assert_same_idio(found: riskengine.Regression, expected: riskengine.Regression) -> None:
    """Compares two results and the variances behind them to the bit."""
    assert ("sweeps" in found.summary) <= (expected.last_idio_variances is not None)
    assert_same(found, expected)
    for name in IDIO_TABLES:
        one, other = getattr(found, name), getattr(expected, name)
        assert (one is None) == (other is None), name
        if one is not None:
            assert one.schema.equals(other.schema), name
            assert bits(one) == bits(other), name


@pytest.mark.parametrize("idio_mode", ["aue", "naive", "two-stage"])
@pytest.mark.parametrize("dates_per_task", [None, 1, 64])
def test_iterated_passes_give_the_bits_of_one_machine(
    idio_mode: str, dates_per_task: int | None, long_market: pd.DataFrame, client: Any, tmp_path: Path
) -> None:
    path = folder_of(long_market, tmp_path / "panel", dates_a_file=5)
    options = {**REGRESSION, "weights": "iterated", "idio_mode": idio_mode, "max_iterations": 12}
    expected = riskengine.regress(long_market, **options)
    found = spread.regress(path, client=client, dates_per_task=dates_per_task, **options)
    assert found.summary["convergence"]["iterations"] == len(expected.convergence) > 1
    assert set(expected.idio_variances["verdict"].to_pylist()) >= {"too few observations"}
    assert_same_idio(found, expected)


@pytest.mark.parametrize("initial", ["half", 40])
def test_a_walk_forward_gives_the_bits_of_one_machine_where_it_is_asked_to(
    initial: str | int, long_market: pd.DataFrame, client: Any, tmp_path: Path
) -> None:
    path = folder_of(long_market, tmp_path / "panel", dates_a_file=5)
    date = initial if isinstance(initial, str) else models.dates_of(long_market)[initial]
    options = {**REGRESSION, "weights": "walk-forward", "initial": date, "half_life": 20}
    expected = riskengine.regress(long_market, **options)
    assert expected.periods["in_sample"].to_pylist().count(True) == (49 if initial == "half" else 40)
    found = spread.regress(path, client=client, dates_per_task=11, sweep_tolerance=None, **options)
    sweeps = found.summary["sweeps"]
    # At most as many as there are spans.
    assert sweeps[-1] == 0 and 1 < len(sweeps) <= (5 if initial == "half" else 6)
    assert_same_idio(found, expected)


def test_the_order_of_rows_does_not_matter(long_market: pd.DataFrame, client: Any, tmp_path: Path) -> None:
    shuffled = long_market.sample(frac=1, random_state=1)
    path = folder_of(shuffled, tmp_path / "panel", dates_a_file=17)
    options = {**REGRESSION, "weights": "walk-forward", "half_life": 20, "max_iterations": 4}
    expected = riskengine.regress(long_market, **options)
    assert_same_idio(riskengine.regress(shuffled, **options), expected)
    found = spread.regress(path, client=client, dates_per_task=11, sweep_tolerance=None, **options)
    assert_same_idio(found, expected)


def test_a_walk_forward_stops_where_the_starts_stay(
    long_market: pd.DataFrame, client: Any, tmp_path: Path
) -> None:
    path = folder_of(long_market, tmp_path / "panel", dates_a_file=5)
    options = {**REGRESSION, "weights": "walk-forward", "half_life": 20}
    expected = riskengine.regress(long_market, **options)
    found = spread.regress(path, client=client, dates_per_task=5, sweep_tolerance=1e-6, **options)
    assert 0 < found.summary["sweeps"][-1] < 1e-6 and len(found.summary["sweeps"]) < 10
    assert found.periods.num_rows == expected.periods.num_rows
    for name, column in (("factor_statistics", "factor_return"), ("idio_returns", "idio_return")):
        one = getattr(found, name)[column].to_numpy(zero_copy_only=False)
        other = getattr(expected, name)[column].to_numpy(zero_copy_only=False)
        # Smooth in the logarithms of the weights, and below 0.1.
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-6)
    one, other = (
        table.last_idio_variances["idio_variance"].to_numpy() for table in (found, expected))
    np.testing.assert_allclose(one, other, rtol=1e-5)


def test_a_worker_killed_in_a_pass_loses_nothing(
    long_market: pd.DataFrame, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder_of(long_market, tmp_path / "panel", dates_a_file=5)
    options = {**REGRESSION, "weights": "iterated", "max_iterations": 4}
    expected = riskengine.regress(long_market, **options)
    begun = tmp_path / "begun"
    monkeypatch.setattr(
        "riskengine.distributed._dask.run_task", SlowTask(begun, "riskengine.distributed._part", "run_task"))
    with a_worker_killed(client, begun):
        found = spread.regress(path, client=client, dates_per_task=32, **options)
    assert_same_idio(found, expected)


@pytest.mark.parametrize(("options", "error", "message"), [
    ({"weights": "iterated", "idio_mode": "em-random"}, riskengine.UsageError, "runs on one machine"),
    ({"weights": "iterated", "initial": "half"}, riskengine.UsageError, "initial goes with weights 'walk-forward'"),
    ({"weights": "iterated", "max_iterations": 0}, riskengine.UsageError, "max_iterations is 0"),
    ({"weights": "iterated", "robust": "huber"}, riskengine.UsageError, "goes with robust 'none'"),
    ({"weights": "iterated", "clip_weights": 0.1}, riskengine.UsageError, "clip_weights goes with weights"),
    ({"half_life": 20.0}, riskengine.UsageError, "half_life goes with weights"),
    ({"weights": "walk-forward", "half_life": -1.0}, riskengine.UsageError, "half_life is -1.0"),
    ({"weights": "walk-forward", "initial": "1999-01-01"}, riskengine.BadDataError, "expected a date from 20"),
    ({"weights": "walk-forward", "initial": "soon"}, riskengine.UsageError, "expected a date such as"),
])
def test_errors_are_those_of_one_machine(
    options: dict[str, Any], error: type[Exception], message: str, long_market: pd.DataFrame,
    client: Any, tmp_path: Path,
) -> None:
    if options.get("idio_mode") != "em-random":
        with pytest.raises(error, match=message):
            riskengine.regress(long_market, **{**REGRESSION, **options})
    path = folder_of(long_market, tmp_path / "panel", dates_a_file=50)
    with pytest.raises(error, match=message):
        spread.regress(path, client=client, **{**REGRESSION, **options})


def test_a_tolerance_out_of_range(long_market: pd.DataFrame, client: Any, tmp_path: Path) -> None:
    path = folder_of(long_market, tmp_path / "panel", dates_a_file=50)
    with pytest.raises(riskengine.UsageError, match="sweep_tolerance is 2"):
        spread.regress(path, client=client, sweep_tolerance=2, weights="walk-forward", **REGRESSION)


def test_tables_between_processes_are_looked_at(tmp_path: Path) -> None:
    sums = pd.DataFrame({
        "part": [0, 7], "asset": ["a", "b"], "squares": 1.0, "divisors": 1.0, "count": 1, "last_period": 0,
        "last_cap": 1.0})
    options = {"passes": 0, "sums": sums, "parts": [{"periods": 1, "skipped": 0, "guarded": 0}]}
    with pytest.raises(riskengine.BadDataError, match=r"row 2, column 'part': 7.0; expected a whole number from 0 to 0"):
        job("iterate_step", options, tmp_path)
    with pytest.raises(riskengine.BadDataError, match=r"row 2, column 'count': nan; expected a whole number"):
        job("iterate_step", {**options, "sums": sums.assign(part=0, count=[1, None])}, tmp_path)
    starts = pd.DataFrame({
        "span": [0, 0, 1, 1], "asset": ["a", "b"] * 2, "variance": 1.0, "weight_variance": 1.0, "observation_count": 1,
        "last_period": 0, "change": 0.0, "slope": 0.0, "period_count": 1})
    with pytest.raises(riskengine.BadDataError, match="no asset 'b', which its span started with"):
        job("walk_join", {"starts": starts, "ends": starts[:1]}, tmp_path)
    with pytest.raises(riskengine.BadDataError, match="2 spans; expected 4"):
        more = pd.concat([starts, starts.assign(span=starts["span"] + 2)])
        job("walk_join", {"starts": more, "ends": starts}, tmp_path)
    with pytest.raises(riskengine.UsageError, match="expected one pair"):
        job("walk_join", {"starts": starts}, tmp_path)


def job(verb: str, options: dict[str, Any], folder: Path) -> Any:
    """Runs a verb that puts tables of spans together."""
    tables: dict[str, Any] = {}
    ready = {
        name: place(value, name, tables) if isinstance(value, pd.DataFrame) else value
        for name, value in options.items()}
    return run(verb, {**ready, "out": str(folder / "out")}, tables)
