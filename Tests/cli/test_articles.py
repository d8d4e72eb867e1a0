"""What the articles of the documentation tell to run, runs."""

from __future__ import annotations

import re
from pathlib import Path

from program import Program
from vendors import vendor

CATALOG = Path(__file__).resolve().parents[2] / "Sources" / "RiskEngine" / "RiskEngine.docc"


def test_the_way_from_raw_files_to_a_report(program: Program) -> None:
    """Every command of the article, with its configuration, on a file that has the columns it names."""
    article = (CATALOG / "FromRawFilesToAReport.md").read_text()
    configuration = re.search(r"```yaml\n(.*?)```", article, re.DOTALL)
    assert configuration
    (program.folder / "config.yaml").write_text(configuration[1])
    frame = vendor(dates=420).rename(columns={"date": "day", "asset": "isin", "return": "total_return"})
    frame = frame.rename(columns={"market_cap": "cap", "industry": "sector"})
    days = sorted(frame["day"].unique())
    frame[frame["day"] < days[-1]].to_csv(program.folder / "prices.csv", index=False)
    frame[frame["day"] == days[-1]].to_csv(program.folder / "prices-2024-07-01.csv", index=False)
    weights = frame[frame["day"] == days[-1]][["isin"]].rename(columns={"isin": "asset"}).head(20)
    weights.assign(weight=0.05).to_csv(program.folder / "book.csv", index=False)
    # The article's dates are those of somebody's data; these are of the data here.
    dates = {"2024-03-28": str(days[-30])[:10], "2024-06-28": str(days[-2])[:10]}
    commands = [
        line for block in re.findall(r"```sh\n(.*?)```", article, re.DOTALL) for line in block.strip().splitlines()]
    assert len(commands) == 11 and all(command.startswith("riskengine ") for command in commands)
    for command in commands:
        for told, here in dates.items():
            command = command.replace(told, here)
        program.ok(*command.split()[1:])
    tables = re.findall(r'read_parquet\("(.*?)"\)', article)
    assert tables and all(list((program.folder / table).glob("*.parquet")) for table in tables)
    assert (program.folder / "evaluation" / "manifest.json").is_file()
    assert (program.folder / "report.html").is_file()


def test_the_way_of_the_readme_with_data_of_ones_own(program: Program) -> None:
    """Two years of a file with the columns that it shows, by its configuration and commands."""
    readme = (CATALOG.parents[2] / "README.md").read_text()
    section = readme.partition("## Your own data in fifteen minutes")[2].partition("\n## ")[0]
    configuration = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    header = re.search(r"```csv\n(.*?)\n", section)
    assert configuration and header
    (program.folder / "config.yaml").write_text(configuration[1])
    vendor(dates=504)[header[1].split(",")].to_csv(program.folder / "stocks.csv", index=False)
    commands = [
        line.split("#")[0].split() for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
        for line in block.splitlines() if line.startswith("riskengine ")]
    assert [command[1] for command in commands] == ["check", "estimate", "evaluate", "export", "report"]
    for command in commands:
        program.ok(*command[1:])
    summary = program.ok("estimate", "--config", "config.yaml", "--out", "model", "--json").json()
    assert summary["forecast_count"] > 50, "two years are too few for what the text says"
    assert (program.folder / "report.html").is_file()
