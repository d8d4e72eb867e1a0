/// Where a model's risk forecasts are right and where not, in words.
public struct CalibrationVerdict: Hashable, Sendable {
  /// One line a family.
  public struct Line: Hashable, Sendable {
    /// The family.
    public let family: TestFamily
    /// What it says of the model.
    public let judgement: BiasStatistic.Judgement
    /// The share of the portfolios judged that are outside their intervals.
    public let outsideShare: Double
    /// The line in words.
    public let text: String
  }

  /// One line for each family, in the order of `TestFamily`.
  public let lines: [Line]

  /// Whether no family that was judged is off; false where none was judged.
  public var isCalibrated: Bool {
    lines.contains { $0.judgement == .calibrated }
      && lines.allSatisfy { $0.judgement == .calibrated || $0.judgement == .notJudged }
  }

  /// The families whose forecasts are off.
  public var failures: [TestFamily] {
    lines.filter { $0.judgement == .underForecast || $0.judgement == .overForecast }.map(\.family)
  }

  /// Puts the evaluations of families into words.
  public init(_ families: [FamilyEvaluation]) {
    lines = families.map { family in
      Line(
        family: family.family, judgement: family.judgement,
        outsideShare: family.judgedCount > 0 ? Double(family.outsideCount) / Double(family.judgedCount) : .nan,
        text: Self.text(family))
    }
  }

  /// All lines and a summary before them.
  public var text: String { ([summary] + lines.map(\.text)).joined(separator: "\n") }

  /// One sentence for the whole model.
  public var summary: String {
    if isCalibrated { return "calibrated: every family of test portfolios is within its limits" }
    guard !failures.isEmpty else { return "not judged: too few forecasts" }
    return "not calibrated: " + failures.map(\.rawValue).joined(separator: ", ")
  }

  private static func text(_ family: FamilyEvaluation) -> String {
    let name = family.family.rawValue
    guard family.judgedCount > 0 else {
      return "\(name): not judged, no portfolio has \(BiasStatistic.minimumCount) forecasts"
    }
    let inside = family.judgedCount - family.outsideCount
    let interval = percent(family.confidence)
    var text = "\(name): \(family.judgement.rawValue); "
    text += "\(inside) of \(family.judgedCount) inside the \(interval) interval"
    if family.outsideCount > 0 {
      text += " (\(family.underForecastCount) under-forecast, \(family.overForecastCount) over-forecast)"
    }
    text += ", mean bias statistic \(decimal(family.meanBias))"
    if family.judgement == .underForecast || family.judgement == .overForecast {
      let excess = (family.meanBias - 1) * 100
      text += ": realized volatility is \(rounded(abs(excess)))% \(excess > 0 ? "above" : "below") the forecast"
    }
    return text
  }

  private static func percent(_ share: Double) -> String {
    let tenths = (share * 1000).rounded()
    let whole = Int(tenths) / 10
    return Int(tenths) % 10 == 0 ? "\(whole)%" : "\(whole).\(Int(tenths) % 10)%"
  }

  private static func rounded(_ value: Double) -> String { value < 1e6 ? "\(Int(value.rounded()))" : "\(value)" }

  /// A number with two digits after the point.
  private static func decimal(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e6 else { return "\(value)" }
    let hundredths = Int((abs(value) * 100).rounded())
    let fraction = hundredths % 100
    return "\(value < 0 ? "-" : "")\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}
