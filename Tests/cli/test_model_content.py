"""What a model's tables hold: their columns, and what ties them to one another and to the panel."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from markets import STYLES, write
from models import Model, configuration, dates_of, history
from program import Program

INITIAL = 40
COLUMNS = {
    "factors": "factor kind group label first_date",
    "loadings": "date asset ret market_cap industry beta momentum size",
    "recent_loadings": "date asset ret market_cap industry beta momentum size",
    "inputs": "date source row_count fingerprint",
    "periods": "date outcome sample asset_count factor_count r2 r2_centered idio_std condition solver "
    "excluded_universe excluded_no_earlier_row excluded_return excluded_loading excluded_cap excluded_label "
    "new_assets returning_assets left_out_for_leverage",
    "factor_returns": "date market Aerospace Banks Energy Retail Software Utilities beta momentum size",
    "factor_statistics": "date factor factor_return standard_error t_statistic vif information_coefficient "
    "portfolio_turnover portfolio_names",
    "idio_returns": "date asset idio_return in_regression",
    "idio_risk": "date asset idio_risk time_series newey_west_ratio reliability structural blended shrunk observations "
    "flags",
    "factor_covariance": "date factor_1 factor_2 covariance",
    "factor_risk": "date factor risk series_risk noise_share",
    "forecasts": "date factor_covariance factor_regime idio_regime idio_bias median_newey_west_ratio "
    "effective_periods_correlation effective_periods_volatility repair_change shrinkage factor_count asset_count "
    "few_periods short_volatilities short_correlations capped_noise_directions raised_eigenvalues "
    "filled_factor_returns completion_iterations eigenfactors_recomputed idio_without_time_series idio_structural_only idio_floored "
    "idio_capped idio_without_forecast idio_correlations_recomputed idio_correlated_groups",
    "performance": "factor kind periods annual_mean annual_geometric_mean annual_volatility sharpe sharpe_error_normal "
    "sharpe_error sharpe_autocorrelated t_statistic newey_west_t_statistic newey_west_lags probabilistic_sharpe "
    "deflated_sharpe minimum_track_record max_drawdown skewness kurtosis autocorrelation_1 ljung_box ljung_box_p "
    "hit_rate hit_rate_error share_significant information_coefficient information_coefficient_error information_ratio "
    "turnover turnover_error effective_names",
}


@pytest.fixture(scope="module")
def folder(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of the usual settings, its panel and its configuration."""
    folder = tmp_path_factory.mktemp("content")
    frame = history()
    write(frame, folder / "panel.parquet")
    config = configuration(
        folder, idio={"initial": str(dates_of(frame)[INITIAL])[:10]},
        factor_covariance={"eigenfactor": {"simulations": 30}})
    Program(binary, folder).ok("estimate", "--config", config, "--out", "model")
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> Model:
    """The model."""
    return Model(folder / "model")


@pytest.fixture(scope="module")
def panel(folder: Path) -> pd.DataFrame:
    """The panel that the model is estimated from."""
    return pd.read_parquet(folder / "panel.parquet").assign(date=lambda rows: pd.to_datetime(rows["date"]))


def test_tables_have_the_columns_that_are_promised(model: Model) -> None:
    """Also their types, and rows by date and then by name."""
    assert set(model.tables) == set(COLUMNS)
    for name, columns in COLUMNS.items():
        table = model.table(name)
        assert " ".join(table.column_names) == columns, name
        frame = table.to_pandas()
        if "date" in frame:
            assert str(table.schema.field("date").type) == "date32[day]", name
            assert frame["date"].is_monotonic_increasing, name
        for key in ("asset", "factor"):
            if key in frame and "date" in frame and name != "factor_risk":
                assert frame.equals(frame.sort_values(["date", key], kind="stable")), name
        key = [column for column in ("date", "source", "asset", "factor", "factor_1", "factor_2") if column in frame]
        assert not frame.duplicated(key).any(), name


def test_loadings_are_the_panel(model: Model, panel: pd.DataFrame) -> None:
    """Every row and bit of the columns that are used."""
    mine = model.frame("loadings")
    theirs = panel.sort_values("date", kind="stable")[list(mine.columns)].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, theirs, check_exact=True, check_dtype=False)


