internal import LinAlg
internal import RiskEngine
internal import RiskEngineTables

/// `covariance`: the covariances of the returns of portfolios by the model of one date.
struct CovarianceRequest: Request {
  var model: String
  var date: String?
  var portfolio: TableInput

  struct Result: Encodable {
    var date: String
    /// The periods of the forecast.
    var horizon: Double
    var portfolios: [String]
    /// Squared fractions over one period, row after row.
    var covariance: [[Double]]
    /// The part of each portfolio's gross weight that the model covers.
    var coveredShare: [Double]
  }

  func run(_ context: RequestContext) throws -> Result {
    let dated = try DatedModel(path: model, date: try RequestError.date(date, "date"))
    let file = try PortfolioFile(path: try context.path(portfolio))
    let risk = dated.model.over(periods: 1)
    let rows = Dictionary(uniqueKeysWithValues: risk.assets.enumerated().map { (dated.assets[$1], $0) })
    var weights = Matrix(rowCount: rows.count, columnCount: file.portfolios.count) { _, _ in 0 }
    var shares: [Double] = []
    for (column, entry) in file.portfolios.enumerated() {
      var covered = 0.0
      for (asset, weight) in entry.holdings {
        guard let row = rows[asset] else { continue }
        weights[row, column] = weight
        covered += abs(weight)
      }
      guard covered > 0 else {
        throw PortfolioFileError.notCovered(
          path: file.path, portfolio: file.title(of: entry), first: entry.holdings.first?.asset ?? "")
      }
      shares.append(covered / entry.grossWeight)
    }
    let products = risk.covariances(with: weights)
    let covariance = (0..<file.portfolios.count).map { first in
      (0..<file.portfolios.count).map { second in
        (0..<rows.count).reduce(0) { $0 + weights[$1, first] * products[$1, second] }
      }
    }
    return Result(
      date: risk.date.description, horizon: 1, portfolios: file.portfolios.map { file.title(of: $0) },
      covariance: covariance, coveredShare: shares)
  }
}
