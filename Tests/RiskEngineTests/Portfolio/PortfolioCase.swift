import LinAlg
import RiskEngine
import TestSupport

/// A small model with its n × n covariance, its idio covariance apart, and portfolios of it.
struct PortfolioCase {
  let built: ModelCase.Built
  /// The panel's assets and one that it does not have.
  let names: IdentifierTable
  /// The asset that the panel does not have.
  let stranger: Int32

  init(_ example: ModelCase) throws {
    built = try example.built()
    var names = built.panel.assets
    stranger = names.code(for: "stranger")
    self.names = names
  }

  var model: RiskModel { built.model }

  /// A portfolio of weights in the order of the model's rows.
  func holdings(_ x: [Double]) throws -> Holdings { try model.holdings(x, names: names) }

  /// A portfolio of random weights of about 1 / n, some of them 0, some negative.
  func weights(_ seed: UInt64) -> [Double] {
    var random = TestRandom(seed: seed)
    return (0..<built.count).map { _ in random.uniform() < 0.2 ? 0 : random.normal() / Double(built.count) }
  }

  /// `Ω_ε`, n × n: what `BFBᵀ` leaves of `Ω_r`.
  var idioCovariance: SymmetricMatrix {
    let factors = model.factorCovariance
    return SymmetricMatrix(order: built.count) { row, column in
      var value = built.covariance[row, column]
      for a in 0..<factors.order {
        for b in 0..<factors.order { value -= built.loadings[row, a] * factors[a, b] * built.loadings[column, b] }
      }
      return value
    }
  }

  /// `Bᵀx` by plain loops.
  func loadings(_ x: [Double]) -> [Double] {
    (0..<built.loadings.columnCount).map { factor in
      (0..<built.count).reduce(0.0) { $0 + built.loadings[$1, factor] * x[$1] }
    }
  }
}

/// `xᵀAy` by plain loops.
func quadraticForm(_ x: [Double], _ matrix: SymmetricMatrix, _ y: [Double]) -> Double {
  var sum = 0.0
  for row in x.indices {
    for column in y.indices { sum += x[row] * matrix[row, column] * y[column] }
  }
  return sum
}
