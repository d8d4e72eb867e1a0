internal import LinAlg

/// Where the assets of a model are among its rows, so that holdings can be brought into their order.
struct ModelRows: Sendable {
  /// The number of rows.
  let count: Int
  /// The row of each code, −1 without one.
  private let rowOfCode: [Int32]
  private let unmodelled: Set<Int32>

  /// - Complexity: O(largest code).
  init(_ model: RiskModel) {
    count = model.assetCount
    var rows = [Int32](repeating: -1, count: Int(model.assets.max() ?? -1) + 1)
    for (row, asset) in model.assets.enumerated() { rows[Int(asset)] = Int32(row) }
    rowOfCode = rows
    unmodelled = Set(model.unmodelled)
  }

  /// The row of an asset; `nil` where the model does not cover it.
  func row(of asset: Int32) -> Int? {
    guard Int(asset) < rowOfCode.count, rowOfCode[Int(asset)] >= 0 else { return nil }
    return Int(rowOfCode[Int(asset)])
  }

  /// The weights of the covered assets, a number a row.
  func weights(_ holdings: Holdings) -> [Double] {
    var x = [Double](repeating: 0, count: count)
    for (asset, weight) in zip(holdings.assets, holdings.weights) {
      if let row = row(of: asset) { x[row] = weight }
    }
    return x
  }

  /// Portfolios as columns, rows × portfolios.
  func weights(_ portfolios: [Holdings]) -> Matrix {
    Matrix(rowCount: count, columnCount: portfolios.count, storage: portfolios.flatMap { weights($0) })
  }

  /// What of a portfolio is covered.
  ///
  /// - Parameter x: `weights(holdings)`.
  func coverage(_ holdings: Holdings, _ x: Span<Double>) -> PortfolioCoverage {
    var coverage = PortfolioCoverage(
      coveredCount: 0, coveredWeight: SampleSums.sum(x), coveredGrossWeight: 0, uncovered: [],
      duplicateCount: holdings.duplicateCount)
    for row in 0..<count where x[row] != 0 {
      coverage.coveredCount += 1
      coverage.coveredGrossWeight += abs(x[row])
    }
    for (asset, weight) in zip(holdings.assets, holdings.weights) where weight != 0 && row(of: asset) == nil {
      coverage.uncovered.append(
        .init(asset: asset, weight: weight, reason: unmodelled.contains(asset) ? .unmodelled : .absent))
    }
    return coverage
  }

  /// What of a portfolio is covered.
  func coverage(_ holdings: Holdings) -> PortfolioCoverage { coverage(holdings, weights(holdings).span) }
}