def test_every_date_and_factor_is_there(model: Model, panel: pd.DataFrame) -> None:
    """Periods after the lag; the split; what came when."""
    days = dates_of(panel)
    periods = model.frame("periods")
    assert periods["date"].tolist() == days[1:]
    assert model.metadata["split_date"] == str(days[INITIAL])[:10]
    in_sample = periods["sample"] == "in-sample"
    assert (in_sample == (periods["date"] <= days[INITIAL])).all() and set(periods["sample"][~in_sample]) == {
        "out-of-sample"}
    assert (model.frame("forecasts")["date"] == days).all()
    factors = model.frame("factors").set_index("factor")
    assert factors.loc["market", "kind"] == "market" and set(factors.loc[STYLES, "kind"]) == {"style"}
    labels = factors[factors["kind"] == "label"]
    assert set(labels["group"]) == {"industry"} and (labels.index == labels["label"]).all()
    assert (factors.drop("Aerospace")["first_date"] == days[1]).all()
    statistics = model.frame("factor_statistics")
    first = statistics[statistics["factor"] == "Aerospace"]["date"].min()
    assert factors.loc["Aerospace", "first_date"] == first > days[60]
    assert {name: model.metadata[name] for name in ("first_date", "last_date", "date_count", "horizon", "lag")} == {
        "first_date": str(days[0])[:10], "last_date": str(days[-1])[:10], "date_count": len(days),
        "horizon": 21, "lag": 1}


def test_wide_factor_returns_are_the_long_ones(model: Model) -> None:
    """To the bit; missing where the long table has no row, and on dates that could not be estimated."""
    wide = model.frame("factor_returns").set_index("date")
    long = model.frame("factor_statistics").pivot(index="date", columns="factor", values="factor_return")
    periods = model.frame("periods").set_index("date")["outcome"]
    assert (wide.index == periods.index).all()
    failed = periods.str.startswith("failed")
    assert failed.any() and wide[failed].isna().all().all()
    wide = wide[~failed]
    pd.testing.assert_frame_equal(wide[sorted(wide)], long[sorted(long)], check_names=False, check_exact=True)
    assert wide["Aerospace"].isna().sum() > 50


def test_idio_returns_are_what_factors_leave(model: Model, panel: pd.DataFrame) -> None:
    """`r − B f` from the tables, of every asset with a return, loadings and a label the date before."""
    days = dates_of(panel)
    factors = model.frame("factor_returns").set_index("date")
    idio = model.frame("idio_returns").set_index(["date", "asset"])
    frames = {day: rows.set_index("asset") for day, rows in model.frame("loadings").groupby("date")}
    count = 0
    for before, day in zip(days, days[1:]):
        known = frames[before][[*STYLES, "industry", "market_cap"]].join(frames[day]["ret"], how="inner")
        known = known.dropna(subset=[*STYLES, "industry", "ret"])
        if factors.loc[day].isna().all():
            assert day not in idio.index
            continue
        f = factors.loc[day]
        expected = known["ret"] - f["market"] - known["industry"].map(f) - known[STYLES] @ f[STYLES]
        found = idio.loc[day]
        assert list(found.index) == sorted(known.index)
        # Sums of five products of size 0.1.
        assert (found["idio_return"] - expected[found.index]).abs().max() < 1e-15
        assert (found["in_regression"] == (known["market_cap"] > 0)[found.index]).all()
        sums = (known["market_cap"] * known["industry"].map(f))[known["market_cap"] > 0]
        assert abs(sums.sum()) < 1e-14 * (known["market_cap"].sum() * f.abs().max())
        count += len(found)
    assert count == len(idio)


def cap_shares(rows: pd.DataFrame) -> pd.Series:
    """Each label's share of the caps that count in the constraint."""
    counted = rows[rows[STYLES].notna().all(axis=1) & rows["industry"].notna() & (rows["market_cap"] > 0)]
    shares = counted.groupby("industry")["market_cap"].sum()
    return shares / shares.sum()


