internal import LinAlg

/// The correlation over assets of a factor's loadings with the returns that follow, period by period.
public struct InformationCoefficient: SavedState {
  /// Which correlation.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Of the numbers themselves.
    case pearson
    /// Of their ranks, ties sharing the mean of theirs; takes no weights.
    case rank
  }

  /// The fewest periods of which anything is said.
  public static let minimumCount = 20

  /// Which correlation.
  public let kind: Kind
  private var values = RunningMoments()
  private var expectedErrors = RunningMoments()

  /// Makes a coefficient of no periods.
  public init(_ kind: Kind = .pearson) {
    self.kind = kind
  }

  /// Takes in a period.
  ///
  /// - Parameters:
  ///   - loadings: the loading of each asset known before the period; `nan` is missing.
  ///   - returns: the return of each over the period; `nan` is missing.
  ///   - weights: a weight for each, not negative, for Pearson's; `nil` for equal ones.
  /// - Returns: the coefficient of the period; `nan`, and not taken in, where fewer than three assets have both or one
  ///   side does not vary.
  /// - Complexity: O(n), and O(n log n) for ranks.
  @discardableResult
  public mutating func append(loadings: [Double], returns: [Double], weights: [Double]? = nil) -> Double {
    precondition(loadings.count == returns.count, "\(loadings.count) loadings and \(returns.count) returns")
    precondition(weights == nil || kind == .pearson, "rank correlations take no weights")
    precondition((weights?.count ?? returns.count) == returns.count, "\(weights?.count ?? 0) weights")
    let kept = returns.indices.filter { loadings[$0].isFinite && returns[$0].isFinite && (weights?[$0] ?? 1) > 0 }
    guard kept.count >= 3 else { return .nan }
    var x = kept.map { loadings[$0] }
    var y = kept.map { returns[$0] }
    if kind == .rank {
      x = Self.ranks(x)
      y = Self.ranks(y)
    }
    let value = Self.correlation(x, y, weights: weights.map { weights in kept.map { weights[$0] } })
    guard !value.isNaN else { return .nan }
    values.append(value)
    expectedErrors.append(1 / Double(kept.count - 1).squareRoot())
    return value
  }

  /// The number of periods.
  public var count: Int { values.count }

  /// The mean over periods; `nan` of too few.
  public var mean: Double { hasEnough ? values.mean : .nan }

  /// The standard deviation over periods; `nan` of too few.
  public var standardDeviation: Double { hasEnough ? values.standardDeviation : .nan }

  /// The mean of `1/√(n − 1)`: the standard deviation of one period's coefficient without a relation.
  public var expectedDeviation: Double { hasEnough ? expectedErrors.mean : .nan }

  /// `√p` mean / standard deviation, for `p` periods a year; `nan` of too few and where the coefficient does not vary.
  public func informationRatio(periodsPerYear: Int) -> Double {
    guard hasEnough, values.standardDeviation > 0 else { return .nan }
    return Double(periodsPerYear).squareRoot() * values.mean / values.standardDeviation
  }

  private var hasEnough: Bool { values.count >= Self.minimumCount }

  private static func correlation(_ x: [Double], _ y: [Double], weights: [Double]?) -> Double {
    let w = weights ?? Array(repeating: 1, count: x.count)
    let total = SampleSums.sum(w.span)
    let centers = (SampleSums.product(w.span, x.span) / total, SampleSums.product(w.span, y.span) / total)
    let dx = x.map { $0 - centers.0 }
    let dy = y.map { $0 - centers.1 }
    let squares = (
      SampleSums.product(w.span, dx.span, dx.span), SampleSums.product(w.span, dy.span, dy.span)
    )
    // Equal numbers have deviations of a rounding of their mean.
    let noise = (
      total * Self.squared(4 * Double.ulpOfOne * centers.0), total * Self.squared(4 * Double.ulpOfOne * centers.1)
    )
    guard squares.0 > noise.0, squares.1 > noise.1 else { return .nan }
    return SampleSums.product(w.span, dx.span, dy.span) / (squares.0.squareRoot() * squares.1.squareRoot())
  }

  private static func squared(_ x: Double) -> Double { x * x }

  /// Ranks from 1, equal numbers sharing the mean of theirs.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }

  /// Writes the state.
  public func save(to writer: inout StateWriter) {
    writer.write(kind.rawValue)
    values.save(to: &writer)
    expectedErrors.save(to: &writer)
  }

  /// Reads what `save(to:)` wrote.
  public init(from reader: inout StateReader) throws(StateError) {
    guard let kind = Kind(rawValue: try reader.readString()) else { throw reader.mismatch("a kind of correlation") }
    self.kind = kind
    values = try RunningMoments(from: &reader)
    expectedErrors = try RunningMoments(from: &reader)
  }
}
