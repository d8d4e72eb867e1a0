"""`riskengine loadings` makes the panel that `regress` takes, from raw data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from program import Program
from vendors import STYLES, configuration, source, vendor

GROUP = ("--cap", "market_cap", "--groups", "industry", "--universe", "in_estimation_universe")


def loadings(program: Program, config: str, *flags: object, out: str = "out") -> pd.DataFrame:
    """The panel that a configuration makes."""
    program.ok("loadings", "--config", config, "--out", out, *flags)
    return pd.read_parquet(program.folder / out / "panel.parquet")


def test_loadings_are_standardized_and_regress_takes_them(program: Program) -> None:
    """Cap-weighted mean 0 and standard deviation 1 over the estimation universe; every period is regressed."""
    vendor().to_parquet(program.folder / "raw.parquet")
    panel = loadings(program, configuration(program.folder))
    last = panel[(panel["date"] == panel["date"].max()) & panel["in_estimation_universe"]]
    assert len(last) > 50
    for style in STYLES:
        # Single descriptors are standardized over all of the universe, of which regressed rows are nearly all.
        assert abs(np.average(last[style], weights=last["market_cap"])) < 1e-9, style
        assert abs(last[style].std() - 1) < 1e-9, style
    results = program.regress("out/panel.parquet", *GROUP, "--styles", ",".join(STYLES), out="fits")
    outcomes = results.outcomes()
    assert outcomes.count("estimated") > 80


def test_the_printed_command_runs(program: Program) -> None:
    """What loadings print as the next step is a command that works."""
    vendor().to_parquet(program.folder / "raw.parquet")
    run = program.ok("loadings", "--config", configuration(program.folder), "--out", "out")
    command = run.out.split("next: riskengine ")[1].split()
    program.ok(*command)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_same_bytes_for_any_number_of_threads(program: Program, threads: int) -> None:
    """Threads change nothing."""
    vendor().to_parquet(program.folder / "raw.parquet")
    config = configuration(program.folder)
    program.ok("loadings", "--config", config, "--out", "one", "--threads", 1)
    program.ok("loadings", "--config", config, "--out", "some", "--threads", threads)
    for name in ("panel", "style_statistics", "clipped", "imputed", "universe", "market"):
        one = (program.folder / f"one/{name}.parquet").read_bytes()
        assert one == (program.folder / f"some/{name}.parquet").read_bytes(), name


def test_rows_in_any_order_files_of_any_kind(program: Program) -> None:
    """Shuffled rows, CSV, several files and folders by year give the same panel."""
    frame = vendor()
    frame.to_parquet(program.folder / "raw.parquet")
    whole = loadings(program, configuration(program.folder))
    frame.sample(frac=1, random_state=1).to_parquet(program.folder / "shuffled.parquet")
    frame.assign(date=frame["date"].dt.strftime("%Y%m%d")).to_csv(program.folder / "raw.csv", index=False)
    dates = sorted(frame["date"].unique())
    (program.folder / "parts/half=1").mkdir(parents=True)
    (program.folder / "parts/half=2").mkdir()
    frame[frame["date"] < dates[60]].to_parquet(program.folder / "parts/half=1/z.parquet")
    frame[frame["date"] >= dates[60]].to_feather(program.folder / "parts/half=2/a.feather")
    for number, path in enumerate(["shuffled.parquet", "raw.csv", "parts", "parts/**/*.*"]):
        config = configuration(program.folder, source(path=path), name=f"{number}.yaml")
        other = loadings(program, config, out=f"out{number}")
        # Parsing decimal text may round another way than the binary number did, by a unit in the last place.
        exact = 0 if path != "raw.csv" else 1e-12
        pd.testing.assert_frame_equal(whole, other, rtol=exact, atol=exact, obj=path)


def test_nothing_later_changes_what_was_known(program: Program) -> None:
    """Rows after a date replaced by nonsense: the panel up to the date has the same bits."""
    frame = vendor()
    frame.to_parquet(program.folder / "raw.parquet")
    config = configuration(program.folder)
    before = loadings(program, config)
    dates = sorted(frame["date"].unique())
    random = np.random.default_rng(7)
    for day in (45, 90):
        later = frame["date"] > dates[day]
        broken = frame.copy()
        for column in ("return", "close", "volume", "book_equity", "eps_ntm"):
            values = np.exp(random.normal(0, 3, later.sum()))
            values[random.random(later.sum()) < 0.3] = np.nan
            broken.loc[later, column] = values
        broken.to_parquet(program.folder / "raw.parquet")
        off = {check: {"severity": "warn"} for check in ("universe_drift", "missing_drift", "unusual_day")}
        config = configuration(program.folder, checks=off)
        after = loadings(program, config, out="again")
        limit = pd.Timestamp(dates[day]).date()
        pd.testing.assert_frame_equal(
            before[before["date"] <= limit], after[after["date"] <= limit], rtol=0, atol=0
        )


def test_a_fatal_finding_stops_and_writes_nothing(program: Program) -> None:
    """Loadings of half a market are nobody's."""
    frame = vendor()
    dates = sorted(frame["date"].unique())
    half = (frame["date"] >= dates[60]) & (frame["asset"] > "000030")
    frame[~half].to_parquet(program.folder / "raw.parquet")
    config = configuration(program.folder)
    program.fails(65, "loadings", "--config", config, "--out", "out", says=("fatal findings", str(dates[60])[:10]))


