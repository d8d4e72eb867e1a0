/// A named set of defaults for a synthetic market, from a noiseless one to one with all that real markets have.
public enum SyntheticMode: String, CaseIterable, Codable, Sendable {
  /// No idio returns: factor returns are recovered to rounding. Caps follow returns.
  case exact
  /// Normal returns with constant covariances, no missing value, no births or deaths, constant caps: the
  /// mode for sharp statistical tests. Style loadings move.
  case gaussStatic = "gauss_static"
  /// `gaussStatic` with returns and loadings missing completely at random.
  case gaussMissing = "gauss_missing"
  /// Volatility regimes, heavy tails, births and deaths, delisting losses, halts, earnings jumps, paired
  /// share lines, missing values, assets outside the estimation universe, caps that follow returns.
  case full
}
