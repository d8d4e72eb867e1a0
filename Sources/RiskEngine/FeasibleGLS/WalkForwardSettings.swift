/// The numbers of a walk forward.
public struct WalkForwardSettings: Hashable, Sendable {
  /// The half-life of idio variances, in observations of the asset; default 84 (Menchero, Orr and Wang, *The Barra US
  /// Equity Model (USE4)*, 2011, Table 5.1).
  ///
  /// Infinite: variances never move.
  public var halfLife: Double
  /// What squared idio returns are divided by; default `leverage`.
  public var divisor: IdioDivisor
  /// How variances become weights.
  public var weighting: VarianceWeighting
  /// The largest leverage of an observation that counts; default 0.9.
  ///
  /// 1 lets all count.
  public var leverageGuard: Double
  /// The most periods for which an asset may be absent and keep its variance; default 63.
  public var longestAbsence: Int
  /// Whether to compute the errors of the factor returns of each period; default no.
  public var computesErrors: Bool

  /// Makes settings.
  public init(
    halfLife: Double = 84, divisor: IdioDivisor = .leverage, weighting: VarianceWeighting = VarianceWeighting(),
    leverageGuard: Double = 0.9, longestAbsence: Int = 63, computesErrors: Bool = false
  ) {
    self.halfLife = halfLife
    self.divisor = divisor
    self.weighting = weighting
    self.leverageGuard = leverageGuard
    self.longestAbsence = longestAbsence
    self.computesErrors = computesErrors
  }

  /// `λ`.
  var decay: Double { ExponentialWeights.decay(halfLife: halfLife) }

  /// A regression as each step of a walk needs it: with leverage.
  ///
  /// Throws where a number of the settings is outside its range, and for a robust loss.
  func prepared(_ regression: CrossSectionalRegression) throws(FeasibleSettingsError) -> CrossSectionalRegression {
    try validate()
    try IteratedEstimation.requireSquares(regression)
    var prepared = regression
    prepared.computesLeverage = true
    return prepared
  }

  /// Throws where a number is outside its range.
  private func validate() throws(FeasibleSettingsError) {
    try weighting.validate()
    guard halfLife > 0 else {
      throw .outOfRange(key: "idio.variance.half_life", found: halfLife, expected: "a positive number of periods")
    }
    guard leverageGuard > 0, leverageGuard <= 1 else {
      throw .outOfRange(key: "idio.leverage_guard", found: leverageGuard, expected: "a number above 0, at most 1")
    }
    guard longestAbsence >= 0, longestAbsence < Int(Int32.max) else {
      throw .outOfRange(
        key: "idio.longest_absence", found: Double(longestAbsence), expected: "a count of at least 0")
    }
  }
}