def test_a_date_without_any_universe_is_an_outcome(program: Program) -> None:
    """Nobody is a member on one date: its loadings are missing, the others are there."""
    frame = vendor().assign(member=1.0)
    dates = sorted(frame["date"].unique())
    frame.loc[frame["date"] == dates[100], "member"] = 0.0
    frame.to_parquet(program.folder / "raw.parquet")
    described = source()
    described["columns"] = described["columns"] | {"member": "member"}  # type: ignore[operator]
    panel = loadings(program, configuration(program.folder, described, universe={"column": "member"}))
    empty = panel[panel["date"] == pd.Timestamp(dates[100]).date()]
    assert empty["size"].isna().all() and not empty["in_estimation_universe"].any()
    assert panel[panel["date"] == pd.Timestamp(dates[101]).date()]["size"].notna().all()


def test_what_the_data_lack_is_reported(program: Program) -> None:
    """A profile whose descriptors need more fields than there are: left out and said."""
    vendor(dates=90).to_parquet(program.folder / "raw.parquet")
    config = configuration(program.folder, loadings={"profile": "equity-core"})
    run = program.ok("loadings", "--config", config, "--out", "out", "--json")
    summary = json.loads(run.out)
    assert "dividend_yield" in summary["skipped_styles"]
    assert summary["skipped_descriptors"]["dividend_to_price"] == ["dividends_ttm"]
    columns = pq.read_schema(program.folder / "out/panel.parquet").names
    assert "dividend_yield" not in columns and "book_to_price" in columns


def test_equity300_has_the_loadings_of_another_library(program: Program, shared: Path) -> None:
    """Rank correlations with the loadings that skfolio's descriptors give, median of the last 60 dates.

    Definitions differ in what a missing descriptor of a composite does, in who is in the estimation universe, and in
    the market's return; the limits are those that a plain implementation of the same formulas reaches.
    """
    columns = {
        "return": "returns", "close": "adj_close", "volume": "adj_volume", "shares": "adj_shares_outstanding",
        "market_cap": "market_cap", "industry": "industry", "book_equity": "book_equity", "eps_ntm": "eps_ntm",
    }
    config = configuration(
        program.folder,
        {"name": "raw", "kind": "daily", "path": str(shared / "data/equity300/raw.parquet"), "columns": columns},
        loadings={"profile": "equity-compact", "winsorize": {"method": "quantile", "tail": 0.01}},
    )
    mine = loadings(program, config).set_index(["date", "asset"])
    theirs = pd.read_parquet(shared / "data/equity300/panel.parquet").set_index(["date", "asset"])
    theirs = theirs[theirs["in_estimation_universe"]]
    limits = {
        "size": 0.9999, "volatility": 0.995, "value": 0.99, "nonlinear_size": 0.99, "beta": 0.98, "momentum": 0.98,
    }
    dates = sorted(theirs.index.get_level_values("date").unique())[-60:]
    for style, limit in limits.items():
        correlations = [
            mine.loc[date][style].rank().corr(theirs.loc[date][style].rank().reindex(mine.loc[date].index))
            for date in dates
        ]
        # Ranks are of the assets that both have.
        assert np.median(correlations) >= limit, (style, np.median(correlations))


