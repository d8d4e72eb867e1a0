"""Reports: what they say, that data cannot become markup or code, that every chart can be drawn, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from markets import write
from models import Model, configuration, dates_of, history, panel_section
from pages import Page, expressions
from program import Program

HOSTILE = [
    "<script>alert(1)</script>", "</script><img src=x onerror=alert(2)>", "a\u2028b\u2029c", "\"'><b>&amp;", "datum.x[0]\\",
]
"""Labels of a group that would be markup or code where a page took them for it."""
ASSET = "\"><svg/onload=alert(3)>'"
KNOWN_EXPRESSIONS = {
    "indexof(picked, datum.s) >= 0", "datum.faint", "wheel![event.ctrlKey || event.metaKey || event.altKey]",
    "pointermove", "pointerout",
}
TOOLTIP = re.compile(
    r"\{'[a-z²]+': datum\.datum\.s, 'date': datum\.datum\.t, '[a-z²| ]+': format\(datum\.datum\.v, '[+,.0-9a-z%]+'\)\}")
BUDGET = 5_000_000


def model(folder: Path, binary: Path, frame: pd.DataFrame, **sections: object) -> Path:
    """Estimates a model of a history."""
    write(frame, folder / "panel.parquet")
    config = configuration(folder, **({"evaluation": {"warmup": 70}} | sections))
    Program(binary, folder).ok("estimate", "--config", config, "--out", "model")
    return folder / "model"


@pytest.fixture(scope="module")
def hostile(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model whose labels and assets are hostile, its report, and portfolios of it."""
    folder = tmp_path_factory.mktemp("hostile")
    frame = history()
    labels = sorted(frame["industry"].dropna().unique())
    names = dict(zip(labels, [*HOSTILE, "Plain"]))
    frame["industry"] = frame["industry"].map(names)
    frame["asset"] = frame["asset"].map(lambda asset: ASSET if asset == "000002" else asset)
    frame = frame.rename(columns={"beta": "</script><i>"})
    frame = frame.sort_values(["date", "asset"]).reset_index(drop=True)
    days = dates_of(frame)
    panel = panel_section(styles=["</script><i>", "momentum", "size"])
    model(folder, binary, frame, data=panel, idio={"initial": str(days[40])[:10]})
    last = frame[frame["date"] == days[-1]]["asset"].tolist()
    held = [ASSET, *[asset for asset in last if asset != ASSET][:9]]
    book = pd.DataFrame({"portfolio": "<b>book</b>", "asset": held, "weight": 0.1})
    book.to_csv(folder / "book.csv", index=False)
    Program(binary, folder).ok(
        "report", "model", "--out", "report.html", "--portfolio", "book.csv", "--benchmark", "universe")
    return folder


@pytest.fixture(scope="module")
def page(hostile: Path) -> Page:
    """The report of the hostile model."""
    return Page(hostile / "report.html")


