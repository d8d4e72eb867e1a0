public import RiskEngine

/// Why a model cannot be estimated, updated or read.
public enum ModelError: Error, Sendable {
  /// Too few periods for what was asked for.
  case tooFewPeriods(found: Int, needed: Int, what: String)
  /// No period could be estimated.
  ///
  /// Of the rows in the universe, so many lack a style: `missing` has the styles that lack most.
  case nothingEstimated(
    periods: Int, outcome: String, exclusion: String?, memberCount: Int, missing: [(style: String, count: Int)])
  /// A model that used the whole sample cannot be carried on.
  case inSample(path: String)
  /// New data change a date that the model has.
  case restated(date: CalendarDate, source: String, count: Int)
  /// Data that a model is to be estimated again from lack its first dates.
  case restatementTooShort(path: String, first: CalendarDate, expected: CalendarDate)
  /// New data have later rows, all of them of days without trading, which would be lost.
  case noTradingDay(path: String, lastDate: CalendarDate)
  /// New data come before dates that the model has.
  case missedDate(date: CalendarDate, lastDate: CalendarDate, source: String)
  /// New data have assets that are not of the model's type.
  case otherAssets(path: String, asset: String, storage: String)
  /// The model has no such date.
  case noSuchDate(path: String, date: CalendarDate, nearest: CalendarDate?, first: CalendarDate?, last: CalendarDate?)
  /// The sample cannot be split where `idio.initial` says.
  case unsplittable(RiskModelSplitError)
  /// A part of the model is not there.
  case missing(path: String, what: String)
  /// The state of the model was written by another set-up.
  case stateMismatch(path: String, reason: String)
  /// A stored model is not what was written.
  case faults(path: String, faults: [String])
  /// An input is not there where it is looked for.
  case noInput(path: String, expected: String)

  /// Whether an input is missing, rather than bad.
  public var isMissingInput: Bool { if case .noInput = self { true } else { false } }
}

extension ModelError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .tooFewPeriods(let found, let needed, let what):
      "the data have \(found) periods; expected at least \(needed) for \(what)"
    case .nothingEstimated(let periods, let outcome, let exclusion, let memberCount, let missing):
      "none of \(periods) periods could be estimated; most: \(outcome)"
        + (exclusion.map { "; the commonest reason for which rows are left out: \($0)" } ?? "")
        + (missing.isEmpty
          ? ""
          : "; of \(memberCount) rows in the universe "
            + missing.map { "\($0.count) have no style '\($0.style)'" }.joined(separator: ", ")
            + "; expected more history, or a configuration without such styles")
    case .inSample(let path):
      "\(path): the model's idio covariance is iterated over the whole sample, so that every date would change; "
        + "expected idio.estimation walk-forward, or --restate to estimate it anew"
    case .restated(let date, let source, let count):
      "source '\(source)' differs on \(date) from what the model was made from (\(count) such dates); expected the same "
        + "rows, or --restate to estimate again from all data"
    case .restatementTooShort(let path, let first, let expected):
      "\(path): the data begin on \(first), and the model on \(expected); expected all data for --restate, not "
        + "only new ones (riskengine estimate replaces the model by one of less)"
    case .noTradingDay(let path, let lastDate):
      "\(path): the data have rows after \(lastDate), the model's last date, and no trading day among them; expected "
        + "them with the rows of the next trading day"
    case .missedDate(let date, let lastDate, let source):
      "source '\(source)' has rows of \(date), which the model lacks though it has \(lastDate); expected only later "
        + "dates, or --restate to estimate again from all data"
    case .otherAssets(let path, let asset, let storage):
      "\(path): asset '\(asset)' is no whole number of type \(storage); expected the type that the model's assets have"
    case .noSuchDate(let path, let date, let nearest, let first, let last):
      "\(path): the model has no forecast of \(date)"
        + (nearest.map { "; the nearest is of \($0)" } ?? "")
        + (first.flatMap { first in last.map { "; expected a date from \(first) to \($0)" } } ?? "")
    case .unsplittable(let error): error.description(ofSetting: "idio.initial")
    case .missing(let path, let what): "\(path): the model has no \(what)"
    case .stateMismatch(let path, let reason):
      "\(path): the model's state does not go with its configuration: \(reason)"
    case .faults(let path, let faults):
      "\(path): \(faults.count == 1 ? "1 fault" : "\(faults.count) faults"): "
        + faults.prefix(5).joined(separator: "; ")
        + (faults.count > 5 ? "; ..." : "")
    case .noInput(let path, let expected): "\(path): there is no such file or folder; expected \(expected)"
    }
  }
}