def test_real_prices_as_a_naive_implementation_has_them(program: Program, shared: Path) -> None:
    """Momentum, volatility and beta of twenty stocks' prices, recomputed by pandas from their formulas."""
    prices = pd.read_csv(shared / "data/us20_daily_prices.csv", parse_dates=["date"])
    prices = prices[prices["date"] >= "2018-01-01"]
    prices.to_csv(program.folder / "prices.csv", index=False)
    styles = {
        "beta": {"descriptors": {"market_beta": {"half_life": 63, "window": 252, "shrink": False}}},
        "momentum": {"descriptors": {"momentum": {"half_life": 126, "window": 504, "skip": 21}}},
        "volatility": {"descriptors": {"volatility": {"half_life": 42, "window": 252}}},
    }
    off = {check: {"severity": "off"} for check in ("jump", "spike", "stale_price", "unadjusted_split", "gap")}
    config = configuration(
        program.folder,
        {"name": "p", "kind": "daily", "path": "prices.csv", "columns": {"close": "price"}},
        checks=off, universe={"warm_start": True},
        loadings={"styles": styles, "groups": [], "winsorize": {"method": "none"}, "impute": {"enabled": False}},
    )
    panel = loadings(program, config)
    wide = prices.pivot(index="date", columns="asset", values="price")
    returns = wide / wide.shift(1) - 1
    for date in returns.index[[600, 800, 1200]]:
        rows = panel[panel["date"] == date.date()].set_index("asset")
        history = returns.loc[:date]
        raw = {"beta": {}, "momentum": {}, "volatility": {}}
        market = history.mean(axis=1)
        for asset in rows.index:
            x = history[asset].to_numpy()
            raw["volatility"][asset] = deviation(x[-252:], 42)
            raw["beta"][asset] = slope(x[-252:], market.to_numpy()[-252:], 63)
            past = np.log1p(x[:-21])[-504:]
            weights = 0.5 ** (np.arange(len(past))[::-1] / 126)
            seen = np.isfinite(past)
            raw["momentum"][asset] = 504 * np.average(past[seen], weights=weights[seen])
        for style, values in raw.items():
            expected = pd.Series(values)
            expected = (expected - expected.mean()) / expected.std()
            # Sums of 504 terms of the size of 1e-2, then a standardization: a few hundred units of rounding.
            assert np.allclose(rows[style], expected[rows.index], rtol=0, atol=1e-12), (style, date)


def deviation(x: np.ndarray, half_life: float) -> float:
    """The exponentially weighted standard deviation."""
    weights = 0.5 ** (np.arange(len(x))[::-1] / half_life)
    seen = np.isfinite(x)
    mean = np.average(x[seen], weights=weights[seen])
    return float(np.sqrt(np.average((x[seen] - mean) ** 2, weights=weights[seen])))


def slope(x: np.ndarray, y: np.ndarray, half_life: float) -> float:
    """The exponentially weighted slope of x on y."""
    weights = 0.5 ** (np.arange(len(x))[::-1] / half_life)
    seen = np.isfinite(x) & np.isfinite(y)
    w, x, y = weights[seen], x[seen], y[seen]
    dx, dy = x - np.average(x, weights=w), y - np.average(y, weights=w)
    return float((w * dx * dy).sum() / (w * dy * dy).sum())