@pytest.fixture(scope="module")
def long(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of more dates than a line has points."""
    folder = tmp_path_factory.mktemp("long")
    frame = history(assets=25, dates=1100, holes=False)
    model(folder, binary, frame, idio={"initial": str(dates_of(frame)[60])[:10]}, evaluation={"warmup": 300})
    return folder


def test_a_report_has_its_parts_and_needs_no_network(page: Page) -> None:
    """One file: nothing is loaded, and links stay on the page."""
    ids = [attributes["id"] for tag, attributes in page.elements if tag == "section"]
    assert ids == ["summary", "portfolios", "calibration", "data", "factors", "performance", "regressions", "idio", "about"]
    for tag, attributes in page.elements:
        assert "src" not in attributes and tag not in ("link", "img", "iframe", "object", "embed", "base")
        if "href" in attributes:
            assert str(attributes["href"])[1:] in ids and str(attributes["href"])[0] == "#"
    policy = next(a["content"] for tag, a in page.elements if tag == "meta" and "http-equiv" in a)
    assert policy and "default-src 'none'" in policy
    assert "unsafe-eval" not in policy and "script-src 'unsafe-inline'" not in policy
    charts = {"risk1", "attribution1", "families", "factorbias", "qlike", "assets", "exclusions", "cumulative",
              "volatilities", "correlations", "r2", "significance", "condition", "idio", "idiofan", "regimes"}
    assert charts == set(page.charts)
    assert all(re.search(r"Tables?\b", caption) for caption in page.captions.values()), "a chart without its source"


def test_data_are_never_markup(page: Page) -> None:
    """Names appear as they are, as text: no element and no attribute comes of them."""
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"i", "img", "svg"}
    assert sum(tag == "script" for tag, _ in page.elements) == len(page.charts) + 2
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    factors = {row["factor"] for row in page.table("factor")}
    assert {*HOSTILE, "Plain", "</script><i>"} <= factors
    assert set(page.lines("cumulative")) == factors
    assert ASSET in {row["asset"] for row in page.table("asset")}
    assert "<b>book</b>" in {row["portfolio"] for row in page.table("portfolio")}
    chips = {str(a["data-name"]) for tag, a in page.elements if tag == "button" and "data-name" in a}
    assert factors <= chips


def test_a_script_element_holds_nothing_that_ends_it(page: Page) -> None:
    """Nor a line separator, in the bytes of the page."""
    text = page.bytes.decode()
    for found in re.findall(r'<script type="application/json">(.*?)</script>', text, re.DOTALL):
        assert not set(found) & set("<>&\u2028\u2029")
    assert text.count("<script") == text.count("</script>") == len(page.charts) + 2


def test_no_expression_is_made_of_data(page: Page) -> None:
    """Every expression of every chart is one of a few that are known; fields have names of our own."""
    for name, specification in page.charts.items():
        for expression in expressions(specification):
            assert (
                expression in KNOWN_EXPRESSIONS or re.fullmatch(r"[a-z]{1,8}|row_number", expression)
                or TOOLTIP.fullmatch(expression)), (name, expression)


def test_every_chart_can_be_drawn(page: Page) -> None:
    """By Vega-Lite's own compiler, to a picture with marks."""
    vl_convert = pytest.importorskip("vl_convert", reason="no vl-convert: run scripts/setup")
    for name, specification in page.charts.items():
        svg = vl_convert.vegalite_to_svg(specification)
        assert svg.count("<path") > 3, name
        assert "<script" not in svg, name


def test_charts_show_what_the_tables_have(hostile: Path, page: Page) -> None:
    """Number by number, where there is a point for each date."""
    stored = Model(hostile / "model")
    returns = stored.frame("factor_statistics").pivot(index="date", columns="factor", values="factor_return")
    periods = stored.frame("periods").set_index("date")
    returns = returns.reindex(periods.index)
    dates = [str(day)[:10] for day in periods.index]
    assert page.dates("cumulative") == page.dates("r2") == dates
    for name, values in page.lines("cumulative").items():
        sums = returns[name].fillna(0).cumsum().where(returns[name].notna().cummax())
        np.testing.assert_allclose(np.array(values, float), sums, rtol=6e-5, atol=1e-12)
    np.testing.assert_allclose(np.array(page.lines("r2")["each day"], float), periods["r2"], rtol=6e-5)
    risk = stored.frame("factor_risk").pivot(index="date", columns="factor", values="risk") * (252 / 21) ** 0.5
    for name, values in page.lines("volatilities").items():
        np.testing.assert_allclose(np.array(values, float), risk[name], rtol=6e-5)
    covariance = stored.covariance(risk.index[-1])
    deviations = np.sqrt(np.diag(covariance))
    correlations = covariance / np.outer(deviations, deviations)
    for row in page.charts["correlations"]["data"]["values"]:
        np.testing.assert_allclose(row["v"], correlations.loc[row["s"]], atol=6e-4)
    last = stored.frame("idio_risk")
    last = last[last["date"] == last["date"].max()]
    assert sum(row["n"] for row in page.charts["idio"]["data"]["values"]) == last["idio_risk"].notna().sum()
    performance = stored.frame("performance").set_index("factor")
    for row in page.table("factor"):
        assert row["Sharpe"] == f"{performance.loc[row['factor'], 'sharpe']:.2f}"


def test_the_summary_says_what_needs_attention(program: Program, binary: Path, hostile: Path) -> None:
    """In JSON as on the page: calibration, failed periods, holdings that are not covered."""
    shutil.copytree(hostile / "model", program.folder / "model")
    risks = Model(hostile / "model").frame("idio_risk")
    known = risks[(risks["date"] == risks["date"].max()) & risks["idio_risk"].notna()]["asset"].tolist()
    pd.DataFrame({"asset": [*known[:2], "nobody"], "weight": [0.5, 0.3, 0.2]}).to_csv(
        program.folder / "book.csv", index=False)
    summary = program.ok("report", "model", "--out", "r.html", "--portfolio", "book.csv", "--json").json()
    page = Page(program.folder / "r.html")
    items = [text for text in page.texts["span"]]
    texts = [finding["text"] for finding in summary["findings"]]
    assert summary["bytes"] == len(page.bytes) and len(summary["charts"]) == len(page.charts)
    assert any("covers 80.0 % of portfolio book" in text and "nobody" in text for text in texts)
    assert all(any(text.startswith(said[:40]) for text in texts) for said in items if said)
    outcomes = Model(hostile / "model").frame("periods")["outcome"].value_counts()
    for outcome, count in outcomes.items():
        assert outcome == "estimated" or any(str(count) in text and outcome in text for text in texts)
    evaluated = program.ok("evaluate", "model", "--json").json()
    off = [family["name"] for family in evaluated["families"] if family["judgement"].startswith("risk ")]
    assert all(any(name in text for text in texts) for name in off)
    rows = {row["test portfolios"]: row for row in page.table("test portfolios")}
    for family in evaluated["families"]:
        assert rows[family["name"]]["judgement"] == family["judgement"]
        assert rows[family["name"]]["mean bias"] in (f"{family['mean_bias'] or 0:.3f}", "–")
    none = program.ok("report", "model", "--out", "r.html", "--no-evaluation", "--json").json()
    assert any("not evaluated for this report" in finding["text"] for finding in none["findings"])


def test_portfolios_are_shown_as_their_verbs_tell(program: Program, hostile: Path) -> None:
    """Risk as `risk`, effects as `attribute`, of weights that are held over a year or from their dates on."""
    shutil.copytree(hostile / "model", program.folder / "model")
    days = [str(day)[:10] for day in Model(hostile / "model").frame("forecasts")["date"]]
    book = pd.DataFrame([
        {"portfolio": name, "date": day, "asset": f"{number:06d}", "weight": weight}
        for day in (days[-30], days[-10]) for name, numbers in (("a", (4, 6, 8)), ("b", (14, 16, 18)))
        for number, weight in zip(numbers, (0.5, 0.3, 0.2))])
    book.to_csv(program.folder / "book.csv", index=False)
    program.ok("report", "model", "--out", "r.html", "--portfolio", "book.csv", "--no-evaluation")
    page = Page(program.folder / "r.html")
    risks = program.ok("risk", "model", "--portfolio", "book.csv", "--date", days[-10], "--json")
    told = {one["portfolio"]: one for one in json.loads(risks.out)}
    rows = {row["portfolio"]: row for row in page.table("portfolio")}
    assert set(rows) == {"a", "b"}
    for name, row in rows.items():
        assert row["volatility"] == f"{100 * told[name]['volatility']:.2f} %" and row["date"] == days[-10]
    attributed = {
        one["portfolio"]: one for one in json.loads(program.ok("attribute", "model", "--positions", "book.csv", "--json").out)}
    totals = [row["contribution"] for row in page.table("source")][:1]
    assert totals == [f"{100 * attributed['a']['return']:.2f} %"]
    track = page.lines("attribution1")
    assert page.dates("attribution1")[0] > days[-30] and all(len(values) == len(page.dates("attribution1")) for values in track.values())


def test_the_same_model_gives_the_same_bytes(program: Program, hostile: Path) -> None:
    """For any number of threads, and from an evaluation that was written before."""
    shutil.copytree(hostile / "model", program.folder / "model")
    program.ok("evaluate", "model", "--out", "evaluation")
    program.ok("report", "model", "--out", "one.html", "--threads", 1)
    program.ok("report", "model", "--out", "two.html", "--threads", 3)
    program.ok("report", "model", "--out", "read.html", "--evaluation", "evaluation")
    one = (program.folder / "one.html").read_bytes()
    assert one == (program.folder / "two.html").read_bytes() == (program.folder / "read.html").read_bytes()


def test_many_dates_are_thinned_and_said_to_be(long: Path, binary: Path) -> None:
    """Never more than 520 points, the last date among them; sums and extremes are of all dates."""
    Program(binary, long).ok("report", "model", "--out", "report.html")
    page = Page(long / "report.html")
    stored = Model(long / "model")
    periods = stored.frame("periods").set_index("date")
    step = -(-len(periods) // 520)
    shown = periods.index[::-1][::step][::-1]
    assert page.dates("cumulative") == [str(day)[:10] for day in shown] and len(shown) <= 520
    assert f"Every {['', '', 'second', 'third'][step]} date is shown." in page.captions["cumulative"]
    returns = stored.frame("factor_statistics").pivot(index="date", columns="factor", values="factor_return")
    sums = returns.fillna(0).cumsum().where(returns.notna().cummax())
    for name, values in page.lines("cumulative").items():
        np.testing.assert_allclose(
            np.array(values, float), sums[name].loc[shown], rtol=6e-5, atol=1e-12)
    r2 = periods["r2"]
    place = [r2.index.get_loc(day) for day in shown]
    groups = [r2.iloc[(before + 1):(this + 1)] for before, this in zip([-1, *place], place)]
    means = next(values for name, values in page.lines("r2").items() if name.startswith("mean of 3"))
    np.testing.assert_allclose(means, [group.mean() for group in groups], rtol=6e-5)
    band = page.charts["r2"]["layer"][0]["data"]["values"][0]
    np.testing.assert_allclose(band["lo"], [group.min() for group in groups], rtol=6e-5)
    np.testing.assert_allclose(band["hi"], [group.max() for group in groups], rtol=6e-5)
    assert "rolling" in page.charts
    assert len(page.bytes) < 0.5 * BUDGET


def test_what_stands_at_the_place_is_kept_unless_it_is_a_report(program: Program, hostile: Path) -> None:
    """A report is replaced; other files, folders and links to nothing are refused before any work."""
    shutil.copytree(hostile / "model", program.folder / "model")
    run = ("report", "model", "--no-evaluation", "--out")
    program.ok(*run, "r.html")
    program.ok(*run, "r.html")
    (program.folder / "mine.html").write_text("<!doctype html>\nmine")
    (program.folder / "folder").mkdir()
    (program.folder / "link.html").symlink_to("nothing")
    program.fails(73, *run, "mine.html", says=("mine.html", "not a report"))
    program.fails(73, *run, "folder", says=("folder", "expected a file"))
    program.fails(73, *run, "nowhere/r.html", says=("nowhere",))
    program.fails(73, *run, "mine.html/r.html", says=("mine.html",))
    program.fails(73, *run, "link.html", says=("link to nothing",))
    program.fails(73, *run, "/proc/r.html", says=("/proc/r.html: cannot be created",))
    assert (program.folder / "mine.html").read_text() == "<!doctype html>\nmine"


def test_what_is_no_model_or_no_evaluation_is_refused(program: Program, hostile: Path, long: Path) -> None:
    """With what was found and what was expected; nothing is written."""
    shutil.copytree(hostile / "model", program.folder / "model")
    program.fails(66, "report", "nothing", "--out", "r.html", says=("nothing", "expected a model"))
    (program.folder / "empty").mkdir()
    program.fails(65, "report", "empty", "--out", "r.html", says=("expected a model",))
    run = ("report", "model", "--out", "r.html", "--evaluation")
    program.fails(66, *run, "nothing", says=("riskengine evaluate --out",))
    program.fails(65, *run, "empty", says=("no manifest of an evaluation",))
    program.fails(65, *run, "model", says=("another kind, 'model'",))
    Program(program.binary, long).ok("evaluate", "model", "--out", program.folder / "other")
    program.fails(65, *run, "other", says=("judges returns from", "which has"))
    program.fails(64, *run, "other", "--no-evaluation", says=("expected one of them",))
    program.fails(64, "report", "model", "--out", "r.html", "--benchmark", "universe", says=("expected both",))
    program.fails(66, "report", "model", "--out", "r.html", "--portfolio", "nobody.csv", says=("nobody.csv",))


def test_a_damaged_model_is_refused(program: Program, hostile: Path) -> None:
    """And the report that stands is kept."""
    shutil.copytree(hostile / "model", program.folder / "model")
    program.ok("report", "model", "--out", "r.html", "--no-evaluation")
    stored = Model(program.folder / "model")
    segment = stored.path(stored.tables["periods"][0]["file"])
    segment.write_bytes(segment.read_bytes()[:-20])
    program.fails(65, "report", "model", "--out", "r.html", "--no-evaluation", says=("periods", "expected"))


def test_a_young_model_has_a_report(program: Program) -> None:
    """Without a forecast of risk it says so, first of all."""
    frame = history(assets=30, dates=50, holes=False)
    model(program.folder, program.binary, frame, idio={"initial": str(dates_of(frame)[30])[:10]})
    summary = program.ok("report", "model", "--out", "r.html", "--json").json()
    assert summary["findings"][0]["level"] == "alarm" and "no forecast" in summary["findings"][0]["text"]
    page = Page(program.folder / "r.html")
    assert any("too few forecasts" in finding["text"] for finding in summary["findings"])
    assert "volatilities" not in page.charts and "r2" in page.charts


@pytest.mark.full
def test_a_large_model_fits_the_budget(program: Program) -> None:
    """3000 assets, 2520 dates, 73 factors: under 5 MB."""
    program.ok("simulate", "--assets", 3000, "--periods", 2520, "--industries", 60, "--styles", 12, "--no-raw",
               "--out", "market")
    panel = {"panel": {
        "path": "market/panel.parquet", "groups": ["industry"], "styles": [f"S{number:02}" for number in range(12)],
        "columns": {"date": "date", "asset": "asset", "return": "ret", "cap": "market_cap"},
        "universe": "in_estimation_universe"}}
    configuration(program.folder, data=panel)
    program.ok("estimate", "--config", "config.yaml", "--out", "model")
    summary = program.ok("report", "model", "--out", "r.html", "--json").json()
    assert summary["bytes"] < BUDGET


# In a browser ----------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def browser():  # type: ignore[no-untyped-def]
    """Chromium without a window; tests are skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: scripts/setup --tests installs it")
    path = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on the PATH: apt-get install chromium")
    with playwright.sync_playwright() as run:
        chromium = run.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "light"), (1280, "dark")])
def test_a_browser_draws_every_chart(browser, hostile: Path, width: int, scheme: str) -> None:  # type: ignore[no-untyped-def]
    """Without an error, a warning, a dialog or a request; no wider than the window; in the colours of the system."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True)
    view = context.new_page()
    said: list[str] = []
    view.on("console", lambda message: said.append(message.text))
    view.on("pageerror", lambda error: said.append(str(error)))
    view.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    view.on("request", lambda request: said.append(request.url) if not request.url.startswith(("file:", "data:")) else None)
    view.goto((hostile / "report.html").as_uri())
    view.wait_for_selector("body[data-drawn=yes]", timeout=60_000)
    assert said == []
    drawn = view.eval_on_selector_all("figure.chart", """figures => figures.map(figure => [
        figure.id, figure.dataset.drawn, figure.querySelectorAll('.view svg path, .view svg rect').length,
        figure.querySelector('.view svg').getBoundingClientRect().width])""")
    assert len(drawn) == len(Page(hostile / "report.html").charts)
    for name, state, marks, size in drawn:
        assert state == "yes" and marks > 3 and 200 < size <= width, name
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    back = view.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", back)[:3])) < 60) == (scheme == "dark")
    context.close()


def test_a_reader_can_sort_pick_and_zoom(browser, hostile: Path) -> None:  # type: ignore[no-untyped-def]
    """Tables by their headings, lines by their names, time by the buttons."""
    view = browser.new_page(viewport={"width": 1280, "height": 800})
    view.goto((hostile / "report.html").as_uri())
    view.wait_for_selector("body[data-drawn=yes]", timeout=60_000)
    heading = view.locator("#performance th button", has_text="volatility").first
    for order in ("descending", "ascending"):
        heading.click()
        values = view.eval_on_selector_all(
            "#performance tbody tr", "rows => rows.map(row => Number(row.cells[3].dataset.value))")
        assert values == sorted(values, reverse=order == "descending") and len(set(values)) > 3
        assert heading.locator("..").get_attribute("aria-sort") == order
    lines = "#chart-cumulative .mark-line path"
    count = len(view.query_selector_all(lines))
    view.locator("#chart-cumulative .chip[aria-pressed=true]").first.click()
    view.wait_for_function(f"document.querySelectorAll('{lines}').length === {count - 1}")
    ticks = "Array.from(document.querySelectorAll('#chart-r2 .role-axis-label text')).map(one => one.textContent).join()"
    before = view.evaluate(ticks)
    view.locator("#chart-r2 [data-zoom=in]").click()
    view.wait_for_function(f"({ticks}) !== {json.dumps(before)}")
    view.locator("#chart-r2 [data-zoom=all]").click()
    view.wait_for_function(f"({ticks}) === {json.dumps(before)}")
    place = view.locator("#chart-cumulative .view svg.marks")
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    view.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    view.wait_for_selector("#vg-tooltip-element.visible")
    told = view.inner_text("#vg-tooltip-element")
    page = Page(hostile / "report.html")
    assert any(date in told for date in page.dates("cumulative")) and "%" in told, told
    # Line separators are blanks to those who read.
    assert any(" ".join(name.split()) in " ".join(told.split()) for name in page.lines("cumulative")), told
    view.close()
