internal import LinAlg

/// The regression of the logarithm of volatility on loadings, and what it says of every asset.
///
/// `ln σ^TS = X b + δ` over the assets that are wholly reliable, weighted by the square root of cap, with the constraints
/// of the factor returns; then `σ^STR = E₀ e^(X b)` (Menchero, Orr and Wang, *The Barra US Equity Model (USE4)*, 2011,
/// eq. 5.3 and 5.4).
struct StructuralModel: ~Copyable {
  /// The fewest reliable assets with which there is a model.
  private static let fewestAssets = 20

  /// Volatilities that the model gives to the rows of a cross-section.
  struct Forecast: Sendable {
    var fit: StructuralFit
    /// NaN where there is none.
    var volatilities: [Double]
    /// The rows whose labels are partly unknown to the model.
    var rowsOfUnknownLabels: [Int] = []
  }

  private let hasMarket: Bool
  private var solver: PeriodSolver

  /// Makes scratch.
  init(regression: CrossSectionalRegression, schema: PanelSchema, labelRanks: [[Int32]]) {
    hasMarket = regression.hasMarket
    solver = PeriodSolver(regression: regression, schema: schema, labelRanks: labelRanks)
  }

  /// The regression that a model uses, given that of the returns.
  static func regression(like regression: CrossSectionalRegression) -> CrossSectionalRegression {
    CrossSectionalRegression(
      constraintWeights: regression.constraintWeights, hasMarket: regression.hasMarket,
      computesVarianceInflation: false)
  }

  /// Regresses the logarithms of a date's volatilities.
  ///
  /// - Parameters:
  ///   - snapshot: the date's assets; those outside the universe or without a cap are not regressed.
  ///   - volatilities: the time-series forecasts; NaN is missing.
  ///   - reliability: `γ` of each row.
  /// - Complexity: O(n K²).
  mutating func forecast(
    _ snapshot: CrossSection, volatilities: [Double], reliability: [Double]
  ) -> Forecast {
    let rowCount = snapshot.rowCount
    var section = snapshot
    var responses = [Double](repeating: 0, count: rowCount + CenteredGram.padding)
    var reasons = snapshot.reasons
    var reliableCount = 0
    for row in 0..<rowCount {
      let isReliable = reliability[row] == 1 && volatilities[row] > 0 && volatilities[row] < .infinity
      if isReliable && reasons[row].isEmpty {
        responses[row] = volatilities[row]
        reliableCount += 1
      } else {
        reasons[row].insert(.outsideUniverse)
      }
    }
    guard reliableCount >= Self.fewestAssets else {
      return Forecast(
        fit: StructuralFit(outcome: .tooFewAssets, assetCount: reliableCount),
        volatilities: Array(repeating: .nan, count: rowCount))
    }
    Self.takeLogarithms(&responses, count: rowCount, where: reasons)
    section.returns = responses
    section.reasons = reasons
    let regression = solver.estimate(section)
    guard regression.outcome.hasEstimate, reliableCount >= 2 * regression.factorCount else {
      return sizeOnly(snapshot, responses: responses, reasons: reasons, volatilities: volatilities)
    }
    var result = Forecast(
      fit: StructuralFit(
        outcome: .estimated, assetCount: reliableCount, labels: regression.labels,
        coefficients: regression.factorReturns),
      volatilities: Array(repeating: .nan, count: rowCount))
    for row in 0..<rowCount {
      let idio = regression.idioReturns[row]
      let level: Double
      if idio.isFinite {
        level = responses[row] - idio
      } else {
        level = self.level(of: row, snapshot, regression)
        if level.isFinite { result.rowsOfUnknownLabels.append(row) }
      }
      result.volatilities[row] = level.isFinite ? PortableMath.exp(level) : .nan
    }
    smear(&result, snapshot, reasons: reasons, volatilities: volatilities)
    return result
  }

  /// Writes logarithms of the rows without a reason, which are positive, and 0 for others.
  private static func takeLogarithms(_ values: inout [Double], count: Int, where reasons: [ExclusionReasons]) {
    for row in 0..<count { values[row] = reasons[row].isEmpty ? PortableMath.log(values[row]) : 0 }
  }

  /// `X b` of a row, with a coefficient of 0 for each label that no asset regressed has.
  ///
  /// The zero sum makes 0 the mean of a group's coefficients, so that such a label is like the market. The labels of the
  /// first group have no such mean where there is no market.
  private func level(of row: Int, _ snapshot: CrossSection, _ regression: PeriodRegression) -> Double {
    let layout = FactorLayout(
      hasMarket: hasMarket, labels: regression.labels, styleCount: snapshot.styleCount)
    var level = hasMarket ? regression.factorReturns[0] : 0
    for group in layout.labels.indices {
      snapshot.groups[group].forEach(in: row) { label, fraction in
        if let place = layout.labels[group].firstIndex(of: label) {
          level += fraction * regression.factorReturns[layout.offset(ofGroup: group) + place]
        } else if !layout.isConstrained(group) {
          level = .nan
        }
      }
    }
    for style in 0..<layout.styleCount {
      level += snapshot.loading(row: row, style: style) * regression.factorReturns[layout.styleOffset + style]
    }
    return level
  }

  /// The regression on a constant and the logarithm of the cap.
  private func sizeOnly(
    _ snapshot: CrossSection, responses: [Double], reasons: [ExclusionReasons], volatilities: [Double]
  ) -> Forecast {
    let rows = reasons.indices.filter { reasons[$0].isEmpty }
    var total = 0.0
    var (meanSize, meanLevel) = (0.0, 0.0)
    var sizes = [Double](repeating: .nan, count: snapshot.rowCount)
    for row in sizes.indices where snapshot.caps[row] > 0 { sizes[row] = PortableMath.log(snapshot.caps[row]) }
    for row in rows {
      let weight = snapshot.caps[row].squareRoot()
      total += weight
      meanSize += weight * sizes[row]
      meanLevel += weight * responses[row]
    }
    meanSize /= total
    meanLevel /= total
    var (squares, products, scale) = (0.0, 0.0, 0.0)
    for row in rows {
      let weight = snapshot.caps[row].squareRoot()
      squares += weight * (sizes[row] - meanSize) * (sizes[row] - meanSize)
      products += weight * (sizes[row] - meanSize) * (responses[row] - meanLevel)
      scale += weight * sizes[row] * sizes[row]
    }
    // Below, caps are equal but for rounding.
    let slope = squares > 1e-20 * scale ? products / squares : 0
    var result = Forecast(
      fit: StructuralFit(
        outcome: .sizeOnly, assetCount: rows.count, coefficients: [meanLevel - slope * meanSize, slope]),
      volatilities: sizes.map { size in
        PortableMath.exp(size.isFinite ? meanLevel + slope * (size - meanSize) : meanLevel)
      })
    smear(&result, snapshot, reasons: reasons, volatilities: volatilities)
    return result
  }

  /// Multiplies by `E₀`, the weighted mean over the assets regressed of what the time series say over the model.
  private func smear(
    _ forecast: inout Forecast, _ snapshot: CrossSection, reasons: [ExclusionReasons], volatilities: [Double]
  ) {
    var (sum, total) = (0.0, 0.0)
    for row in reasons.indices where reasons[row].isEmpty {
      let weight = snapshot.caps[row].squareRoot()
      sum += weight * (volatilities[row] / forecast.volatilities[row])
      total += weight
    }
    let smearing = sum / total
    forecast.fit.smearing = smearing
    for row in forecast.volatilities.indices { forecast.volatilities[row] *= smearing }
  }
}
