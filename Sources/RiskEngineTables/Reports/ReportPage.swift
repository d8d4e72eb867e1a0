internal import RiskEngine

/// A report as one page that needs no network.
///
/// Its policy lets run the two scripts that it brings, by their hashes, and nothing else: no other script, no expression
/// that is compiled, no connection. Data reach the charts as JSON.
struct ReportPage {
  /// The name of the model.
  var name: String
  /// What the model is.
  var overview: ReportOverview
  /// What needs attention.
  var findings: [ReportFinding]
  /// The parts.
  var sections: [ReportSection]

  /// How a file begins that is a report.
  static let beginning = "<!doctype html>\n<!-- riskengine report -->\n"

  /// The page.
  ///
  /// - Throws: `ReportError.noCharts`.
  func html() throws -> String {
    let charts = try ReportAssets.charts()
    let script = ReportAssets.script
    let policy = ContentPolicy.text(scripts: [charts, script])
    let links = sections.map { section -> PageText in "<a href=\"#\(section.id)\">\(section.word)</a>" }
    let body = try sections.map { try page(of: $0) }
    let head: PageText = """
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>Risk model \(name), \(overview.source.lastDate)</title>
      <style>
      \(PageText(trusted: ReportAssets.style))
      </style>
      </head>
      <body>

      """
    let top: PageText = """
      <header>
      <p class="kind">Risk model report</p>
      <h1>\(name)</h1>
      <p class="dates">\(overview.source.firstDate) to \(overview.source.lastDate)</p>
      </header>
      <nav aria-label="Parts of the report">\(PageText(links, separator: "\n"))</nav>
      <main>
      <noscript><p class="notice">The charts need JavaScript; all else can be read without it.</p></noscript>
      <section id="summary">
      <h2>Summary</h2>
      <p class="lead">\(overview.sentences.joined(separator: " "))</p>
      <dl class="figures">\(PageText(overview.figures.map { "<div><dd>\($0.value)</dd><dt>\($0.title)</dt></div>" }))</dl>
      <h3>What needs attention</h3>
      \(list(of: findings))
      <p class="hint">Charts: point at a line to read it; drag to move in time; hold Ctrl and turn the wheel, pinch, or \
      use + and − to zoom; double-click to see all again. Names under a chart show and hide its lines.</p>
      </section>

      """
    let end: PageText = """
      </main>
      <footer><p>Made by riskengine \(Version.current). Charts by Vega, Vega-Lite and Vega-Embed (BSD 3-Clause licence, \
      University of Washington Interactive Data Lab).</p></footer>

      """
    return Self.beginning + head.html + top.html + PageText(body).html + end.html
      + "<script>\(charts)</script>\n<script>\(script)</script>\n</body>\n</html>\n"
  }

  private func list(of findings: [ReportFinding]) -> PageText {
    let known = Set(sections.map(\.id))
    let items = findings.map { finding -> PageText in
      let word = ["alarm": "Alarm", "attention": "Look", "good": "Good"][finding.level.rawValue] ?? ""
      let link: PageText =
        known.contains(finding.section) ? " <a href=\"#\(finding.section)\">see</a>" : ""
      return "<li class=\"\(finding.level.rawValue)\"><b>\(word)</b> <span>\(finding.text)\(link)</span></li>\n"
    }
    return "<ul class=\"findings\">\(PageText(items))</ul>"
  }

  private func page(of section: ReportSection) throws -> PageText {
    let blocks = try section.blocks.map { block -> PageText in
      switch block {
      case .chart(let chart): try page(of: chart)
      case .table(let table): table.page
      case .paragraph(let text): "<p>\(text)</p>\n"
      case .list(let items): "<ul>\(PageText(items.map { "<li>\($0)</li>" }))</ul>\n"
      case .folded(let title, let text):
        "<details><summary>\(title)</summary><pre tabindex=\"0\">\(text)</pre></details>\n"
      }
    }
    return """
      <section id="\(section.id)">
      <h2>\(section.title)</h2>
      \(PageText(blocks))</section>

      """
  }

  private func page(of chart: Chart) throws -> PageText {
    let buttons: PageText =
      chart.canZoom
      ? """
      <div class="zoom" role="group" aria-label="Zoom"><button type="button" data-zoom="in" aria-label="Zoom in">+</button>\
      <button type="button" data-zoom="out" aria-label="Zoom out">−</button>\
      <button type="button" data-zoom="all" aria-label="Show all dates">all</button></div>
      """ : ""
    return """
      <figure class="chart" id="chart-\(chart.id)">
      <div class="head"><h3>\(chart.title)</h3>\(buttons)</div>
      <div class="view" role="img" aria-label="\(chart.title)"></div>
      \(legend(of: chart))<figcaption>\(chart.caption)</figcaption>
      <script type="application/json">\(PageText(trusted: try chart.specification.scriptText()))</script>
      </figure>

      """
  }

  private func legend(of chart: Chart) -> PageText {
    guard chart.legend.reduce(0, { $0 + $1.entries.count }) > 0 else { return "" }
    let groups = chart.legend.map { group -> PageText in
      let chips = group.entries.map { entry -> PageText in
        let colour = entry.place % Chart.colours.count
        let dash = entry.place / Chart.colours.count % Chart.dashes.count
        return """
          <button type="button" class="chip c\(colour) d\(dash)" aria-pressed="\(entry.isPicked ? "true" : "false")" \
          data-name="\(entry.name)">\(entry.name)</button>
          """
      }
      let all = PageText(chips, separator: "\n")
      guard chart.legend.count > 1 else { return "<div class=\"chips\">\(all)</div>" }
      // Many lines of which none is shown at first are folded away.
      let isOpen = group.entries.contains(where: \.isPicked)
      return """
        <details class="chips"\(isOpen ? " open" as PageText : "")><summary>\(group.title) \
        <small>(\(group.entries.count))</small></summary>\(all)</details>
        """
    }
    return "<div class=\"legend\">\(PageText(groups, separator: "\n"))</div>\n"
  }
}

extension PageText {
  /// Takes text that may stand in the page as it is.
  init(trusted html: String) { self.init(stringLiteral: html) }
}
