/// Means, variances and the covariance of pairs of numbers, taken in one pair at a time (Welford, 1962).
public struct RunningCovariance: Hashable, SavedState {
  /// The number of pairs.
  public private(set) var count = 0
  /// The mean of the first numbers; 0 of none.
  public private(set) var meanX = 0.0
  /// The mean of the second numbers; 0 of none.
  public private(set) var meanY = 0.0
  /// `Σ (x − x̄)²`.
  public private(set) var squaresX = 0.0
  /// `Σ (y − ȳ)²`.
  public private(set) var squaresY = 0.0
  /// `Σ (x − x̄)(y − ȳ)`.
  public private(set) var products = 0.0

  /// Makes the moments of no pairs.
  public init() {}

  /// Takes in a pair, neither of them NaN.
  public mutating func append(_ x: Double, _ y: Double) {
    precondition(!x.isNaN && !y.isNaN, "a missing number among moments")
    count += 1
    let n = Double(count)
    let (dx, dy) = (x - meanX, y - meanY)
    meanX += dx / n
    meanY += dy / n
    squaresX += dx * (x - meanX)
    squaresY += dy * (y - meanY)
    products += dx * (y - meanY)
  }

  /// `Σ (x − x̄)(y − ȳ) / Σ (x − x̄)²`: the slope of `y` on `x`; `nan` where all `x` are equal.
  public var slope: Double { squaresX > 0 ? products / squaresX : .nan }

  /// `ȳ − slope x̄`.
  public var intercept: Double { meanY - slope * meanX }

  /// The correlation; `nan` where all numbers of a side are equal.
  public var correlation: Double {
    squaresX > 0 && squaresY > 0 ? products / (squaresX.squareRoot() * squaresY.squareRoot()) : .nan
  }

  /// Writes the state.
  public func save(to writer: inout StateWriter) {
    writer.write(count)
    for value in [meanX, meanY, squaresX, squaresY, products] { writer.write(value) }
  }

  /// Reads what `save(to:)` wrote.
  public init(from reader: inout StateReader) throws(StateError) {
    count = try reader.readInt(in: 0..<Int.max, "a count")
    meanX = try reader.readDouble()
    meanY = try reader.readDouble()
    squaresX = try reader.readDouble()
    squaresY = try reader.readDouble()
    products = try reader.readDouble()
  }
}
