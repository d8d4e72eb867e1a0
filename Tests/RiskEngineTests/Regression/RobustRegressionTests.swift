import RiskEngine
import TestSupport
import Testing

/// M-estimates: the estimating equation, limits, and a plain iteration in extended precision.
@Suite struct RobustRegressionTests {
  static let losses: [RobustLoss] = [.huber(), .bisquare()]

  /// One date of 50 assets with a few returns far from all others.
  static func table(_ example: InvariantCase) -> PanelTable {
    var table = example.table(seed: 21)
    for row in stride(from: 7, to: 50, by: 14) { table.rows[row].return += row % 2 == 0 ? 0.2 : -0.3 }
    return table
  }

  /// `ψ(u) / u`.
  static func factor(_ loss: RobustLoss, _ u: Extended) -> Extended {
    switch loss {
    case .squares: return 1
    case .huber(let k): return min(1, Extended(k) / abs(u))
    case .bisquare(let k):
      let rest = max(0, 1 - (u / Extended(k)) * (u / Extended(k)))
      return rest * rest
    }
  }

  /// `1 / Φ⁻¹(3/4)` times the median of `|e √w|`.
  static func scale(_ scaled: [Extended]) -> Extended {
    let sorted = scaled.map { abs($0) }.sorted()
    let middle = sorted.count / 2
    let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    return median / 0.674_489_750_196_081_743
  }