def test_factor_covariances_are_covariances(model: Model, panel: pd.DataFrame) -> None:
    """Positive semidefinite; labels weighted by the snapshot's caps have no risk; risk is the diagonal."""
    days = set(model.frame("factor_covariance")["date"])
    forecasts = model.frame("forecasts").set_index("date")
    assert days == set(forecasts.index[forecasts["factor_covariance"] == "estimated"])
    risk = model.frame("factor_risk").set_index(["date", "factor"])
    sizes = set()
    for day in sorted(days)[::4] + [max(days)]:
        F = model.covariance(day)
        sizes.add(len(F))
        values = np.linalg.eigvalsh(F)
        assert values[0] > -1e-14 * values[-1]
        # A label has its first factor return the date after its first member.
        shares = cap_shares(panel[panel["date"] == day]).reindex(F.columns).fillna(0)
        assert shares.sum() > 0.9
        # Rounding of products of matrices of ten rows.
        assert np.abs(F @ shares).max() < 1e-15 * np.abs(F).to_numpy().max() * 100
        assert list(risk.loc[day].index) == list(F.columns)
        assert np.allclose(risk.loc[day, "risk"], np.sqrt(np.diag(F)), rtol=1e-15, atol=0)
        assert len(F) == forecasts.loc[day, "factor_count"]
    assert sizes == {9, 10}


def test_idio_risk_is_of_every_asset_that_is_there(model: Model, panel: pd.DataFrame) -> None:
    """At each date with forecasts, whoever has loadings and a label; within bounds, flagged where it is poor."""
    idio = model.frame("idio_risk")
    days = dates_of(panel)
    assert idio["date"].unique().tolist() == [day for day in days if day >= idio["date"].min()]
    usable = panel.dropna(subset=[*STYLES, "industry"])
    for day, rows in idio.groupby("date"):
        assert list(rows["asset"]) == sorted(usable[usable["date"] == day]["asset"])
        assert rows["idio_risk"].notna().all()
        low, high = 0.02 * np.sqrt(21 / 252), 5 * np.sqrt(21 / 252)
        assert rows["idio_risk"].between(low, high).all()
        short = rows["observations"] < 20
        assert rows["time_series"].isna().equals(short)
        assert (rows["flags"].fillna("").str.contains("no time series") == short).all()
    assert idio["flags"].notna().any()


def test_performance_is_what_numpy_has(folder: Path, model: Model, program: Program) -> None:
    """Every statistic of the table, from the factor returns; all of them, and within dates."""
    series = model.frame("factor_returns").set_index("date")
    t = model.frame("factor_statistics").pivot(index="date", columns="factor", values="t_statistic")
    compare_performance(model.frame("performance").set_index("factor"), series, t)
    first, last = series.index[20], series.index[90]
    program.ok("performance", folder / "model", "--from", str(first)[:10], "--through", str(last)[:10],
               "--out", "part.csv")
    part = pd.read_csv(program.folder / "part.csv").set_index("factor")
    compare_performance(part, series.loc[first:last], t.loc[first:last])


def compare_performance(table: pd.DataFrame, series: pd.DataFrame, t: pd.DataFrame) -> None:
    """Holds a table of performance against the formulas."""
    ratios = {name: values.dropna().mean() / values.dropna().std() for name, values in series.items()
              if values.notna().sum() >= 20}
    assert list(table.index) == list(series.columns)
    for name, values in series.items():
        row, x = table.loc[name], values.dropna().to_numpy()
        n = len(x)
        assert row["periods"] == n
        expected = {"share_significant": (t[name].dropna().abs() > 2).mean()}
        if n < 20:
            assert row.drop(["kind", "periods", "share_significant", "newey_west_lags"]).isna().all(), name
        else:
            expected |= statistics_of(x)
            expected["deflated_sharpe"] = deflated(x, np.var(list(ratios.values()), ddof=1), len(ratios))
            wealth = np.cumprod(1 + x)
            peaks = np.maximum.accumulate(np.concatenate([[1], wealth]))[1:]
            expected["max_drawdown"] = max(0, (1 - wealth / peaks).max())
            expected["annual_geometric_mean"] = wealth[-1] ** (252 / n) - 1
        for column, value in expected.items():
            if np.isfinite(value):
                assert row[column] == pytest.approx(value, rel=1e-9, abs=1e-12), (name, column)
            else:
                assert np.isnan(row[column]), (name, column)


