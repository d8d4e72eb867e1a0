/// Which kind of portfolio a risk forecast is tested on.
public enum TestFamily: String, Hashable, Sendable, CaseIterable {
  /// The factor returns of the regression themselves, beside a forecast made for them.
  case factorReturns = "factor returns"
  /// Portfolios of least idio variance that mimic one factor each.
  case factorPortfolios = "factor portfolios"
  /// Each asset alone.
  case assets
  /// All assets by market capitalization.
  case index
  /// The assets of each label of each group, by market capitalization.
  case labels
  /// Random portfolios that hold no asset short.
  case randomLong = "random long-only"
  /// Random portfolios whose holdings sum to zero.
  case randomNeutral = "random dollar-neutral"
  /// Portfolios of least idio variance with the loadings of the eigenvectors of `F`.
  case factorEigen = "eigen-portfolios of F"
  /// The leading eigenvectors of `Ω_r`.
  case assetEigen = "eigen-portfolios of the assets"
  /// The fully invested portfolio of least variance.
  case minimumVariance = "minimum variance"
  /// Portfolios of least variance for expected returns that are random, and the same in every period.
  case optimized = "random-alpha optimized"
  /// The portfolio of least variance for expected returns that are the later returns; tests the inverse of `Ω_r`.
  case leadingAlpha = "leading alpha"
  /// Portfolios of the caller's.
  case custom

  /// The families that need nothing but a model and returns.
  public static let standard: Set<TestFamily> = Set(allCases).subtracting([.leadingAlpha])

  /// Whether portfolios are named by numbers.
  var isNumbered: Bool {
    switch self {
    case .randomLong, .randomNeutral, .factorEigen, .assetEigen, .optimized: true
    case .factorReturns, .factorPortfolios, .assets, .index, .labels, .minimumVariance, .leadingAlpha, .custom: false
    }
  }

  /// The place among all families.
  var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