  /// `Σ √w ψ(u) b = 0` to 1e-8 of the sum of the terms' sizes: the iteration stops within 1e-10 standard errors.
  @Test(arguments: InvariantCase.all, losses)
  func theEstimatingEquationHolds(example: InvariantCase, loss: RobustLoss) throws {
    let table = Self.table(example)
    var regression = example.regression
    let dense = DenseRegression(regression).estimate(table, lag: 0)[0]
    regression.loss = loss
    let panel = try table.panel(lag: 0)
    let found = regression.estimate(panel).periods[0]
    #expect(found.outcome == .estimated)
    let section = panel.crossSections[0]
    let assets = (0..<section.rowCount).map { panel.assets[section.assets[$0]] }
    let roots = try assets.map { try #require(dense.weights[$0]).squareRoot() }
    let scaled = zip(roots, found.idioReturns).map { $0 * Extended($1) }
    let scale = Self.scale(scaled)
    for factor in 0..<found.factorCount {
      var sum: Extended = 0
      var size: Extended = 0
      for (row, asset) in assets.enumerated() {
        let u = scaled[row] / scale
        let loading = try roots[row] * #require(dense.loadings[asset])[factor]
        sum += loading * u * Self.factor(loss, u)
        // The only member of a label is fitted but for rounding: at least that is left of u.
        size += abs(loading) * max(abs(u) * Self.factor(loss, u), 1e-6)
      }
      #expect(abs(sum) <= 1e-8 * size, "factor \(factor)")
    }
    // Idio returns go with the factor returns that are given.
    for (row, asset) in assets.enumerated() {
      let loadings = try #require(dense.loadings[asset])
      let fitted = zip(loadings, found.factorReturns).reduce(0) { $0 + $1.0 * Extended($1.1) }
      #expect(abs(Extended(section.returns[row]) - fitted - Extended(found.idioReturns[row])) <= 1e-12)
    }
  }

  /// The same iteration with the dense regression, and the covariance of Huber (1981, section 7.6).
  @Test(arguments: InvariantCase.all, losses)
  func aPlainIterationAgrees(example: InvariantCase, loss: RobustLoss) throws {
    let table = Self.table(example)
    var regression = example.regression
    regression.computesVarianceInflation = false
    var dense = DenseRegression(regression)
    let unweighted = dense.estimate(table, lag: 0)[0]
    var current = unweighted
    var stages: [RobustLoss] = [loss]
    if case .bisquare = loss { stages = [.huber(), loss] }
    var scale: Extended = 0
    var scaled: [String: Extended] = [:]
    for stage in stages {
      for _ in 0..<120 {
        scaled = Dictionary(
          uniqueKeysWithValues: unweighted.weights.map { ($0, $1.squareRoot() * (current.idioReturns[$0] ?? .nan)) })
        scale = Self.scale(Array(scaled.values))
        dense.multipliers = scaled.mapValues { Self.factor(stage, $0 / scale) }
        let last = current.factorReturns
        current = dense.estimate(table, lag: 0)[0]
        if zip(last, current.factorReturns).allSatisfy({ abs($0 - $1) <= 1e-15 }) { break }
      }
    }
    regression.loss = loss
    let found = regression.estimate(try table.panel(lag: 0)).periods[0]
    for (factor, value) in current.factorReturns.enumerated() {
      // Steps shrink by at least a half near the solution; the last was below 1e-10 standard errors.
      let tolerance = 1e-8 * found.standardErrors[factor] + 1e-14
      #expect(abs(found.factorReturns[factor] - Double(value)) <= tolerance, "factor \(factor)")
    }
    let variance = Self.variance(
      loss: loss, scaled: scaled.values.map { $0 / scale }, scale: scale, free: unweighted.freeFactorCount)
    for (factor, value) in unweighted.standardErrors.enumerated() {
      let unit = value * value / unweighted.variance
      let expected = Double((variance * unit).squareRoot())
      #expect(abs(found.standardErrors[factor] - expected) <= 1e-8 * expected, "standard error \(factor)")
    }
    let squares = unweighted.weights.reduce(Extended(0)) { sum, entry in
      let idio = current.idioReturns[entry.key] ?? .nan
      return sum + entry.value * idio * idio
    }
    let total = unweighted.weights.values.reduce(0, +)
    #expect(abs(found.idioVolatility - Double((squares / total).squareRoot())) <= 1e-10 * found.idioVolatility)
  }

  /// `ŝ² κ² [Σψ² / (n − m)] / [mean ψ′]²`, `κ = 1 + m/n var ψ′ / (mean ψ′)²`.
  static func variance(loss: RobustLoss, scaled: [Extended], scale: Extended, free: Int) -> Extended {
    let count = Extended(scaled.count)
    let influence = scaled.reduce(0) { $0 + $1 * $1 * factor(loss, $1) * factor(loss, $1) }
    let slopes = scaled.map { u -> Extended in
      switch loss {
      case .squares: return 1
      case .huber(let k): return abs(u) <= Extended(k) ? 1 : 0
      case .bisquare(let k):
        let square = (u / Extended(k)) * (u / Extended(k))
        return square < 1 ? (1 - square) * (1 - 5 * square) : 0
      }
    }
    let mean = slopes.reduce(0, +) / count
    let spread = slopes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let correction = 1 + Extended(free) / count * spread / (mean * mean)
    return scale * scale * correction * correction * (influence / (count - Extended(free))) / (mean * mean)
  }

  @Test(arguments: InvariantCase.all)
  func aLooseClipIsLeastSquares(example: InvariantCase) throws {
    let panel = try Self.table(example).panel(lag: 0)
    var regression = example.regression
    let least = regression.estimate(panel).periods[0]
    for loss in [RobustLoss.huber(k: 1e12), .huber(k: 1e5)] {
      regression.loss = loss
      let found = regression.estimate(panel).periods[0]
      #expect(found.outcome == .estimated)
      #expect(found.factorReturns == least.factorReturns)
      #expect(found.idioReturns == least.idioReturns)
      // The same 50 terms summed in another order.
      #expect(abs(found.rSquared - least.rSquared) <= 50 * .ulpOfOne)
      for (left, right) in zip(found.standardErrors, least.standardErrors) {
        // ψ′ = 1 throughout: the variance is Σ w e² / (n − m), summed in another order.
        #expect(abs(left - right) <= 50 * .ulpOfOne * right)
      }
    }
    // The bisquare falls short of squares by (u / k)², u at most some tens, k = 1e9.
    regression.loss = .bisquare(k: 1e9)
    let found = regression.estimate(panel).periods[0]
    for (factor, value) in least.factorReturns.enumerated() {
      #expect(abs(found.factorReturns[factor] - value) <= 1e-13)
    }
  }

  /// Huber's influence is constant beyond the clip; the bisquare's ends there.
  @Test(arguments: InvariantCase.all, losses)
  func aReturnFarOffHasBoundedInfluence(example: InvariantCase, loss: RobustLoss) throws {
    var regression = example.regression
    regression.loss = loss
    var table = Self.table(example)
    let asset = 30
    table.rows[asset].return = 10
    let far = regression.estimate(try table.panel(lag: 0)).periods[0]
    table.rows[asset].return = 1e4
    let farther = regression.estimate(try table.panel(lag: 0)).periods[0]
    let least = example.regression.estimate(try table.panel(lag: 0)).periods[0]
    #expect(far.outcome == farther.outcome)
    for factor in 0..<far.factorCount {
      // Where 200 iterations were not enough, the last ones still differ by more than the tolerance.
      let tolerance = far.outcome == .estimated ? 1e-7 : 1e-3
      #expect(
        abs(far.factorReturns[factor] - farther.factorReturns[factor])
          <= tolerance * far.standardErrors[factor] + 1e-10)
      #expect(abs(farther.factorReturns[factor]) < 1)
    }
    #expect(least.factorReturns.contains { abs($0) > 10 })
  }