def test_turnover_is_that_of_the_factor_portfolios(folder: Path, panel: pd.DataFrame, program: Program) -> None:
    """The rows of `(B'B)^-1 B'`, held after their returns against those of the next period.

    A period without an estimate has no portfolios, and the next one none to be compared with.
    """
    failed = dates_of(panel)[50]
    write(panel.assign(ret=panel["ret"].where(panel["date"] != failed)), program.folder / "panel.parquet")
    config = configuration(
        program.folder, idio={"estimation": "off"}, factor_covariance={"eigenfactor": "off"},
        regression={"weights": "equal", "market": False, "portfolio_turnover": True})
    program.ok("estimate", "--config", config, "--out", "model")
    model = Model(program.folder / "model")
    loadings = dict(list(model.frame("loadings").groupby("date")))
    regressed = model.frame("idio_returns").query("in_regression").groupby("date")["asset"]
    days = sorted(loadings)
    rows, earlier = [], pd.DataFrame()
    assert failed not in regressed.groups
    for date, assets in regressed:
        before = days[days.index(date) - 1]
        if before not in regressed.groups:
            earlier = pd.DataFrame()
        known = loadings[before].set_index("asset").loc[list(assets)]
        design = pd.concat([pd.get_dummies(known["industry"]).astype(float), known[STYLES].astype(float)], axis=1)
        portfolios = pd.DataFrame(np.linalg.pinv(design.to_numpy()).T, design.index, design.columns)
        returns = loadings[date].set_index("asset")["ret"].reindex(design.index)
        assert (portfolios.T @ returns).to_numpy() == pytest.approx(
            model.frame("factor_returns").set_index("date").loc[date, design.columns].to_numpy(dtype=float), rel=1e-8,
            abs=1e-12)
        for factor in portfolios:
            now, traded = portfolios[factor], np.nan
            if factor in earlier:
                both = pd.concat([now, earlier[factor] * earlier["growth"]], axis=1).fillna(0)
                traded = (both.iloc[:, 0] - both.iloc[:, 1]).abs().sum() / 2 / earlier[factor].abs().sum()
            rows.append((date, factor, traded, now.abs().sum() ** 2 / (now ** 2).sum()))
        earlier = portfolios.assign(growth=1 + returns.fillna(0))
    expected = pd.DataFrame(rows, columns=["date", "factor", "portfolio_turnover", "portfolio_names"])
    expected = expected.sort_values(["date", "factor"]).reset_index(drop=True)
    found = model.frame("factor_statistics")[list(expected.columns)]
    # The inverses of ill-conditioned products lose some digits on both sides.
    pd.testing.assert_frame_equal(found, expected, rtol=1e-8, check_dtype=False)
    # Missing at first, where a factor is new, and after periods without an estimate.
    assert found["portfolio_turnover"].notna().mean() > 0.8
    performance = model.frame("performance").set_index("factor")
    for factor, group in expected.groupby("factor"):
        traded, names = group["portfolio_turnover"].dropna(), group["portfolio_names"]
        if len(traded) >= 20:
            row = performance.loc[factor]
            assert row["turnover"] == pytest.approx(252 * traded.mean(), rel=1e-8)
            assert row["turnover_error"] == pytest.approx(252 * traded.sem(), rel=1e-8)
            assert row["effective_names"] == pytest.approx(names.mean(), rel=1e-8)
    assert "turnover" in program.ok("performance", "model").out


