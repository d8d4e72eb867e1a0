internal import LinAlg

/// The random numbers behind random test portfolios: for each asset the same in every period and for every other assets.
///
/// An asset's numbers are addressed by a hash of its id, so they depend neither on codes nor on who else is there. Kept
/// once drawn: `4 L + A` doubles an asset for L random portfolios of a kind and A random expected returns.
struct PortfolioDraws: Sendable {
  /// What each stream of a seed is for; a number, once given, is never changed.
  private enum Purpose: UInt32 {
    case longInclusion = 101
    case longWeight = 102
    case neutralInclusion = 103
    case neutralWeight = 104
    case alpha = 105
  }

  private let count: Int
  private let seed: UInt64
  private(set) var hashes: [UInt64] = []
  private var long: [Double] = []
  private var longInclusion: [Double] = []
  private var neutral: [Double] = []
  private var neutralInclusion: [Double] = []
  private var alpha: [Double] = []

  /// Makes no draws yet, for `count` portfolios of each kind.
  init(count: Int, seed: UInt64) {
    self.count = count
    self.seed = seed
  }

  /// Draws for the assets that a table has gained.
  mutating func extend(to assets: IdentifierTable) {
    func stream(_ purpose: Purpose) -> RandomStream { RandomStream(seed: seed, stream: purpose.rawValue) }
    let (longs, longShares) = (stream(.longWeight), stream(.longInclusion))
    let (neutrals, neutralShares) = (stream(.neutralWeight), stream(.neutralInclusion))
    let alphas = stream(.alpha)
    for text in assets.texts[hashes.count...] {
      let hash = IdentifierHash.value(of: text)
      hashes.append(hash)
      let (id, date) = (UInt32(truncatingIfNeeded: hash), UInt32(truncatingIfNeeded: hash >> 32))
      for number in 0..<count {
        // The exponential distribution: shares of a sum are then uniform over all long-only portfolios.
        long.append(-PortableMath.log(longs.uniform(draw: number, id: id, date: date)))
        longInclusion.append(longShares.uniform(draw: number, id: id, date: date))
        neutral.append(neutrals.normal(draw: number, id: id, date: date))
        neutralInclusion.append(neutralShares.uniform(draw: number, id: id, date: date))
        alpha.append(alphas.normal(draw: number, id: id, date: date))
      }
    }
  }

  /// Long-only portfolios of some assets, assets × portfolios: holdings are positive and sum to 1.
  ///
  /// - Parameter share: the probability with which an asset is held.
  func longOnly(_ assets: [Int32], share: Double) -> Matrix {
    var holdings = Matrix.zeros(rowCount: assets.count, columnCount: count)
    for portfolio in 0..<count {
      var sum = 0.0
      for (row, asset) in assets.enumerated() {
        let draw = Int(asset) * count + portfolio
        guard longInclusion[draw] < share else { continue }
        holdings[row, portfolio] = long[draw]
        sum += long[draw]
      }
      guard sum > 0 else { continue }
      for row in assets.indices { holdings[row, portfolio] /= sum }
    }
    return holdings
  }

  /// Dollar-neutral portfolios of some assets, assets × portfolios: holdings sum to 0 and their magnitudes to 2.
  ///
  /// A portfolio that would hold fewer than two assets holds none.
  func dollarNeutral(_ assets: [Int32], share: Double) -> Matrix {
    var holdings = Matrix.zeros(rowCount: assets.count, columnCount: count)
    for portfolio in 0..<count {
      let held = assets.indices.filter { neutralInclusion[Int(assets[$0]) * count + portfolio] < share }
      guard held.count > 1 else { continue }
      var mean = 0.0
      for row in held { mean += neutral[Int(assets[row]) * count + portfolio] }
      mean /= Double(held.count)
      var magnitude = 0.0
      for row in held {
        let holding = neutral[Int(assets[row]) * count + portfolio] - mean
        holdings[row, portfolio] = holding
        magnitude += abs(holding)
      }
      guard magnitude > 0 else { continue }
      for row in held { holdings[row, portfolio] *= 2 / magnitude }
    }
    return holdings
  }

  /// Standard normal expected returns of some assets less their weighted mean, assets × vectors.
  ///
  /// - Parameter weights: one an asset, not negative; equal ones where their sum is not positive.
  func alphas(_ assets: [Int32], weights: [Double]) -> Matrix {
    let total = weights.reduce(0, +)
    return Self.centered(
      Matrix(rowCount: assets.count, columnCount: count) { alpha[Int(assets[$0]) * count + $1] },
      weights: total > 0 ? weights.map { $0 / total } : weights.map { _ in 1 / Double(weights.count) })
  }

  private static func centered(_ values: Matrix, weights: [Double]) -> Matrix {
    var values = values
    let n = values.rowCount
    for column in 0..<values.columnCount {
      var mean = 0.0
      for row in 0..<n { mean += weights[row] * values.storage[column * n + row] }
      for row in 0..<n { values.storage[column * n + row] -= mean }
    }
    return values
  }
}
