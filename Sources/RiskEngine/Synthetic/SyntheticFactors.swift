public import LinAlg

/// The true distribution of a synthetic market's factor returns, and its draws.
///
/// Factors come in the order market, industries, countries, styles. Factor returns before the constraint
/// are normal with covariance `D C D`, `C = corr(G Gᵀ + unique · I)`; then each group's weighted mean, with
/// the shares of the universe's caps at the first date, is taken off the group's factor returns.
///
/// At other dates the shares differ, so what a period uses is this return moved to the constraint of that
/// period, as `ZeroSumConstraint` does; where caps and universe are constant nothing moves but rounding.
public struct SyntheticFactors: Sendable {
  /// For each factor its mean a period, as a fraction.
  public let means: [Double]
  /// The covariance a period in the calm regime, of order `means.count`; singular, by one constraint a group.
  public let covariance: SymmetricMatrix
  /// For each group the positions of its factors.
  public let groupRanges: [Range<Int>]
  /// The positions of the styles' factors.
  public let styleRange: Range<Int>

  /// For each group the shares of its labels in the constraint.
  private let shares: [[Double]]
  /// The rows of `D G` and the unique deviations, both scaled to the factor's volatility a period.
  private let commonLoadings: [[Double]]
  private let uniqueDeviations: [Double]
  private let movingAverage: Double
  private let stream: RandomStream

  /// Draws the structure.
  ///
  /// - Parameter shares: for each group the shares of its labels in the caps of the universe at the first date.
  /// - Complexity: O(m² q) for m factors and q common ones.
  init(_ configuration: SyntheticConfiguration, shares: [[Double]]) {
    let factors = configuration.factors
    let count = configuration.factorCount
    var ranges = [Range<Int>]()
    var start = 1
    for group in shares {
      ranges.append(start..<start + group.count)
      start += group.count
    }
    groupRanges = ranges
    styleRange = start..<count
    self.shares = shares
    movingAverage = factors.movingAverage
    stream = SyntheticStream.factorReturn.stream(seed: configuration.seed)

    let annual = Self.annualVolatilities(configuration)
    let periods = Double(configuration.periodsPerYear)
    let structure = SyntheticStream.factorStructure.stream(seed: configuration.seed)
    var loadings = [[Double]]()
    var unique = [Double]()
    for (factor, volatility) in annual.enumerated() {
      var row = [Double](repeating: 0, count: factors.commonFactorCount)
      structure.fillNormals(&row, id: UInt32(factor), date: 0)
      let length = (row.reduce(factors.uniqueVariance) { $0 + $1 * $1 }).squareRoot()
      let scale = volatility / periods.squareRoot() / length
      loadings.append(row.map { $0 * scale })
      unique.append(factors.uniqueVariance.squareRoot() * scale)
    }
    commonLoadings = loadings
    uniqueDeviations = unique

    let sharpe = SyntheticStream.factorMean.stream(seed: configuration.seed)
    var means = annual.indices.map { factor in
      let uniform = sharpe.uniform(draw: 0, id: UInt32(factor), date: 0)
      return (2 * uniform - 1) * factors.sharpeRatioBound * annual[factor] / periods
    }
    Self.takeOffMeans(of: &means, ranges: ranges, shares: shares)
    self.means = means

    covariance = Self.constrainedCovariance(
      commonLoadings: loadings, uniqueDeviations: unique, ranges: ranges, shares: shares)
  }

  /// `P D C D Pᵀ`, where `P` takes each group's weighted mean off the group's entries: off rows, then off columns.
  private static func constrainedCovariance(
    commonLoadings: [[Double]], uniqueDeviations: [Double], ranges: [Range<Int>], shares: [[Double]]
  ) -> SymmetricMatrix {
    let count = uniqueDeviations.count
    var rows = [[Double]]()
    for first in 0..<count {
      var row = [Double](repeating: 0, count: count)
      for second in 0..<count {
        for (left, right) in zip(commonLoadings[first], commonLoadings[second]) { row[second] += left * right }
      }
      row[first] += uniqueDeviations[first] * uniqueDeviations[first]
      takeOffMeans(of: &row, ranges: ranges, shares: shares)
      rows.append(row)
    }
    for column in 0..<count {
      var entries = rows.map { $0[column] }
      takeOffMeans(of: &entries, ranges: ranges, shares: shares)
      for row in 0..<count { rows[row][column] = entries[row] }
    }
    return SymmetricMatrix(order: count) { rows[$0][$1] }
  }

  /// Factor returns of a period, with each group's constraint at the shares of the first date.
  ///
  /// - Parameter multiplier: of volatilities, from the regime.
  /// - Complexity: O(m q).
  func returns(at period: Int, multiplier: Double) -> [Double] {
    var returns = innovations(at: period)
    if movingAverage != 0 {
      let earlier = innovations(at: period - 1)
      let scale = 1 / (1 + movingAverage * movingAverage).squareRoot()
      for factor in returns.indices {
        returns[factor] = (returns[factor] + movingAverage * earlier[factor]) * scale
      }
    }
    Self.takeOffMeans(of: &returns, ranges: groupRanges, shares: shares)
    for factor in returns.indices { returns[factor] = means[factor] + multiplier * returns[factor] }
    return returns
  }

  /// Independent normal numbers with the covariance of a period before the constraint.
  private func innovations(at period: Int) -> [Double] {
    let commonCount = commonLoadings[0].count
    var normals = [Double](repeating: 0, count: commonCount + uniqueDeviations.count)
    stream.fillNormals(&normals, id: 0, date: UInt32(period))
    return uniqueDeviations.indices.map { factor in
      var sum = uniqueDeviations[factor] * normals[commonCount + factor]
      for common in 0..<commonCount { sum += commonLoadings[factor][common] * normals[common] }
      return sum
    }
  }

  /// Subtracts from each group's entries their weighted mean.
  private static func takeOffMeans(of values: inout [Double], ranges: [Range<Int>], shares: [[Double]]) {
    for (range, shares) in zip(ranges, shares) {
      let mean = zip(range, shares).reduce(0) { $0 + values[$1.0] * $1.1 }
      for factor in range { values[factor] -= mean }
    }
  }

  /// The volatility of each factor a year.
  private static func annualVolatilities(_ configuration: SyntheticConfiguration) -> [Double] {
    let factors = configuration.factors
    let last = Double(max(configuration.styleCount - 1, 1))
    let step = PortableMath.log(factors.lastStyleVolatility / factors.firstStyleVolatility) / last
    return [factors.marketVolatility]
      + Array(repeating: factors.industryVolatility, count: configuration.industryCount)
      + Array(repeating: factors.countryVolatility, count: configuration.countryCount)
      + (0..<configuration.styleCount).map { factors.firstStyleVolatility * PortableMath.exp(step * Double($0)) }
  }
}