def statistics_of(x: np.ndarray) -> dict[str, float]:
    """The statistics of one factor's returns, 252 a year."""
    from scipy import stats

    n, mean, deviation = len(x), x.mean(), x.std(ddof=1)
    centred = x - mean
    ratio, lags = mean / deviation, int(4 * (n / 100) ** (2 / 9))
    covariances = [centred[lag:] @ centred[:n - lag] / n for lag in range(n)]
    long_run = covariances[0] + 2 * sum((1 - lag / (lags + 1)) * covariances[lag] for lag in range(1, lags + 1))
    skewness, kurtosis = stats.skew(x), stats.kurtosis(x, fisher=False)
    spread = 1 - skewness * ratio + (kurtosis - 1) / 4 * ratio ** 2
    correlations = np.array(covariances[1:]) / covariances[0]
    horizon = np.arange(1, 252)
    known = np.concatenate([correlations, np.zeros(252)])[:251]
    radicand = 252 + 2 * ((252 - horizon) * known).sum()
    hits = (x > 0).mean()
    return {
        "annual_mean": 252 * mean, "annual_volatility": np.sqrt(252) * deviation, "sharpe": np.sqrt(252) * ratio,
        "t_statistic": np.sqrt(n) * ratio, "newey_west_lags": lags,
        "newey_west_t_statistic": mean / np.sqrt(long_run / n),
        "sharpe_error_normal": np.sqrt(252 * (1 + ratio ** 2 / 2) / n),
        "sharpe_error": np.sqrt(252 * spread / (n - 1)),
        "sharpe_autocorrelated": ratio * 252 / np.sqrt(radicand) if radicand > 0 else np.nan,
        "probabilistic_sharpe": stats.norm.cdf(ratio * np.sqrt(n - 1) / np.sqrt(spread)),
        "minimum_track_record": 1 + spread * (stats.norm.ppf(0.95) / ratio) ** 2 if ratio > 0 else np.nan,
        "skewness": skewness, "kurtosis": kurtosis, "autocorrelation_1": correlations[0],
        "hit_rate": hits, "hit_rate_error": np.sqrt(hits * (1 - hits) / n),
    }


def deflated(x: np.ndarray, variance: float, trials: int) -> float:
    """The probability that the Sharpe ratio is above the largest of so many by chance."""
    from scipy import stats

    euler = 0.5772156649015329
    top = np.sqrt(variance) * (
        (1 - euler) * stats.norm.ppf(1 - 1 / trials) + euler * stats.norm.ppf(1 - 1 / (trials * np.e)))
    ratio = x.mean() / x.std(ddof=1)
    spread = 1 - stats.skew(x) * ratio + (stats.kurtosis(x, fisher=False) - 1) / 4 * ratio ** 2
    return float(stats.norm.cdf((ratio - top) * np.sqrt(len(x) - 1) / np.sqrt(spread)))


