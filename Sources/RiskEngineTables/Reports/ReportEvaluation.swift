internal import Foundation
internal import ModelStore
internal import RiskEngine

/// What an evaluation came to, made now or read from the folder that another run wrote.
struct ReportEvaluation {
  /// One test portfolio.
  struct Portfolio {
    var family: String
    var name: String
    var count: Double
    var judgement: String
    var bias: Double
    var lower: Double
    var upper: Double
    var qlike: Double
  }

  /// The bias statistics of a family over the window up to a date.
  struct Rolling {
    var date: CalendarDate
    var family: String
    var mean: Double
    var lower: Double
    var upper: Double
  }

  /// What it came to, in short.
  let summary: EvaluationSummary
  /// The test portfolios.
  let portfolios: [Portfolio]
  /// Bias statistics over time.
  let rolling: [Rolling]

  /// Takes an evaluation that was just made.
  init(_ outcome: EvaluationJob.Outcome) {
    summary = EvaluationSummary(outcome)
    portfolios = outcome.result.portfolios.map { one in
      let interval = one.bias.kurtosisAdjustedInterval
      return Portfolio(
        family: one.portfolio.family.rawValue, name: one.portfolio.name, count: Double(one.count),
        judgement: one.bias.judgement.rawValue, bias: one.bias.value, lower: interval?.lowerBound ?? .nan,
        upper: interval?.upperBound ?? .nan, qlike: one.losses.quasiLikelihood)
    }
    rolling = outcome.result.rolling.map {
      Rolling(
        date: $0.date, family: $0.family.rawValue, mean: $0.mean, lower: $0.lowerQuantile, upper: $0.upperQuantile)
    }
  }

  /// Reads a folder that `riskengine evaluate` wrote.
  ///
  /// - Throws: `ModelError.noInput`, `ReportError.notEvaluation` or `TableError`.
  init(path: String) throws {
    let wanted = "a folder that riskengine evaluate --out wrote"
    guard FileManager.default.fileExists(atPath: path) else { throw ModelError.noInput(path: path, expected: wanted) }
    struct Manifest: Decodable {
      struct Table: Decodable { var path: String? }
      var kind: String
      var tables: [Table]
    }
    guard OutputFolder.isOurs(path), let data = FileManager.default.contents(atPath: "\(path)/manifest.json"),
      let manifest = try? JSONDecoder().decode(Manifest.self, from: data)
    else { throw ReportError.notEvaluation(path: path, found: "no manifest of an evaluation") }
    guard manifest.kind == "evaluation" else {
      throw ReportError.notEvaluation(path: path, found: "results of another kind, '\(manifest.kind)'")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let text = FileManager.default.contents(atPath: "\(path)/summary.json"),
      let summary = try? decoder.decode(EvaluationSummary.self, from: text)
    else { throw ReportError.notEvaluation(path: path, found: "no summary.json of this version") }
    self.summary = summary
    func table(_ name: String, texts: [String], numbers: [String], hasDates: Bool) throws -> ReportTable {
      guard let file = manifest.tables.compactMap(\.path).first(where: { $0.hasPrefix("\(name).") }) else {
        throw ReportError.notEvaluation(path: path, found: "no table \(name)")
      }
      return try ReportTable(paths: ["\(path)/\(file)"], texts: texts, numbers: numbers, hasDates: hasDates)
    }
    let numbers = ["forecasts", "bias", "bias_lower", "bias_upper", "qlike"]
    let rows = try table(
      "portfolios", texts: ["family", "portfolio", "judgement"], numbers: numbers, hasDates: false)
    let columns = numbers.map { rows[$0] }
    let (families, names, judgements) = (rows.texts("family"), rows.texts("portfolio"), rows.texts("judgement"))
    portfolios = (0..<rows.rowCount).map { row in
      Portfolio(
        family: families[row], name: names[row], count: columns[0][row], judgement: judgements[row],
        bias: columns[1][row], lower: columns[2][row], upper: columns[3][row], qlike: columns[4][row])
    }
    let windows = try table(
      "rolling", texts: ["family"], numbers: ["mean", "lower_quantile", "upper_quantile"], hasDates: true)
    let ofWindows = windows.texts("family")
    let (means, lows, highs) = (windows["mean"], windows["lower_quantile"], windows["upper_quantile"])
    rolling = (0..<windows.rowCount).map { row in
      Rolling(
        date: windows.dates[row], family: ofWindows[row], mean: means[row], lower: lows[row], upper: highs[row])
    }
  }

  /// Checks that the evaluation judges returns of dates that a model has.
  ///
  /// - Throws: `ReportError.otherDates`.
  func check(against source: ReportSource, path: String) throws(ReportError) {
    guard summary.firstDate >= source.firstDate, summary.lastDate <= source.lastDate else {
      throw .otherDates(
        path: path, first: summary.firstDate, last: summary.lastDate, modelFirst: source.firstDate,
        modelLast: source.lastDate)
    }
  }
}
