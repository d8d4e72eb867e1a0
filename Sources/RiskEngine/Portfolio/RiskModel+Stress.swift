internal import LinAlg

extension RiskModel {
  /// The model with factor volatilities multiplied, `F → κ²F`, and idio volatilities by a number of their own.
  ///
  /// - Throws: `PortfolioError.stressOutOfRange` where a multiplier is negative, infinite or missing, or that of idio
  ///   volatilities is 0.
  public func withVolatilities(
    ofFactorsTimes factor: Double, ofIdioTimes idioFactor: Double = 1
  ) throws(PortfolioError) -> RiskModel {
    guard factor >= 0, factor < .infinity else {
      throw .stressOutOfRange(
        key: "the multiplier of factor volatilities", found: factor, expected: "a number from 0 up")
    }
    guard idioFactor > 0, idioFactor < .infinity else {
      throw .stressOutOfRange(
        key: "the multiplier of idio volatilities", found: idioFactor, expected: "a number above 0")
    }
    return replacing(
      covariance: SymmetricMatrix(order: factorCovariance.order) { factor * factor * factorCovariance[$0, $1] },
      root: Matrix(
        rowCount: factorRoot.rowCount, columnCount: factor == 0 ? 0 : factorRoot.columnCount,
        storage: factor == 0 ? [] : factorRoot.storage.map { factor * $0 }),
      idio: idioFactor == 1 ? idio : idio.scaled(by: idioFactor * idioFactor))
  }

  /// The model with correlations moved towards one.
  ///
  /// For totals of labels, `F` is written for `g = f_market + f_label` and the other factors, stressed there, and written
  /// back with the market as the mean of the totals by capitalization (equally where the model has no caps). Since the
  /// loadings of a group sum to the market's, no portfolio's risk depends on that choice, nor on the zero sums by which
  /// the label returns were told from the market.
  ///
  /// - Throws: `PortfolioError.stressOutOfRange`, `noTotalReturns`, or `model` where rounding left no covariance.
  /// - Complexity: O(m³).
  public func stressed(by stress: CorrelationStress) throws(PortfolioError) -> RiskModel {
    guard stress.strength >= 0, stress.strength <= 1 else {
      throw .stressOutOfRange(
        key: "the strength of the correlation stress", found: stress.strength, expected: "a number from 0 to 1")
    }
    let order = layout.count
    let covariance: SymmetricMatrix
    switch stress.block {
    case .factors(let block):
      var signs = [Double](repeating: 0, count: order)
      for entry in block {
        precondition(entry.factor >= 0 && entry.factor < order, "factor \(entry.factor) of \(order)")
        guard abs(entry.sign) == 1 else {
          throw .stressOutOfRange(
            key: "the sign of factor '\(factorNames[entry.factor])'", found: entry.sign, expected: "1 or -1")
        }
        signs[entry.factor] = entry.sign
      }
      covariance = Self.moved(factorCovariance, signs: signs, strength: stress.strength)
    case .labelTotals(let group):
      precondition(group >= 0 && group < layout.labels.count, "group \(group) of \(layout.labels.count)")
      guard layout.hasMarket || group == 0 else { throw .noTotalReturns(group: group) }
      covariance =
        layout.hasMarket
        ? movedTotals(ofGroup: group, strength: stress.strength)
        : Self.moved(
          factorCovariance, signs: (0..<order).map { layout.positions(ofGroup: group).contains($0) ? 1 : 0 },
          strength: stress.strength)
    }
    do {
      return replacing(
        covariance: covariance, root: try FactorRoot.make(covariance, names: factorNames), idio: idio)
    } catch { throw .model(error) }
  }

  /// Stresses what the labels of a group return together with the market.
  private func movedTotals(ofGroup group: Int, strength: Double) -> SymmetricMatrix {
    let order = layout.count
    let labels = layout.positions(ofGroup: group)
    // Factor 0 is the market; total and other factors keep their places, one down.
    let toTotals = Matrix(rowCount: order - 1, columnCount: order) { row, column in
      column == row + 1 || (column == 0 && labels.contains(row + 1)) ? 1 : 0
    }
    let shares = totalShares(ofGroup: group)
    let back = Matrix(rowCount: order, columnCount: order - 1) { row, column in
      let share = labels.contains(column + 1) ? shares[column + 1 - labels.lowerBound] : 0
      if row == 0 { return share }
      return (row == column + 1 ? 1 : 0) - (labels.contains(row) ? share : 0)
    }
    let totals = Self.transformed(factorCovariance, by: toTotals)
    let signs = (1..<order).map { labels.contains($0) ? 1.0 : 0.0 }
    return Self.transformed(Self.moved(totals, signs: signs, strength: strength), by: back)
  }

  /// The share of each label of a group in the capitalization, or in the number of assets where no cap is known.
  private func totalShares(ofGroup group: Int) -> [Double] {
    let labels = layout.positions(ofGroup: group)
    let hasCaps = caps.contains { $0 > 0 }
    var sums = [Double](repeating: 0, count: labels.count)
    for row in 0..<assetCount {
      let weight = hasCaps ? caps[row] : 1
      loadings.forEachEntry(ofRow: row) { factor, fraction in
        if labels.contains(factor) { sums[factor - labels.lowerBound] += weight * fraction }
      }
    }
    let total = sums.reduce(0, +)
    return total > 0 ? sums.map { $0 / total } : sums.map { _ in 1 / Double(sums.count) }
  }

  /// The covariance with the correlations of a block moved; `signs` is 0 outside the block.
  private static func moved(_ covariance: SymmetricMatrix, signs: [Double], strength: Double) -> SymmetricMatrix {
    let volatilities = (0..<covariance.order).map { max(0, covariance[$0, $0]).squareRoot() }
    let kept = (1 - strength).squareRoot()
    return SymmetricMatrix(order: covariance.order) { row, column in
      let value = covariance[row, column]
      switch (signs[row] != 0, signs[column] != 0) {
      case (true, true):
        return row == column
          ? value
          : (1 - strength) * value + strength * signs[row] * signs[column] * volatilities[row] * volatilities[column]
      case (false, false): return value
      default: return kept * value
      }
    }
  }

  /// `K C Kᵀ`.
  private static func transformed(_ covariance: SymmetricMatrix, by map: Matrix) -> SymmetricMatrix {
    let product = map.multiplied(by: covariance.full).view.multiplied(by: map.view.transposed)
    return SymmetricMatrix(order: map.rowCount) { 0.5 * (product[$0, $1] + product[$1, $0]) }
  }

  private func replacing(covariance: SymmetricMatrix, root: Matrix, idio: ModelIdio) -> RiskModel {
    RiskModel(
      date: date, assets: assets, isInUniverse: isInUniverse, caps: caps, loadings: loadings, factorNames: factorNames,
      factorCovariance: covariance, factorRoot: root, horizon: horizon, unmodelled: unmodelled, idio: idio)
  }
}