  @Test func everyLossGivesAnotherAnswer() throws {
    let panel = try Self.table(InvariantCase.all[1]).panel(lag: 0)
    let losses: [RobustLoss] = [.squares, .huber(), .huber(k: 2), .bisquare(), .bisquare(k: 3)]
    let returns = losses.map { CrossSectionalRegression(loss: $0).estimate(panel).periods[0].factorReturns }
    #expect(Set(returns).count == losses.count)
  }

  /// Most assets lie exactly on the fit, so the scale is zero and least squares stands.
  @Test(arguments: losses)
  func exactFitsKeepLeastSquares(loss: RobustLoss) throws {
    var table = RandomPanel(dateCount: 1, labelCounts: [], styleCount: 0).table()
    for row in table.rows.indices { table.rows[row].return = 0 }
    let found = CrossSectionalRegression(weights: .equal, loss: loss).estimate(try table.panel(lag: 0)).periods[0]
    #expect(found.factorReturns == [0])
    #expect(found.standardErrors == [0])
    #expect(found.idioReturns.allSatisfy { $0 == 0 })
  }

  /// Rows outside the regression take no part in scale or fit, and have idio returns all the same.
  @Test(arguments: losses)
  func assetsOutsideTheUniverseDoNotCount(loss: RobustLoss) throws {
    var table = Self.table(InvariantCase.all[2])
    for row in stride(from: 12, to: 50, by: 6) { table.rows[row].inUniverse = false }
    let regression = CrossSectionalRegression(loss: loss)
    let with = regression.estimate(try table.panel(lag: 0)).periods[0]
    for row in table.rows.indices where !table.rows[row].inUniverse { table.rows[row].return = 3 }
    let changed = regression.estimate(try table.panel(lag: 0)).periods[0]
    #expect(with.factorReturns == changed.factorReturns)
    #expect(with.standardErrors == changed.standardErrors)
    #expect(with.idioReturns.allSatisfy { $0.isFinite })
    #expect(changed.idioReturns.allSatisfy { $0.isFinite })
  }

  @Test(arguments: losses)
  func leverageIsThatOfTheWeightsGiven(loss: RobustLoss) throws {
    let table = Self.table(InvariantCase.all[1])
    let panel = try table.panel(lag: 0)
    let robust = CrossSectionalRegression(loss: loss, computesLeverage: true).estimate(panel).periods[0]
    let least = CrossSectionalRegression(computesLeverage: true).estimate(panel).periods[0]
    #expect(robust.leverage == least.leverage)
    #expect(robust.varianceInflation == least.varianceInflation)
    #expect(robust.condition == least.condition)
  }

  /// A label without any weight is not told by the bisquare: Huber's fit stands, and the outcome says so.
  ///
  /// Both of its assets are far off, on either side; its factor, and the market with it, would be anything.
  @Test(arguments: [[5], [5, 3], [3, 5]])
  func aFactorThatWouldLoseAllAssetsKeepsTheFitBefore(labelCounts: [Int]) throws {
    var table = RandomPanel(assetCount: 50, dateCount: 1, labelCounts: labelCounts, seed: 3).table()
    let group = try #require(labelCounts.firstIndex(of: 5))
    let label = RandomPanel.label(4, group: group)
    for row in table.rows.indices where table.rows[row].labels[group] == label {
      table.rows[row].labels[group] = RandomPanel.label(3, group: group)
    }
    for (row, value) in [(10, 1.0), (20, -1.0)] {
      table.rows[row].labels[group] = label
      table.rows[row].return = value
      table.rows[row].cap = 1e7
    }
    let panel = try table.panel(lag: 0)
    let huber = CrossSectionalRegression(loss: .huber()).estimate(panel).periods[0]
    let found = CrossSectionalRegression(loss: .bisquare()).estimate(panel).periods[0]
    #expect(huber.outcome == .estimated)
    guard case .degraded(.noConvergence(let iterations)) = found.outcome else {
      Issue.record("\(found.outcome)")
      return
    }
    #expect(iterations < 200)
    #expect(found.factorReturns == huber.factorReturns && found.standardErrors == huber.standardErrors)
    #expect(found.idioReturns == huber.idioReturns)
  }
}
