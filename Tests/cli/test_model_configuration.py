"""What a configuration of a model must not say, and what is told about it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from markets import STYLES, write
from models import COLUMNS, Model, configuration, history, panel_section
from program import Program

OFF = {"estimation": "off"}
NO_CAPS = {key: value for key, value in COLUMNS.items() if key != "cap"}


@pytest.fixture
def panel(program: Program) -> Path:
    """A panel beside the configurations."""
    return write(history(assets=30, dates=70), program.folder / "panel.parquet")


def line_of(folder: Path, key: str) -> int:
    """The number of the line with a key, which is there once."""
    lines = (folder / "config.yaml").read_text().splitlines()
    found = [number for number, line in enumerate(lines, 1) if f'"{key}":' in line]
    assert len(found) == 1, (key, found)
    return found[0]


BAD: list[tuple[dict[str, object], str, tuple[str, ...]]] = [
    # The section `regression`.
    ({"regression": {"weight": "equal"}}, "weight", ("regression.weight", "did you mean 'weights'")),
    ({"regression": {"weights": "sqrtcap"}}, "weights", ("regression.weights", "'sqrtcap'", "did you mean 'sqrt-cap'")),
    ({"regression": {"weights": "column:"}}, "weights", ("regression.weights", "column:NAME")),
    ({"regression": {"constraint_weights": "caps"}}, "constraint_weights", ("'caps'", "did you mean 'cap'")),
    ({"regression": {"clip_weights": 0.6}}, "clip_weights", ("regression.clip_weights", "0.6", "0.49")),
    ({"regression": {"clip_weights": "on"}}, "clip_weights", ("regression.clip_weights", "'on'", "off")),
    ({"regression": {"robust": "tukey"}, "idio": OFF}, "robust", ("'tukey'", "huber", "bisquare")),
    ({"regression": {"robust_k": 2}}, "robust_k", ("regression.robust_k", "huber or bisquare")),
    ({"regression": {"robust": "huber", "thin_industries": 5}, "idio": OFF}, "thin_industries", ("robust none",)),
    ({"regression": {"market": False, "thin_industries": 5}}, "thin_industries", ("goes with a market",)),
    ({"regression": {"min_assets": 0}}, "min_assets", ("regression.min_assets", "0", "1")),
    ({"regression": {"market": "maybe"}}, "market", ("regression.market", "'maybe'", "true")),
    ({"regression": {"missing_cap_limit": 1.5}}, "missing_cap_limit", ("1.5", "from 0 to 1")),
    ({"regression": {"membership": {"sector": "s.parquet"}}}, "membership", ("'sector'", "industry")),
    # The section `idio`.
    ({"idio": {"estimation": "walkforward"}}, "estimation", ("'walkforward'", "did you mean 'walk-forward'")),
    ({"idio": {"initial": "halfway"}}, "initial", ("idio.initial", "'halfway'", "half", "2015-12-31")),
    ({"idio": {"initial": "2024-13-01"}}, "initial", ("idio.initial", "2024-13-01")),
    ({"idio": {"mode": "em"}}, "mode", ("idio.mode", "'em'", "aue")),
    ({"idio": {"half_life": 0}}, "half_life", ("idio.half_life", "0", "1")),
    ({"idio": {"floor": -0.1}}, "floor", ("idio.floor", "-0.1")),
    ({"idio": {"weight_shrinkage": 2}}, "weight_shrinkage", ("idio.weight_shrinkage", "2")),
    ({"idio": {"max_iterations": 1.5}}, "max_iterations", ("idio.max_iterations", "1.5")),
    ({"idio": {"variance": {"newey_west_lag": 3}}}, "newey_west_lag", ("did you mean 'newey_west_lags'",)),
    ({"idio": {"variance": {"half_life": "short"}}}, "half_life", ("idio.variance.half_life", "'short'")),
    ({"idio": {"structural": 1}}, "structural", ("idio.structural",)),
    ({"idio": {"bayesian_shrinkage": -1}}, "bayesian_shrinkage", ("idio.bayesian_shrinkage", "-1")),
    ({"idio": {"correlations": "all"}}, "correlations", ("idio.correlations", "'all'", "thresholded")),
    ({"idio": {"correlations": "off", "correlation_window": 60}}, "correlation_window", ("linked or thresholded",)),
    ({"idio": {"correlation_window": 60}}, "idio", ("correlation", "60", "126")),
    ({"idio": {"sweeps": {"windows": 4}}}, "windows", ("did you mean 'window'",)),
    ({"idio": {"sweeps": "on"}}, "sweeps", ("idio.sweeps", "'on'")),
    ({"idio": {"profile": "monthly"}}, "profile", ("idio.profile", "monthly", "frequency: daily", "short or long")),
    ({"idio": {"profiles": "short"}}, "profiles", ("did you mean 'profile'",)),
    # The section `factor_covariance`.
    ({"factor_covariance": {"profile": "weekly"}}, "profile", ("weekly", "frequency: daily", "short or long")),
    ({"factor_covariance": {"volatility": {"half_life": 0.5}}}, "half_life", ("volatility.half_life", "0.5")),
    ({"factor_covariance": {"correlation": {"halflife": 5}}}, "halflife", ("did you mean 'half_life'",)),
    ({"factor_covariance": {"denoise": "some"}}, "denoise", ("factor_covariance.denoise", "'some'")),
    ({"factor_covariance": {"eigenfactor": "on"}}, "eigenfactor", ("factor_covariance.eigenfactor", "'on'", "off")),
    ({"factor_covariance": {"eigenfactor": {"simulations": 5}}}, "simulations", ("simulations", "5", "10")),
    ({"factor_covariance": {"eigenfactor": {"scale": 1.2}}}, "scale", ("scale", "mode scaled")),
    ({"factor_covariance": {"shrinkage": "ledoit"}}, "shrinkage", ("'ledoit'", "constant-correlation")),
    ({"factor_covariance": {"shrinkage": "identity", "volatility": {"newey_west_lags": 2}}}, "newey_west_lags",
     ("is 2", "expected 0")),
    ({"factor_covariance": {"missing": "zero"}}, "missing", ("'zero'", "available")),
    ({"factor_covariance": {"every": 0}}, "every", ("factor_covariance.every", "0")),
    # The section `evaluation`.
    ({"evaluation": {"portfolios": ["factor"]}}, "portfolios", ("'factor'", "did you mean 'factors'")),
    ({"evaluation": {"warmup": 0}}, "warmup", ("evaluation.warmup", "0")),
    ({"evaluation": {"horizon": 0}}, "horizon", ("evaluation.horizon", "0", "1")),
    ({"regression": {"robust": "huber", "portfolio_turnover": True}, "idio": OFF}, "portfolio_turnover",
     ("robust none",)),
    # The section `data.panel`.
    ({"data": panel_section(columns={"ret": "x"})}, "ret", ("no column of a panel", "expected date, asset, return")),
    ({"data": panel_section(columns={"cap": "ret"})}, "columns", ("'ret' twice",)),
    ({"data": {"panel": {"path": "panel.parquet"}}}, "panel", ("at least one style or group",)),
    ({"data": {"panel": {"styles": STYLES}}}, "panel", ("path", "missing")),
    ({"data": panel_section(style=["beta"])}, "style", ("did you mean 'styles'",)),
    ({"data": panel_section() | {"sources": [{"name": "a", "kind": "daily", "path": "a", "columns": {}}]}}, "panel",
     ("beside sources",)),
    ({"loadings": {"groups": ["industry"]}}, "loadings", ("goes with data.sources",)),
    ({"lag": -1}, "lag", ("lag", "-1")),
    ({"regresion": {}}, "regresion", ("did you mean 'regression'",)),
    ({"factor_covariances": {}}, "factor_covariances", ("did you mean 'factor_covariance'",)),
    ({"output": {"format": "xlsx"}}, "format", ("'xlsx'", "parquet")),
]


@pytest.mark.parametrize("sections, key, says", BAD, ids=[f"{place}-{case[1]}" for place, case in enumerate(BAD)])
def test_what_is_wrong_is_told_with_its_line(
    program: Program, sections: dict[str, object], key: str, says: tuple[str, ...]
) -> None:
    """The file, the line, the key, what was found and what was expected; before any data are read."""
    config = configuration(program.folder, **sections)
    program.fails(65, "estimate", "--config", config, "--out", "model",
                  says=(f"{config}:{line_of(program.folder, key)}:", *says))


def test_settings_that_do_not_go_together(program: Program) -> None:
    """Each right for itself; nothing is read before this is said, for there is no panel."""
    for sections, says in [
            ({"regression": {"robust": "huber"}}, ("regression.robust", "idio.estimation off")),
            ({"frequency": "monthly", "factor_covariance": {"profile": "short"}},
             ("factor_covariance.profile", "frequency: monthly", "expected monthly")),
            ({"frequency": "weekly", "idio": {"profile": "long"}}, ("idio.profile", "expected weekly")),
            ({"data": panel_section() | {"panel": panel_section()["panel"] | {"columns": NO_CAPS}},
              "regression": {"weights": "cap"}, "idio": OFF}, ("regression.weights", "no column of caps")),
            ({"data": panel_section() | {"panel": panel_section()["panel"] | {"columns": NO_CAPS}},
              "regression": {"constraint_weights": "cap"}}, ("regression.constraint_weights", "no column of caps")),
    ]:
        config = configuration(program.folder, **sections)
        program.fails(65, "estimate", "--config", config, "--out", "model", says=says)


def test_a_panel_without_caps_names_what_needs_them(program: Program) -> None:
    """Before data are read; and what is left works."""
    bare = {"panel": panel_section()["panel"] | {"columns": NO_CAPS}}  # type: ignore[operator]
    config = configuration(program.folder, data=bare)
    program.fails(65, "estimate", "--config", config, "--out", "model", says=("idio.structural", "cap"))
    write(history(assets=30, dates=70).drop(columns="market_cap"), program.folder / "panel.parquet")
    config = configuration(
        program.folder, data=bare,
        idio={"structural": False, "bayesian_shrinkage": "off", "regime_half_life": "off"})
    program.ok("estimate", "--config", config, "--out", "model")
    program.ok("verify", "model")
    program.ok("evaluate", "model", "--warmup", 1)
    assert "market_cap" not in Model(program.folder / "model").table("loadings").column_names


@pytest.mark.parametrize("date", ["2010-01-04", "2024-01-29", "2024-05-03", "2030-01-01"])
def test_a_split_outside_the_data(program: Program, panel: Path, date: str) -> None:
    """Before the first period, at the last or after it: both are named, and nothing is left."""
    config = configuration(program.folder, idio={"initial": date})
    program.fails(65, "estimate", "--config", config, "--out", "model",
                  says=("idio.initial", date, "2024-01-30", "2024-05-03"))


def test_what_the_panel_lacks(program: Program, panel: Path) -> None:
    """Columns and files that the configuration names, with the nearest names."""
    for sections, code, says in [
            ({"regression": {"weights": "column:precison"}, "idio": OFF}, 65, ("precison", "precision")),
            ({"data": panel_section(styles=["betta"])}, 65, ("'betta'", "beta")),
            ({"data": panel_section(groups=["sector"])}, 65, ("'sector'",)),
            ({"data": panel_section("none.parquet")}, 66, ("none.parquet", "no such file")),
            ({"regression": {"membership": {"industry": "none.parquet"}}}, 66, ("none.parquet", "no such file")),
    ]:
        config = configuration(program.folder, **sections)
        program.fails(code, "estimate", "--config", config, "--out", "model", says=says)


def test_too_few_periods(program: Program) -> None:
    """For a split; a short history without one makes a model without forecasts."""
    write(history(assets=30, dates=2), program.folder / "panel.parquet")
    program.fails(65, "estimate", "--config", configuration(program.folder), "--out", "model",
                  says=("1 periods", "at least 2"))
    program.fails(65, "estimate", "--config", configuration(program.folder, lag=5, idio=OFF), "--out", "model")
    write(history(assets=30, dates=20), program.folder / "panel.parquet")
    run = program.ok("estimate", "--config", configuration(program.folder), "--out", "model")
    assert "no forecast of risk" in run.out
    assert "factor_covariance" not in Model(program.folder / "model").tables
    program.ok("verify", "model")
    program.ok("performance", "model")
    program.fails(65, "evaluate", "model", says=("expected at least",))
    program.fails(65, "evaluate", "model", "--horizon", 0, says=("evaluation.horizon is 0", "at least 1"))
    program.fails(65, "evaluate", "model", "--horizon", 5000, "--warmup", 1, says=("expected at least",))


def test_nothing_that_can_be_estimated(program: Program) -> None:
    """65 with the commonest outcome and reason; nothing is left."""
    frame = history(assets=30, dates=20).assign(beta=float("nan"))
    write(frame, program.folder / "panel.parquet")
    for idio in (OFF, {}):
        program.fails(65, "estimate", "--config", configuration(program.folder, idio=idio), "--out", "model",
                      says=("too few assets", "loading"))


def test_no_configuration_and_not_even_yaml(program: Program) -> None:
    """66 and 65."""
    program.fails(66, "estimate", "--config", "none.yaml", "--out", "model", says=("none.yaml", "no such file"))
    (program.folder / "bad.yaml").write_text("version: 1\n  frequency: [daily\n")
    program.fails(65, "estimate", "--config", "bad.yaml", "--out", "model", says=("bad.yaml:",))
    (program.folder / "two.yaml").write_text("version: 2\nfrequency: daily\n")
    program.fails(65, "estimate", "--config", "two.yaml", "--out", "model", says=("version", "2"))


def test_wrong_arguments_are_64(program: Program, panel: Path) -> None:
    """Of each verb, before anything is done."""
    config = configuration(program.folder)
    program.ok("estimate", "--config", config, "--out", "model")
    for arguments in [
            ("estimate", "--config", config), ("estimate", "--out", "m"),
            ("estimate", "--config", config, "--out", "m", "--threads", 0),
            ("update",), ("update", "model", "--threads", "many"), ("verify",), ("verify", "model", "more"),
            ("performance", "model", "--from", "soon"), ("performance", "model", "--through", "2024-02-30"),
            ("evaluate", "model", "--from", "1.1.2020"), ("evaluate", "model", "--warmup", "x"),
            ("evaluate", "model", "--format", "xlsx", "--out", "e"),
    ]:
        program.fails(64, *arguments)


def test_dates_without_periods(program: Program, panel: Path) -> None:
    """65: nothing to show, and the dates that are there."""
    program.ok("estimate", "--config", configuration(program.folder), "--out", "model")
    program.ok("verify", "model")
    program.fails(65, "performance", "model", "--from", "2030-01-01", says=("dates asked for",))
    program.fails(65, "evaluate", "model", "--from", "2030-01-01")
    program.fails(66, "evaluate", "model", "--against", "model2", says=("model2",))


def test_the_configuration_is_kept(program: Program, panel: Path) -> None:
    """As it was, comments and all."""
    text = "# of mine\n" + json.dumps(json.loads((program.folder / configuration(program.folder)).read_text()))
    (program.folder / "config.yaml").write_text(text)
    program.ok("estimate", "--config", "config.yaml", "--out", "model")
    assert (program.folder / "model" / "config.yaml").read_text() == text
