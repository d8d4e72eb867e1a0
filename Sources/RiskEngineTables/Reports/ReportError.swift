/// Why there is no report.
public enum ReportError: Error, Hashable, Sendable {
  /// The program was built without the script that draws charts.
  case noCharts
  /// What is to be an evaluation is something else.
  case notEvaluation(path: String, found: String)
  /// An evaluation judges returns of dates that the model does not have.
  case otherDates(path: String, first: String, last: String, modelFirst: String, modelLast: String)

  /// The status that a program stopped by this error exits with, after the convention of `sysexits.h`.
  public var exitCode: Int32 {
    switch self {
    case .noCharts: 70
    case .notEvaluation, .otherDates: 65
    }
  }
}

extension ReportError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .noCharts:
      "this build of riskengine has no charts, for the Vega runtime was not there when it was built; run scripts/setup, "
        + "then scripts/build"
    case .notEvaluation(let path, let found):
      "\(path): found \(found); expected a folder that riskengine evaluate --out wrote"
    case .otherDates(let path, let first, let last, let modelFirst, let modelLast):
      "\(path): judges returns from \(first) to \(last); expected an evaluation of the model, which has \(modelFirst) "
        + "to \(modelLast)"
    }
  }
}