@pytest.mark.parametrize("horizon", [1, 6])
def test_evaluation_is_what_the_tables_say(folder: Path, model: Model, program: Program, horizon: int) -> None:
    """Bias statistics and QLIKE of assets and factor returns, from loadings, covariances and idio risks.

    Over windows of dates returns are added; the last one, which is not whole, is left out.
    """
    summary = program.ok(
        "evaluate", folder / "model", "--out", "evaluation", "--warmup", 70, "--horizon", horizon, "--json").json()
    portfolios = pd.read_parquet(program.folder / "evaluation/portfolios.parquet").set_index(["family", "portfolio"])
    days = dates_of(model.frame("loadings"))
    loadings = {day: rows.set_index("asset") for day, rows in model.frame("loadings").groupby("date")}
    idio = {day: rows.set_index("asset")["idio_risk"] for day, rows in model.frame("idio_risk").groupby("date")}
    series = model.frame("factor_returns").set_index("date")
    risk = model.frame("factor_risk").set_index(["date", "factor"])["series_risk"]
    scores: dict[tuple[str, str], list[tuple[float, float]]] = {}
    starts = range(69, len(days) - horizon, horizon)
    assert summary["horizon"] == horizon and summary["periods"] == len(starts)
    ends = [str(days[starts[0] + 1])[:10], str(days[starts[-1] + horizon])[:10]]
    assert [summary["first_date"], summary["last_date"]] == ends
    for start in starts:
        before, window = days[start], days[start + 1:start + 1 + horizon]
        F = model.covariance(before)
        known = loadings[before].dropna(subset=[*STYLES, "industry"])
        B = pd.DataFrame(0.0, known.index, F.columns)
        B["market"] = 1
        B[STYLES] = known[STYLES]
        for asset, label in known["industry"].items():
            if label in F.columns:
                B.loc[asset, label] = 1
        B = B[known["industry"].isin(F.columns)]
        variances = (np.einsum("ij,jk,ik->i", B, F, B) + idio[before][B.index] ** 2) / 21 * horizon
        returns = sum(loadings[day]["ret"].reindex(B.index) for day in window)
        for asset, value in returns.dropna().items():
            scores.setdefault(("assets", asset), []).append((value, variances[asset]))
        for name, value in series.reindex(window).sum(min_count=horizon).dropna().items():
            if (before, name) in risk.index and risk[before, name] > 0:
                scores.setdefault(("factor returns", name), []).append((value, risk[before, name] ** 2 * horizon))
    assert len(scores) > 40
    for key, pairs in scores.items():
        r, v = np.array(pairs).T
        row = portfolios.loc[key]
        assert row["forecasts"] == len(r), key
        if len(r) > 1:
            # The smallest of ten rounded products: 1e-12 is generous.
            assert row["bias"] == pytest.approx((r / np.sqrt(v)).std(ddof=1), rel=1e-10), key
        kept = np.abs(r) >= 1e-8
        ratio = r[kept] ** 2 / v[kept]
        assert row["qlike"] == pytest.approx((ratio - np.log(ratio) - 1).mean(), rel=1e-9), key
    assert set(portfolios.loc["assets"].index) == {name for family, name in scores if family == "assets"}


def test_every_summary_parses(folder: Path, program: Program) -> None:
    """Strict JSON of every verb, without NaN, and nothing beside it."""

    def strict(name: str) -> float:
        raise AssertionError(f"{name} is no JSON")

    for arguments in [
            ("estimate", "--config", folder / "config.yaml", "--out", "model"), ("verify", "model"),
            ("performance", "model"), ("evaluate", "model"), ("evaluate", "model", "--against", folder / "model"),
            ("evaluate", "model", "--in-sample", "--warmup", 1)]:
        run = program.ok(*arguments, "--json")
        assert run.err == ""
        assert json.loads(run.out, parse_constant=strict), arguments
    folder_summary = program.ok("evaluate", "model", "--out", "e", "--json")
    assert json.loads((program.folder / "e/summary.json").read_text()) == json.loads(folder_summary.out)


def test_a_model_is_as_good_as_itself(folder: Path, program: Program) -> None:
    """A comparison with the same model finds no difference of losses."""
    run = program.ok("evaluate", folder / "model", "--against", folder / "model", "--json")
    text = json.dumps(run.json())
    assert "comparison" in text or "against" in text


def test_the_summary_for_people(folder: Path, program: Program) -> None:
    """What a risk manager wants first, in lines that fit."""
    run = program.ok("estimate", "--config", folder / "config.yaml", "--out", "model")
    assert all(len(line) <= 120 for line in run.out.splitlines()) and run.err == ""
    for part in ("110 dates from", "rows left out of regressions: ", "converged after", "forecasts of risk", "market", "median idio volatility"):
        assert part in run.out
    for verb in ("performance", "evaluate"):
        run = program.ok(verb, "model")
        assert run.err == "" and "market" in run.out or "factor returns" in run.out


def test_the_same_bits_whatever_the_threads(folder: Path, program: Program) -> None:
    """Of every file of a model, names included, and of the tables of an evaluation."""
    hashes = []
    for threads in (1, 2, 5):
        program.ok("estimate", "--config", folder / "config.yaml", "--out", "model", "--threads", threads)
        program.ok("evaluate", "model", "--out", "e", "--threads", threads)
        paths = [path for path in sorted((program.folder / "model").rglob("*")) if path.is_file()]
        paths += sorted((program.folder / "e").glob("*.parquet"))
        hashes.append([(str(path.relative_to(program.folder)), sha256(path.read_bytes()).hexdigest()) for path in paths])
    assert hashes[0] == hashes[1] == hashes[2]