def test_a_vendor_that_was_wrong_does_not_give_the_next_return(program: Program) -> None:
    """Where the first vendor's close is 100 times too high for a day, the second's returns of both days are taken."""
    right = vendor()
    wrong = right.copy()
    dates = sorted(right["date"].unique())
    row = (wrong["date"] == dates[80]) & (wrong["asset"] == "000007")
    wrong.loc[row, ["close", "market_cap"]] *= 100
    mine = wrong["asset"] == "000007"
    told = wrong.loc[mine].sort_values("date")["close"].pct_change()
    wrong.loc[told.dropna().index, "return"] = told.dropna()
    wrong.to_parquet(program.folder / "a.parquet")
    right.to_parquet(program.folder / "b.parquet")
    config = configuration(
        program.folder, source("a", "a.parquet", priority=1), source("b", "b.parquet", priority=2)
    )
    panel = loadings(program, config)
    panel = panel[panel["asset"] == "000007"].set_index("date")["ret"]
    truth = right[right["asset"] == "000007"].set_index("date")["return"]
    for day in (80, 81, 82):
        date = pd.Timestamp(dates[day])
        assert panel[date.date()] == pytest.approx(truth[date], rel=1e-12), day


def test_monthly_data_have_a_universe_within_a_year(program: Program) -> None:
    """What counts days for daily data counts months: a newcomer is a member after half a year, not after ten."""
    frame = vendor(dates=60)
    dates = sorted(frame["date"].unique())
    months = pd.bdate_range("2015-01-30", periods=60, freq="BME")
    frame["date"] = frame["date"].map(dict(zip(dates, months)))
    late = (frame["asset"] == "000007") & (frame["date"] < months[20])
    frame[~late].to_parquet(program.folder / "raw.parquet")
    config = configuration(program.folder, frequency="monthly", loadings={"styles": {"size": STYLES["size"]}})
    panel = loadings(program, config)
    member = panel[panel["asset"] == "000007"].set_index("date")["in_estimation_universe"]
    assert not member[months[20].date()] and member[months[29].date()]
    assert panel[panel["date"] == months[59].date()]["in_estimation_universe"].sum() > 50


def test_every_descriptor_is_reachable_from_the_configuration(program: Program) -> None:
    """Each one of the reference, as the only part of a style: computed, or left out for a field that is not there."""
    reference = program.ok("init", "--reference").out.split("## Descriptors")[1].split("\n## ")[0]
    names = [line.split("`")[1] for line in reference.splitlines() if line.startswith("| `")]
    assert len(names) >= 40
    vendor(dates=60).to_parquet(program.folder / "raw.parquet")
    styles = {
        f"style_{name}": {"descriptors": {name: {"field": "book_equity"} if name == "column" else {}}} for name in names
    }
    config = configuration(program.folder, loadings={"styles": styles, "impute": {"enabled": False}})
    summary = program.ok("loadings", "--config", config, "--out", "out", "--json").json()
    made = {style["name"] for style in summary["styles"]}
    skipped = set(summary["skipped_styles"])
    assert made | skipped == set(styles) and not made & skipped
    lacking = {f"style_{name}" for name in summary["skipped_descriptors"]}
    assert skipped == lacking
    assert {"style_momentum", "style_book_to_price", "style_column", "style_amihud_illiquidity"} <= made


@pytest.mark.full
def test_ten_times_the_history_needs_little_more_memory(program: Program) -> None:
    """Memory is a block and what is remembered of each asset: at most 1.2 times, from ten years to a hundred."""
    peaks = []
    for dates in (2520, 25_200):
        vendor(assets=300, dates=dates).to_parquet(program.folder / "raw.parquet", row_group_size=12_000)
        config = configuration(program.folder, loadings={"profile": "equity-compact"})
        peaks.append(program.ok("loadings", "--config", config, "--out", "out", "--json").json()["peak_bytes"])
    assert peaks[1] < 1.2 * peaks[0], peaks
