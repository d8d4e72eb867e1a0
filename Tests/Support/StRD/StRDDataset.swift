public import LinAlg

/// A linear regression of the NIST Statistical Reference Datasets, with certified results.
///
/// Data and certified values, good to the 15 digits printed, from
/// https://www.itl.nist.gov/div898/strd/lls/lls.shtml, a work of the United States government in the public
/// domain.
public struct StRDDataset: Sendable {
  /// The name that NIST gives it.
  public let name: String
  /// `y`, a number an observation.
  public let responses: [Double]
  /// The regressors in columns, the intercept first where there is one.
  public let design: Matrix
  /// The certified coefficients.
  public let coefficients: [Double]
  /// The certified standard deviations of the coefficients.
  public let standardDeviations: [Double]
  /// The certified standard deviation of the residuals.
  public let residualStandardDeviation: Double
  /// The certified sum of squared residuals.
  public let residualSumOfSquares: Double
  /// The certified R².
  public let rSquared: Double

  /// All the datasets at hand.
  public static let all = [longley, filip, noInt1, noInt2, wampler1, wampler2, wampler3, wampler4, wampler5]

  /// Columns `1, x, x², …` up to a degree.
  static func polynomial(degree: Int, at points: [Double]) -> Matrix {
    Matrix(rowCount: points.count, columnCount: degree + 1) { row, power in
      // Wider than double, so that each power is rounded once.
      Double((0..<power).reduce(Extended(1)) { product, _ in product * Extended(points[row]) })
    }
  }

  /// Columns given one after another, behind one of ones where there is an intercept.
  static func columns(intercept: Bool, _ values: [Double], count: Int) -> Matrix {
    let rowCount = values.count / count
    let ones = intercept ? [Double](repeating: 1, count: rowCount) : []
    return Matrix(rowCount: rowCount, columnCount: count + (intercept ? 1 : 0), storage: ones + values)
  }
}

extension StRDDataset: CustomStringConvertible {
  /// The name that NIST gives it.
  public var description: String { name }
}
