internal import ModelStore
internal import RiskEngine

/// What a report begins with, in plain words: what the model is, and its figures.
struct ReportOverview {
  /// A figure with what it is.
  struct Figure {
    var value: String
    var title: String
  }

  let source: ReportSource
  let evaluation: ReportEvaluation?
  let medianIdioVolatility: Double

  /// Sentences that say what the model is.
  var sentences: [String] {
    let groups = kinds.filter { !["market", "style"].contains($0.kind) }
    var parts: [String] = []
    if kinds.contains(where: { $0.kind == "market" }) { parts.append("a market factor") }
    parts += groups.map { Shown.count($0.count, "factor") + " of \($0.kind)" }
    let styles = kinds.first { $0.kind == "style" }?.count ?? 0
    if styles > 0 { parts.append(Shown.count(styles, "style")) }
    let names =
      parts.count > 1
      ? parts.dropLast().joined(separator: ", ") + " and " + (parts.last ?? "") : parts.first ?? "no factors"
    let forecasts = source.forecasts.texts("factor_covariance").count { $0 == "estimated" }
    var sentences = [
      "A fundamental equity risk model with \(names). It has \(Shown.count(source.estimatedCount)) estimated "
        + "\(source.periodName)s from \(source.firstDate) to \(source.lastDate) and explains a median "
        + "\(Shown.percent(medianR2, 0)) of the returns of \(Shown.count(lastAssets, "asset"))."
    ]
    sentences.append(
      forecasts > 0
        ? "It forecasts risk at \(Shown.count(forecasts, "date")), the last of them \(lastForecast)."
        : "It has no forecast of risk yet.")
    if let evaluation {
      let judged = evaluation.summary.families.filter { $0.judged > 0 }
      let good = judged.count { !$0.judgement.hasPrefix("risk ") }
      sentences.append(
        judged.isEmpty
          ? "There are too few forecasts to judge them."
          : "Held against the returns that came, forecasts were right for \(good) of \(judged.count) families of test "
            + "portfolios.")
    }
    return sentences
  }

  /// The figures.
  var figures: [Figure] {
    var figures = [
      Figure(value: Shown.count(lastAssets), title: "assets in the last regression"),
      Figure(value: Shown.count(source.factors.count), title: "factors"),
      Figure(value: Shown.percent(medianR2, 0), title: "median r²"),
    ]
    let volatilities = source.lastVolatilities
    if let market = source.factors.first(where: { $0.kind == "market" }), let value = volatilities[market.name] {
      figures.append(Figure(value: Shown.percent(value, 1), title: "market volatility a year"))
    }
    if medianIdioVolatility.isFinite {
      figures.append(Figure(value: Shown.percent(medianIdioVolatility, 1), title: "median idio volatility a year"))
    }
    if let families = evaluation?.summary.families.filter({ $0.judged > 0 }), !families.isEmpty {
      let good = families.count { !$0.judgement.hasPrefix("risk ") }
      figures.append(Figure(value: "\(good) of \(families.count)", title: "test families calibrated"))
    }
    return figures
  }

  private var kinds: [(kind: String, count: Int)] {
    var kinds: [(kind: String, count: Int)] = []
    for factor in source.factors {
      if let place = kinds.firstIndex(where: { $0.kind == factor.kind }) {
        kinds[place].count += 1
      } else {
        kinds.append((factor.kind, 1))
      }
    }
    return kinds
  }

  private var medianR2: Double {
    let known = source.periods["r2"].filter(\.isFinite).sorted()
    return known.isEmpty ? .nan : Quantile.interpolated(0.5, ofSorted: known)
  }

  private var lastAssets: Int { Int(source.periods["asset_count"].last { $0 > 0 } ?? 0) }

  private var lastForecast: String {
    zip(source.forecasts.dates, source.forecasts.texts("factor_covariance")).reversed().first { $0.1 == "estimated" }?.0
      .description
      ?? ""
  }

  /// The part on how the model was made.
  var about: ReportSection {
    let metadata = source.model.manifest.metadata
    var facts = [
      "Periods of a year: \(Shown.number(source.periodsPerYear, 0)); covariances are forecasts over "
        + "\(Shown.number(source.horizon, 2)) periods; loadings are older than the returns they explain by "
        + "\(Shown.number(metadata["lag"]?.number ?? .nan, 0)).",
      "Idio variances: \(metadata["estimation"]?.text ?? "unknown")"
        + (metadata["split_date"]?.text.map { ", out of sample from \($0) on." } ?? "."),
      "Written by riskengine \(source.model.manifest.writtenBy); the report by \(Version.current).",
    ]
    if let convergence = metadata["convergence"]?.named, let passes = convergence["iterations"]?.number {
      facts.append(
        "Iterated idio variances: \(convergence["converged"]?.flag == true ? "converged" : "not converged") after "
          + "\(Shown.number(passes, 0)) passes.")
    }
    let inputs = (metadata["inputs"]?.list ?? []).compactMap(\.named)
    var blocks: [ReportSection.Block] = [.list(facts)]
    if !inputs.isEmpty {
      blocks.append(
        .table(
          DataTable(
            caption: "The files that the model was last made from or updated with, with their SHA-256.",
            columns: [
              DataTable.Column(title: "file", isNumeric: false), DataTable.Column(title: "bytes"),
              DataTable.Column(title: "SHA-256", isNumeric: false, isLong: true),
            ],
            rows: inputs.map {
              [
                .text($0["path"]?.text ?? ""), .count(Int($0["bytes"]?.number ?? 0)), .text($0["sha256"]?.text ?? ""),
              ]
            })))
    }
    if let bytes = try? source.model.document("config.yaml") {
      blocks.append(.folded(title: "The configuration", text: String(decoding: bytes, as: UTF8.self)))
    }
    return ReportSection(id: "about", title: "How the model was made", word: "About", blocks: blocks)
  }
}
