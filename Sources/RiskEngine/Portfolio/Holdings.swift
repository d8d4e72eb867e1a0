/// The weights of one portfolio at one date.
///
/// Weights are fractions of the portfolio's value and need not sum to 1: what is missing is cash, and those of a
/// long-short portfolio may sum to 0.
public struct Holdings: Hashable, Sendable {
  /// The assets, codes of the panel's asset table; none twice.
  ///
  /// In the order of their ids' bytes where the holdings were made from rows. Sums over the assets of a model run in
  /// the order of the model's rows.
  public let assets: [Int32]
  /// The weight of each asset; finite, perhaps 0.
  public let weights: [Double]
  /// The number of rows that named an asset once more and were added to it.
  public let duplicateCount: Int

  /// Makes holdings from rows in any order; rows of one asset are summed, from the smallest weight to the largest, so
  /// that the order of the rows does not matter.
  ///
  /// - Parameters:
  ///   - assets: the asset of each row, a code.
  ///   - weights: the weight of each row.
  ///   - names: the asset table.
  /// - Throws: `PortfolioError.weightNotFinite`, for the first such row.
  /// - Complexity: O(h log h) comparisons of ids for h rows.
  public init(assets: [Int32], weights: [Double], names: IdentifierTable) throws(PortfolioError) {
    precondition(assets.count == weights.count, "\(weights.count) weights for \(assets.count) assets")
    for (asset, weight) in zip(assets, weights) where !weight.isFinite {
      throw .weightNotFinite(asset: names[asset], found: weight)
    }
    let order = assets.indices.sorted { left, right in
      let (a, b) = (assets[left], assets[right])
      return a == b ? weights[left] < weights[right] : IdentifierTable.precedes(names[a], names[b])
    }
    var kept = [Int32]()
    var sums = [Double]()
    for row in order {
      if kept.last == assets[row] {
        sums[sums.count - 1] += weights[row]
      } else {
        kept.append(assets[row])
        sums.append(weights[row])
      }
    }
    self.init(distinct: kept, weights: sums, duplicateCount: assets.count - kept.count)
  }

  /// Takes over assets of which none occurs twice.
  init(distinct assets: [Int32], weights: [Double], duplicateCount: Int = 0) {
    self.assets = assets
    self.weights = weights
    self.duplicateCount = duplicateCount
  }

  /// A portfolio that holds nothing.
  public static let empty = Holdings(distinct: [], weights: [])

  /// The number of assets.
  public var count: Int { assets.count }

  /// `Σ x`.
  public var netWeight: Double { weights.reduce(0, +) }

  /// `Σ |x|`.
  public var grossWeight: Double { weights.reduce(0) { $0 + abs($1) } }

  /// The holdings plus a multiple of others: first these assets in their order, then the others' new ones in theirs.
  public func adding(_ other: Holdings, scale: Double = 1) -> Holdings {
    var places = [Int32: Int](minimumCapacity: assets.count)
    for (place, asset) in assets.enumerated() { places[asset] = place }
    var (assets, weights) = (assets, weights)
    for (asset, weight) in zip(other.assets, other.weights) {
      if let place = places[asset] {
        weights[place] += scale * weight
      } else {
        assets.append(asset)
        weights.append(scale * weight)
      }
    }
    return Holdings(distinct: assets, weights: weights, duplicateCount: duplicateCount + other.duplicateCount)
  }

  /// `x − y`: the active weights against a benchmark.
  public func active(against benchmark: Holdings) -> Holdings { adding(benchmark, scale: -1) }
}

extension Holdings {
  /// The same assets with other weights.
  ///
  /// - Parameter weight: gives the new weight of an asset from its code and its weight; finite.
  public func reweighted(_ weight: (_ asset: Int32, _ weight: Double) -> Double) -> Holdings {
    Holdings(distinct: assets, weights: zip(assets, weights).map(weight), duplicateCount: duplicateCount)
  }
}
