/// The central moments of a sample up to the fourth, taken in one number at a time.
///
/// Sums of powers of deviations are updated without a difference of large numbers (Welford, 1962; for the third and the
/// fourth: Pébay, Sandia report SAND2008-6212, 2008). Equal numbers leave every one of them exactly 0.
public struct RunningMoments: Hashable, SavedState {
  /// The number of numbers.
  public private(set) var count = 0
  /// Their mean; 0 of none.
  public private(set) var mean = 0.0
  /// `Σ (x − x̄)²`.
  public private(set) var squares = 0.0
  /// `Σ (x − x̄)³`.
  public private(set) var cubes = 0.0
  /// `Σ (x − x̄)⁴`.
  public private(set) var fourthPowers = 0.0

  /// Makes the moments of no numbers.
  public init() {}

  /// Makes the moments of some numbers; NaN is a missing one and is left out.
  public init(_ values: some Sequence<Double>) {
    for value in values where !value.isNaN { append(value) }
  }

  /// Takes in a number.
  ///
  /// - Precondition: it is not NaN.
  public mutating func append(_ x: Double) {
    precondition(!x.isNaN, "a missing number among moments")
    let before = Double(count)
    count += 1
    let n = Double(count)
    let deviation = x - mean
    let step = deviation / n
    let squaredStep = step * step
    let term = deviation * step * before
    mean += step
    fourthPowers += term * squaredStep * (n * n - 3 * n + 3) + 6 * squaredStep * squares - 4 * step * cubes
    cubes += term * step * (n - 2) - 3 * step * squares
    squares += term
  }

  /// `Σ (x − x̄)² / (n − 1)`; `nan` of fewer than two numbers.
  public var variance: Double { count > 1 ? squares / Double(count - 1) : .nan }

  /// The root of `variance`.
  public var standardDeviation: Double { variance.squareRoot() }

  /// `m₃ / m₂^(3/2)` with `m_k = Σ (x − x̄)ᵏ / n`; `nan` where all numbers are equal.
  public var skewness: Double {
    guard squares > 0 else { return .nan }
    let n = Double(count)
    return (cubes / n) / ((squares / n) * (squares / n).squareRoot())
  }

  /// `m₄ / m₂²`, 3 for the normal distribution; `nan` where all numbers are equal.
  public var kurtosis: Double {
    guard squares > 0 else { return .nan }
    return Double(count) * (fourthPowers / squares) / squares
  }

  /// Writes the state.
  public func save(to writer: inout StateWriter) {
    writer.write(count)
    for value in [mean, squares, cubes, fourthPowers] { writer.write(value) }
  }

  /// Reads what `save(to:)` wrote.
  public init(from reader: inout StateReader) throws(StateError) {
    count = try reader.readInt(in: 0..<Int.max, "a count")
    mean = try reader.readDouble()
    squares = try reader.readDouble()
    cubes = try reader.readDouble()
    fourthPowers = try reader.readDouble()
  }
}
