internal import Foundation
internal import ModelStore
public import RiskEngine

/// The risk-adjusted performance of a model's factor returns over some of its periods.
public struct PerformanceReport: Sendable {
  /// A factor.
  public struct Row: Sendable, Codable {
    /// The factor.
    public var factor: String
    /// Market, style, or the group of the label.
    public var kind: String
    /// The periods with a return.
    public var periods: Int
    /// The statistics by their names.
    public var values: [String: Double]

    /// A statistic; NaN where it is none.
    public subscript(name: String) -> Double { values[name] ?? .nan }
  }

  /// The factors in the order of the model.
  public let rows: [Row]
  /// The periods with an estimate.
  public let periodCount: Int
  /// The first of them.
  public let firstDate: String
  /// The last of them.
  public let lastDate: String
  private let history: FactorReturnHistory
  private let factors: [(name: String, kind: String)]
  private let periodsPerYear: Int

  /// Reads a model.
  ///
  /// - Parameters:
  ///   - from: the first date that counts; `nil` for the first of the model.
  ///   - through: the last date that counts.
  /// - Throws: `StoreError`, `TableError`, or `ModelError` where the model has no such periods.
  public init(path: String, from: CalendarDate? = nil, through: CalendarDate? = nil) throws {
    let model = try StoredModel(path: path)
    guard let periodsPerYear = model.manifest.metadata["periods_per_year"]?.number else {
      throw ModelError.missing(path: path, what: "number of periods a year")
    }
    let statistics = try model.paths(of: "factor_statistics")
    let history = try FactorReturnHistory.read(statistics, periods: []).within(from: from, through: through)
    guard let first = history.dates.first, let last = history.dates.last else {
      throw ModelError.missing(path: path, what: "factor returns in the dates asked for")
    }
    factors = try model.factors().map { ($0.name, $0.kind) }
    self.history = history
    self.periodsPerYear = Int(periodsPerYear)
    periodCount = history.dates.count
    firstDate = first.description
    lastDate = last.description
    rows = PerformanceTable.rows(history, factors: factors, periodsPerYear: Int(periodsPerYear))
  }

  /// Writes the table.
  ///
  /// - Throws: `TableError`.
  public func write(to path: String) throws(TableError) {
    let writer = try TableWriter(path: path, columns: PerformanceTable.outputColumns)
    try writer.append(PerformanceTable.values(history, factors: factors, periodsPerYear: periodsPerYear))
    try writer.close()
  }
}
