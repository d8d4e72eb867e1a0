internal import LinAlg
public import ModelStore
internal import RiskEngine

/// Whether a stored model is what was written, and whether its tables fit together.
public struct ModelVerification: Sendable {
  /// The model.
  public var path: String

  /// Names a model.
  public init(path: String) {
    self.path = path
  }

  /// What was found.
  public struct Report: Sendable, Codable {
    /// The files that were read.
    public var fileCount: Int
    /// Their bytes.
    public var byteCount: Int
    /// What is not as it should be.
    public var faults: [ModelFault]
  }

  /// Reads the model.
  ///
  /// - Parameter progress: called before files are read, after them, and after each factor covariance, with the number of
  ///   those done; what it throws ends the job.
  /// - Throws: `StoreError` where it is no model at all.
  public func run(progress: (Int) throws -> Void = { _ in }) throws -> Report {
    let model = try StoredModel(path: path)
    try progress(0)
    var faults = model.verify()
    try progress(0)
    let segments = model.manifest.tables.flatMap(\.segments)
    // Tables whose bytes are not what was written say nothing.
    if faults.isEmpty { faults = try invariants(of: model, progress) }
    return Report(
      fileCount: segments.count + model.manifest.states.count + model.manifest.documents.count + 1,
      byteCount: segments.reduce(0) { $0 + $1.byteCount }
        + (model.manifest.states + model.manifest.documents).reduce(0) { $0 + $1.byteCount }, faults: faults)
  }

  /// What the tables have to satisfy whatever the data.
  private func invariants(of model: StoredModel, _ progress: (Int) throws -> Void) throws -> [ModelFault] {
    // Many small matrices: threads would wait for one another.
    BLASThreads.count = 1
    var faults: [ModelFault] = []
    var dates: [CalendarDate]?
    for table in ["periods", "forecasts"] {
      var found: [CalendarDate] = []
      for path in try model.paths(of: table) {
        let reader = try TableReader(path: path, columns: [ColumnRequest("date", .date)])
        while let batch = try reader.next() { found += batch.dates("date") }
      }
      for (earlier, later) in zip(found, found.dropFirst()) where later <= earlier {
        faults.append(ModelFault(file: table, found: "\(later) after \(earlier)", expected: "ascending dates"))
      }
      if table == "periods" { dates = found }
    }
    var covariances = try FactorCovarianceReader(model)
    var count = 0
    while let factors = covariances.next() {
      count += 1
      try progress(count)
      if let dates, !dates.contains(factors.date) {
        faults.append(
          ModelFault(file: "factor_covariance", found: "\(factors.date)", expected: "a date of the table periods"))
      }
      let largest = (0..<factors.covariance.order).map { factors.covariance[$0, $0] }.max() ?? 0
      guard let smallest = try? SymmetricEigen(consuming: factors.covariance).values.first else {
        faults.append(
          ModelFault(file: "factor_covariance", found: "no eigenvalues on \(factors.date)", expected: "some"))
        continue
      }
      if smallest < -1e-9 * largest {
        faults.append(
          ModelFault(
            file: "factor_covariance", found: "the eigenvalue \(smallest) on \(factors.date)",
            expected: "none below 0 but for rounding"))
      }
    }
    if let failure = covariances.failure { throw failure }
    return faults
  }
}
