internal import LinAlg
internal import RiskEngine

/// Why two models, or two dates of one, differ in the risk of a portfolio: through loadings, factor covariance or idio
/// risk.
///
/// The variance of the portfolio changes from the first to the second as its three parts are exchanged; each part's
/// effect is the mean over the orders in which they can be exchanged, so that the effects add up to the difference
/// whatever the order (Shapley, 1953). Idio risk adds to the rest, so that its effect is the same in each order.
public struct ModelComparison: Sendable, Codable {
  /// A factor of either model.
  public struct Factor: Sendable, Codable {
    /// Its name.
    public var name: String
    /// The portfolio's loading by the first model, and by the second; 0 where a model lacks the factor.
    public var loadings: [Double]
    /// The factor's volatility a year by each.
    public var volatilities: [Double]
    /// Its contribution to the variance a year by each: loading times covariance with the portfolio.
    public var contributions: [Double]
  }

  /// The dates.
  public var dates: [String]
  /// The portfolio.
  public var portfolio: String
  /// The share of absolute weight that each model covers.
  public var covered: [Double]
  /// The held assets that a model does not cover.
  public var uncovered: [[String]]
  /// The volatility a year by each.
  public var volatilities: [Double]
  /// The factor volatility a year by each.
  public var factorVolatilities: [Double]
  /// The idio volatility a year by each.
  public var idioVolatilities: [Double]
  /// The second variance less the first, a year.
  public var difference: Double
  /// What loadings make of it.
  public var fromLoadings: Double
  /// What factor covariances make of it.
  public var fromFactorCovariance: Double
  /// What idio risk makes of it.
  public var fromIdioRisk: Double
  /// The factors by the size of the change of their contribution.
  public var factors: [Factor]

  /// Compares two models for a portfolio.
  ///
  /// - Throws: `PortfolioFileError.notCovered` where a model covers none of it.
  public init(
    _ first: DatedModel, _ second: DatedModel, portfolio: PortfolioFile.Portfolio, path: String
  ) throws(PortfolioFileError) {
    let sides = [first, second]
    var names: [String] = []
    for side in sides {
      for name in side.model.factorNames where !names.contains(name) { names.append(name) }
    }
    var loadings: [[Double]] = []
    var covariances: [SymmetricMatrix] = []
    var idio: [Double] = []
    (covered, uncovered) = ([], [])
    for side in sides {
      let (holdings, missing) = side.holdings(portfolio.holdings)
      let total = portfolio.holdings.reduce(0) { $0 + abs($1.weight) }
      guard missing.count < portfolio.holdings.count else {
        throw .notCovered(path: path, portfolio: portfolio.name, first: portfolio.holdings[0].asset)
      }
      let annual = Double(side.periodsPerYear) / side.model.horizon
      let own = side.model.loadings(of: holdings)
      let places = names.map { side.model.factorNames.firstIndex(of: $0) }
      loadings.append(places.map { $0.map { own[$0] } ?? 0 })
      covariances.append(
        SymmetricMatrix(order: names.count) { row, column in
          guard let one = places[row], let other = places[column] else { return 0 }
          return annual * side.model.factorCovariance[one, other]
        })
      idio.append(
        annual
          * (side.model.varianceParts(Matrix(rowCount: holdings.count, columnCount: 1) { row, _ in holdings[row] })
            .idio[0]))
      uncovered.append(missing.map(\.asset))
      let lost = missing.reduce(0) { $0 + abs($1.weight) }
      covered.append(total > 0 ? 1 - lost / total : 0)
    }
    func variance(_ b: Int, _ f: Int) -> Double {
      let product = covariances[f].multiplied(by: loadings[b])
      return zip(loadings[b], product).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let (old, new) = (variance(0, 0), variance(1, 1))
    let (mixedLoadings, mixedCovariance) = (variance(1, 0), variance(0, 1))
    fromLoadings = 0.5 * ((mixedLoadings - old) + (new - mixedCovariance))
    fromFactorCovariance = 0.5 * ((mixedCovariance - old) + (new - mixedLoadings))
    fromIdioRisk = idio[1] - idio[0]
    difference = new + idio[1] - old - idio[0]
    dates = sides.map { $0.model.date.description }
    self.portfolio = portfolio.name
    factorVolatilities = [old, new].map { max(0, $0).squareRoot() }
    idioVolatilities = idio.map { max(0, $0).squareRoot() }
    volatilities = [(old + idio[0]).squareRoot(), (new + idio[1]).squareRoot()]
    var factors: [Factor] = []
    let products = (0..<2).map { covariances[$0].multiplied(by: loadings[$0]) }
    for (place, name) in names.enumerated() {
      factors.append(
        Factor(
          name: name, loadings: [loadings[0][place], loadings[1][place]],
          volatilities: (0..<2).map { max(0, covariances[$0][place, place]).squareRoot() },
          contributions: (0..<2).map { loadings[$0][place] * products[$0][place] }))
    }
    self.factors = factors.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      let sizes = (abs(a.contributions[1] - a.contributions[0]), abs(b.contributions[1] - b.contributions[0]))
      return sizes.0 == sizes.1 ? left.offset < right.offset : sizes.0 > sizes.1
    }.map(\.element)
  }
}

extension DatedModel {
  /// Weights on the rows of the model, and the holdings that it does not cover.
  func holdings(
    _ holdings: [(asset: String, weight: Double)]
  ) -> (rows: [Double], missing: [(asset: String, weight: Double)]) {
    var rowOf = [Int](repeating: -1, count: assets.count)
    for (row, asset) in model.assets.enumerated() { rowOf[Int(asset)] = row }
    var rows = [Double](repeating: 0, count: model.assetCount)
    var missing: [(asset: String, weight: Double)] = []
    for holding in holdings {
      if let code = assets.existingCode(of: holding.asset), rowOf[Int(code)] >= 0 {
        rows[rowOf[Int(code)]] += holding.weight
      } else {
        missing.append(holding)
      }
    }
    return (rows, missing)
  }
}
