internal import ModelStore
internal import RiskEngine

/// A portfolio that is best by a stored model under linear equalities, in closed form: short positions are allowed.
public struct OptimizationJob: Sendable {
  /// What is best.
  public enum Objective: String, Hashable, Sendable, CaseIterable {
    /// The least variance.
    case minimumVariance = "minimum-variance"
    /// The largest ratio of expected return to volatility.
    case maximumSharpe = "maximum-sharpe"
  }

  /// The assets that may be held.
  public enum Assets: Hashable, Sendable {
    /// Those of the estimation universe.
    case universe
    /// All that the model covers.
    case covered
  }

  /// The model of the date.
  public var model: DatedModel
  /// What is best.
  public var objective: Objective
  /// The assets that may be held.
  public var assets: Assets
  /// `Σ x`; `nil` leaves it free.
  public var netWeight: Double?
  /// The loadings that are held to a value, by the names of factors.
  public var loadings: [(factor: String, value: Double)]
  /// A file of `asset, expected_return`: excess returns a year, as fractions; needed for the largest Sharpe ratio.
  public var expectedReturns: String?

  /// Makes a job.
  public init(
    _ model: DatedModel, objective: Objective = .minimumVariance, assets: Assets = .universe, netWeight: Double? = 1,
    loadings: [(factor: String, value: Double)] = [], expectedReturns: String? = nil
  ) {
    self.model = model
    self.objective = objective
    self.assets = assets
    self.netWeight = netWeight
    self.loadings = loadings
    self.expectedReturns = expectedReturns
  }

  /// Works out the portfolio.
  ///
  /// - Throws: `TableError`, `PortfolioFileError`: a factor is unknown, an expected return is missing, or no portfolio is
  ///   best; or `RiskModelError`.
  /// - Complexity: O(c (n (K + G) + m²) + c³) for c constraints.
  public func run() throws -> OptimizationReport {
    let risk =
      assets == .covered
      ? model.model : model.model.keeping(model.model.assets.indices.filter { model.model.isInUniverse[$0] })
    var constraints: [LinearConstraint] = []
    if let netWeight { constraints.append(.netWeight(netWeight, of: risk)) }
    for entry in loadings {
      guard let place = risk.factorNames.firstIndex(of: entry.factor) else {
        throw PortfolioFileError.unknownName(
          path: model.path, what: "factor", found: entry.factor,
          nearest: NearestName.find(entry.factor, among: risk.factorNames),
          expected: "a factor with a forecast at \(risk.date)")
      }
      constraints.append(.loading(onFactor: place, is: entry.value, of: risk))
    }
    let years = risk.horizon / Double(model.periodsPerYear)
    let expected = try expectedReturns.map { try expectedReturns(of: risk, path: $0).map { $0 * years } }
    let precision = try risk.precision()
    let best: OptimalPortfolio
    do throws(PortfolioError) {
      switch objective {
      case .minimumVariance:
        best = try OptimalPortfolio.minimumVariance(precision, constraints: constraints, expectedReturns: expected)
      case .maximumSharpe:
        best = try OptimalPortfolio.maximumSharpeRatio(
          precision, expectedReturns: expected ?? Array(repeating: 0, count: risk.assetCount), constraints: constraints)
      }
    } catch {
      throw PortfolioFileError.portfolio(path: model.path, name: objective.rawValue, error: error)
    }
    let state = Hedge.State(best.holdings(of: risk), model: risk)
    return OptimizationReport(
      date: risk.date, assets: risk.assets.map { model.assets[$0] }, weights: best.weights,
      factors: zip(risk.factorNames, model.kinds).map { NamedFactor(name: $0, kind: $1) }, loadings: state.loadings,
      annualVolatility: best.volatility / years.squareRoot(),
      annualFactorVolatility: state.factorVariance.squareRoot() / years.squareRoot(),
      annualExpectedReturn: best.expectedReturn / years,
      annualSharpeRatio: best.sharpeRatio / years.squareRoot(), redundantConstraints: best.redundantConstraints)
  }

  /// The expected return of each row of a model.
  private func expectedReturns(of risk: RiskModel, path: String) throws -> [Double] {
    let reader = try TableReader(
      path: path, columns: [ColumnRequest("asset", .identifier), ColumnRequest("expected_return", .number)])
    var names = IdentifierTable()
    var translation = IdentifierTranslation()
    var values: [String: (row: Int, value: Double)] = [:]
    var row = 0
    while let batch = try reader.next() {
      let codes = batch.identifiers("asset", through: &translation, into: &names)
      let numbers = batch.numbers("expected_return")
      for index in codes.indices {
        row += 1
        guard codes[index] >= 0 else {
          throw PortfolioFileError.missing(path: path, row: row, column: "asset", asset: nil)
        }
        let asset = names[codes[index]]
        guard numbers[index].isFinite else {
          throw numbers[index].isNaN
            ? PortfolioFileError.missing(path: path, row: row, column: "expected_return", asset: asset)
            : PortfolioFileError.infinite(path: path, row: row, column: "expected_return", asset: asset)
        }
        if let first = values.updateValue((row, numbers[index]), forKey: asset) {
          throw PortfolioFileError.duplicate(
            path: path, row: row, first: first.row, asset: asset, portfolio: "", date: nil)
        }
      }
    }
    guard !values.isEmpty else { throw PortfolioFileError.empty(path: path) }
    var expected: [Double] = []
    let lacking = risk.assets.filter { values[model.assets[$0]] == nil }
    guard let first = lacking.first else {
      for asset in risk.assets { expected.append(values[model.assets[asset]]?.value ?? .nan) }
      return expected
    }
    throw PortfolioFileError.noExpectedReturn(path: path, asset: model.assets[first], count: lacking.count)
  }
}
