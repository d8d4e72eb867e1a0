/// Losses of variance forecasts, summed over periods.
///
/// Both rank forecasts in the same order as the unobservable variances would (Patton, *Journal of Econometrics* 160, 2011).
public struct ForecastLoss: Hashable, SavedState {
  /// Returns of a smaller magnitude are left out of the level of QLIKE, whose logarithm they would dominate.
  public static let smallestReturn = 1e-8

  /// The number of periods.
  public private(set) var count = 0
  /// The number of periods whose return is large enough for QLIKE.
  public private(set) var countOfLevel = 0
  private var levelSum = 0.0
  private var comparisonSum = 0.0
  private var squareSum = 0.0

  /// Makes losses of no periods.
  public init() {}

  /// `R²/σ̂² − ln(R²/σ̂²) − 1`, at least 0; `nan` of a return of 0.
  public static func quasiLikelihood(return r: Double, variance: Double) -> Double {
    guard r != 0 else { return .nan }
    let ratio = r * r / variance
    return ratio - PortableMath.log(ratio) - 1
  }

  /// `ln σ̂² + R²/σ̂²`: what differs between forecasts of one return, with nothing to leave out.
  public static func comparison(return r: Double, variance: Double) -> Double {
    PortableMath.log(variance) + r * r / variance
  }

  /// Takes in a period.
  ///
  /// - Precondition: the variance is positive, and both numbers are finite.
  public mutating func append(return r: Double, variance: Double) {
    precondition(variance > 0 && variance < .infinity && r.isFinite, "a return of \(r), a variance of \(variance)")
    count += 1
    comparisonSum += Self.comparison(return: r, variance: variance)
    squareSum += (r * r - variance) * (r * r - variance)
    guard abs(r) >= Self.smallestReturn else { return }
    countOfLevel += 1
    levelSum += Self.quasiLikelihood(return: r, variance: variance)
  }

  /// The mean of `R²/σ̂² − ln(R²/σ̂²) − 1`; 1.2704 for a right forecast of normal returns.
  public var quasiLikelihood: Double { countOfLevel > 0 ? levelSum / Double(countOfLevel) : .nan }

  /// The mean of `z² − ln z²`, which is QLIKE and 1; 2.2704 for a right forecast of normal returns.
  public var qStatistic: Double { quasiLikelihood + 1 }

  /// The mean of `ln σ̂² + R²/σ̂²`.
  public var comparison: Double { count > 0 ? comparisonSum / Double(count) : .nan }

  /// The mean of `(R² − σ̂²)²`.
  public var meanSquaredError: Double { count > 0 ? squareSum / Double(count) : .nan }

  /// Writes the state.
  public func save(to writer: inout StateWriter) {
    writer.write(count)
    writer.write(countOfLevel)
    for value in [levelSum, comparisonSum, squareSum] { writer.write(value) }
  }

  /// Reads what `save(to:)` wrote.
  public init(from reader: inout StateReader) throws(StateError) {
    count = try reader.readInt(in: 0..<Int.max, "a count")
    countOfLevel = try reader.readInt(in: 0..<Int.max, "a count")
    levelSum = try reader.readDouble()
    comparisonSum = try reader.readDouble()
    squareSum = try reader.readDouble()
  }
}
