/// Correlations of standardized idio returns of some assets with each other: where they are not those of independent
/// returns, a factor is missing.
public struct ResidualCorrelation: SavedState {
  /// The fewest common periods of a pair that counts.
  public static let minimumCount = 20

  private let assets: [Int32]
  /// The place of each asset code, -1 of those left out.
  private let places: [Int32]
  private var counts: [Int]
  private var products: [Double]
  private var squaresLeft: [Double]
  private var squaresRight: [Double]

  /// Makes correlations of some assets, none twice.
  ///
  /// - Complexity: four numbers a pair.
  public init(assets: [Int32]) {
    self.assets = assets
    var places = [Int32](repeating: -1, count: Int(assets.max() ?? -1) + 1)
    for (place, asset) in assets.enumerated() {
      precondition(places[Int(asset)] < 0, "asset \(asset) twice")
      places[Int(asset)] = Int32(place)
    }
    self.places = places
    let pairCount = assets.count * max(0, assets.count - 1) / 2
    counts = Array(repeating: 0, count: pairCount)
    products = Array(repeating: 0, count: pairCount)
    squaresLeft = products
    squaresRight = products
  }

  /// Takes in a period: codes of assets with their idio returns over forecast idio volatilities.
  ///
  /// - Complexity: O(k²) for k assets.
  public mutating func append(_ scores: [(asset: Int32, score: Double)]) {
    var values = [Double](repeating: .nan, count: assets.count)
    for (asset, score) in scores where Int(asset) < places.count && places[Int(asset)] >= 0 {
      values[Int(places[Int(asset)])] = score
    }
    var pair = 0
    for left in assets.indices.dropFirst() {
      guard values[left].isFinite else {
        pair += left
        continue
      }
      for right in 0..<left {
        if values[right].isFinite {
          counts[pair] += 1
          products[pair] += values[left] * values[right]
          squaresLeft[pair] += values[left] * values[left]
          squaresRight[pair] += values[right] * values[right]
        }
        pair += 1
      }
    }
  }

  /// What the correlations come to.
  public struct Summary: Hashable, Sendable {
    /// The number of pairs with enough common periods.
    public let pairCount: Int
    /// The mean magnitude of a pair's correlation, without subtracting means; `nan` without pairs.
    public let meanMagnitude: Double
    /// The same for independent returns: the mean of `√(2 / (π T))` over the pairs.
    public let expectedMagnitude: Double
    /// The mean correlation; 0 for independent returns.
    public let mean: Double
  }

  /// What the correlations come to.
  public var summary: Summary {
    var (count, magnitude, expected, sum) = (0, 0.0, 0.0, 0.0)
    for pair in counts.indices
    where counts[pair] >= Self.minimumCount && squaresLeft[pair] > 0 && squaresRight[pair] > 0 {
      let correlation = products[pair] / (squaresLeft[pair].squareRoot() * squaresRight[pair].squareRoot())
      count += 1
      sum += correlation
      magnitude += abs(correlation)
      expected += (2 / (Double.pi * Double(counts[pair]))).squareRoot()
    }
    guard count > 0 else {
      return Summary(pairCount: 0, meanMagnitude: .nan, expectedMagnitude: .nan, mean: .nan)
    }
    let n = Double(count)
    return Summary(pairCount: count, meanMagnitude: magnitude / n, expectedMagnitude: expected / n, mean: sum / n)
  }

  /// Writes the state.
  public func save(to writer: inout StateWriter) {
    writer.write(assets)
    for count in counts { writer.write(count) }
    writer.write(products)
    writer.write(squaresLeft)
    writer.write(squaresRight)
  }

  /// Reads what `save(to:)` wrote.
  public init(from reader: inout StateReader) throws(StateError) {
    self.init(assets: try reader.readInt32s())
    let pairCount = counts.count
    for pair in counts.indices { counts[pair] = try reader.readInt(in: 0..<Int.max, "a count") }
    products = try reader.readDoubles()
    squaresLeft = try reader.readDoubles()
    squaresRight = try reader.readDoubles()
    guard products.count == pairCount, squaresLeft.count == pairCount, squaresRight.count == pairCount else {
      throw reader.mismatch("\(pairCount) pairs")
    }
  }
}
