/// How idio variances become regression weights: a copy of them is floored and shrunk; they themselves stay as they
/// are.
///
/// Without a floor an asset whose variance is estimated too low gets too much weight, fits the better for it, and is
/// estimated lower still.
public struct VarianceWeighting: Hashable, Sendable {
  /// The smallest variance, as a fraction of the median; default 0.01, a tenth of the median volatility.
  public var floor: Double
  /// The fraction `ρ` by which variances are moved to their mean; default 0.1 (Paleologo, *The Elements of
  /// Quantitative Investing*, 2025, section 6.4, advises shrinking toward the average).
  public var shrinkage: Double

  /// Makes a weighting.
  public init(floor: Double = 0.01, shrinkage: Double = 0.1) {
    self.floor = floor
    self.shrinkage = shrinkage
  }

  /// Throws where a number is outside its range.
  func validate() throws(FeasibleSettingsError) {
    guard floor >= 0, floor <= 1 else {
      throw .outOfRange(key: "idio.floor", found: floor, expected: "a fraction from 0 to 1")
    }
    guard shrinkage >= 0, shrinkage <= 1 else {
      throw .outOfRange(key: "idio.shrinkage", found: shrinkage, expected: "a fraction from 0 to 1")
    }
  }

  /// `(1 − ρ) v + ρ v̄` with `v` floored at `φ` times its median and `v̄` the mean after that; entries that are `nan`
  /// stay so.
  ///
  /// - Parameters:
  ///   - isOrdered: whether the order of the variances is one of their own, such as that of a period's rows; else `v̄`
  ///     is summed from the smallest on, so that it does not depend on the order.
  ///   - statistics: scratch.
  /// - Complexity: O(n) on average where they are ordered, else O(n log n).
  func weightVariances(
    _ variances: [Double], isOrdered: Bool, statistics: inout OrderStatistics
  ) -> [Double] {
    let known = variances.contains(where: \.isNaN) ? variances.filter { !$0.isNaN } : variances
    guard !known.isEmpty else { return variances }
    let least = floor > 0 ? floor * statistics.median(of: known.span) : 0
    var mean = 0.0
    if shrinkage > 0 { for value in isOrdered ? known : known.sorted() { mean += max(value, least) } }
    mean /= Double(known.count)
    let rest = shrinkage * mean
    let kept = 1 - shrinkage
    return variances.map { $0.isNaN ? $0 : kept * max($0, least) + rest }
  }
}
