"""Blocks of factors out of vendors' tables: currencies beside industries, and assets that are in several industries."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
from models import Model
from program import Program
from vendors import STYLES, configuration, source, vendor

GROUPS = {"loadings": {"styles": STYLES, "groups": ["industry", "currency"]}, "currency": "USD"}
MODEL = {"factor_covariance": {"eigenfactor": "off"}, "idio": {"initial": "half"}}


def market(folder: Path) -> list[dict[str, object]]:
    """Two thirds of the assets trade in dollars, the others in euros: the tables, and the sources that read them."""
    frame = vendor()
    frame["currency"] = np.where(frame["asset"].astype(int) % 3 > 0, "USD", "EUR")
    frame.to_parquet(folder / "raw.parquet")
    days = frame["date"].unique()
    pd.DataFrame({"date": days, "pair": "EURUSD", "rate": 1.1}).to_parquet(folder / "fx.parquet")
    daily = source()
    daily["columns"] = {**daily["columns"], "currency": "currency"}  # type: ignore[dict-item]
    rates = {"name": "fx", "kind": "fx", "path": "fx.parquet", "columns": {"pair": "pair", "rate": "rate"}}
    return [daily, rates]


def industries(folder: Path) -> Path:
    """Each asset by three quarters in its own industry and by one in the next."""
    known = vendor().drop_duplicates("asset")
    own = known["industry"].str[1:].astype(int)
    table = pd.concat(
        [
            pd.DataFrame({"asset": known["asset"], "industry": known["industry"], "fraction": 0.75}),
            pd.DataFrame({"asset": known["asset"], "industry": "I" + ((own + 1) % 5).astype(str), "fraction": 0.25}),
        ]
    )
    path = folder / "several industries.parquet"
    table.to_parquet(path)
    return path


def test_a_block_of_currencies(program: Program) -> None:
    """Money is converted, the currency stays a label, and its factors' weighted returns sum to zero."""
    sources = market(program.folder)
    program.ok("loadings", "--config", configuration(program.folder, *sources, **GROUPS), "--out", "out")
    panel = pd.read_parquet(program.folder / "out/panel.parquet")
    raw = vendor().set_index(["date", "asset"])["market_cap"]
    euros = panel["asset"].astype(int) % 3 == 0
    assert set(panel.loc[euros, "currency"]) == {"EUR"} and set(panel.loc[~euros, "currency"]) == {"USD"}
    rows = pd.MultiIndex.from_arrays([pd.to_datetime(panel["date"]), panel["asset"]])
    caps = raw.loc[rows].to_numpy()
    np.testing.assert_allclose(panel["market_cap"] / caps, np.where(euros, 1.1, 1.0), rtol=1e-12)
    results = program.regress(
        "out/panel.parquet", "--cap", "market_cap", "--groups", "industry,currency", "--universe",
        "in_estimation_universe", "--lag", 1, "--styles", ",".join(STYLES), out="fits")
    returns = pd.read_parquet(program.folder / "fits/factor_returns.parquet").set_index("date").dropna()
    assert results.outcomes().count("estimated") == len(returns) > 80
    days = sorted(panel["date"].unique())
    members = panel[panel["in_estimation_universe"]]
    for day, row in returns.iterrows():
        before = members[members["date"] == days[days.index(day) - 1]].set_index("asset")
        today = panel[panel["date"] == day].set_index("asset").index
        shares = before.loc[before.index.intersection(today)].groupby("currency")["market_cap"].sum()
        # A sum of two products that cancel.
        assert abs((shares / shares.sum() * row[shares.index]).sum()) < 1e-15, day


def test_several_industries_of_an_asset(program: Program) -> None:
    """A model from vendors' tables is that of the loadings that they give, with the same fractions."""
    sources = market(program.folder)
    path = industries(program.folder)
    membership = {"regression": {"membership": {"industry": path.name}}}
    raw = configuration(program.folder, *sources, **GROUPS, **MODEL, **membership)
    program.ok("estimate", "--config", raw, "--out", "raw-model")
    run = program.ok("loadings", "--config", raw, "--out", "out")

    panel = {
        "path": "out/panel.parquet", "groups": ["industry", "currency"], "styles": list(STYLES),
        "universe": "in_estimation_universe", "columns": {"return": "ret", "cap": "market_cap"},
    }
    document = {"version": 1, "frequency": "daily", "data": {"panel": panel}, **MODEL, **membership}
    (program.folder / "panel.yaml").write_text(json.dumps(document))
    program.ok("estimate", "--config", "panel.yaml", "--out", "panel-model")
    mine, theirs = Model(program.folder / "raw-model"), Model(program.folder / "panel-model")
    for table in ("factor_returns", "idio_returns", "factor_covariance", "idio_risk"):
        assert mine.table(table).num_rows > 0
        assert mine.table(table).equals(theirs.table(table)), table

    # The command that is shown has the fractions too, whatever their file is called.
    command = shlex.split(run.out.split("next: riskengine ")[1])
    place = command.index("--membership")
    assert (program.folder / command[place + 1].removeprefix("industry=")).samefile(path)
    program.ok(*command)
    whole = [*command[:place], *command[place + 2:]]
    whole[whole.index("--out") + 1] = "whole"
    program.ok(*whole)
    fractional = pd.read_parquet(program.folder / "out-regressed/factor_returns.parquet")
    assert not fractional.equals(pd.read_parquet(program.folder / "whole/factor_returns.parquet"))
