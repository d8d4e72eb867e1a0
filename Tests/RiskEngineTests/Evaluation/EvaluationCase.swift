import LinAlg
import TestSupport

@testable import RiskEngine

/// A model that never changes, and returns drawn from its covariance: what is forecast is true.
struct EvaluationCase {
  let model: RiskModel
  let assets: IdentifierTable

  init(_ example: ModelCase) throws {
    let built = try example.built()
    model = built.model
    assets = built.panel.assets
  }

  /// The normal returns of a period over `periods` periods, by code, and their idio part.
  func draw(_ period: Int, seed: UInt64 = 1) throws -> (returns: [Double], idioReturns: [Double]) {
    let one = model.over(periods: 1)
    let stream = RandomStream(seed: seed, stream: 900)
    let root = one.factorRoot
    let factors = (0..<root.columnCount).map { stream.normal(draw: 0, id: UInt32($0), date: UInt32(period)) }
    var idio = one.idioVariances.enumerated().map { row, variance in
      variance.squareRoot() * stream.normal(draw: 1, id: UInt32(row), date: UInt32(period))
    }
    for block in one.idio.blocks {
      let cholesky = try Cholesky(consuming: block.covariance)
      let shocks = block.rows.map { stream.normal(draw: 1, id: UInt32($0), date: UInt32(period)) }
      for (i, row) in block.rows.enumerated() { idio[row] = (0...i).reduce(0.0) { $0 + cholesky[i, $1] * shocks[$1] } }
    }
    let common = one.loadings.product(root.multiplied(by: factors))
    var (returns, idioReturns) = (
      [Double](repeating: .nan, count: assets.count), [Double](repeating: .nan, count: assets.count)
    )
    for (row, asset) in one.assets.enumerated() {
      returns[Int(asset)] = common[row] + idio[row]
      idioReturns[Int(asset)] = idio[row]
    }
    return (returns, idioReturns)
  }

  /// Periods with returns of the model's covariance; `scale` times the volatilities are forecast.
  func periods(_ range: Range<Int>, scale: Double = 1, missing: Double = 0) throws -> [EvaluationPeriod] {
    var holes = TestRandom(seed: 31)
    let series = RandomStream(seed: 1, stream: 901)
    let forecast = model.over(periods: model.horizon * scale * scale).relabelled(horizon: model.horizon)
    return try range.map { period in
      var (returns, idio) = try draw(period)
      for asset in returns.indices where holes.uniform() < missing { returns[asset] = .nan }
      for asset in returns.indices where returns[asset].isNaN { idio[asset] = .nan }
      return EvaluationPeriod(
        date: RandomPanel.date(period), model: forecast, returns: returns, idioReturns: idio,
        factorReturns: [
          .init(name: "f0", variance: 1e-4, return: 0.01 * series.normal(draw: 0, id: 0, date: UInt32(period)))
        ])
    }
  }
}

extension RiskModel {
  /// The same covariances, said to be for another horizon.
  func relabelled(horizon: Double) -> RiskModel {
    RiskModel(
      date: date, assets: assets, isInUniverse: isInUniverse, caps: caps, loadings: loadings,
      factorNames: factorNames, factorCovariance: factorCovariance, factorRoot: factorRoot, horizon: horizon,
      unmodelled: unmodelled, idio: idio)
  }
}
