/// A named set of half-lives and lags for one frequency of data.
public enum FactorCovarianceProfile: String, Hashable, Sendable, CaseIterable {
  /// Daily data, responsive: volatilities 84 periods and 5 lags, correlations 504 and 2, regime 42.
  ///
  /// The values are those of the short-horizon model in Menchero, Orr and Wang, *The Barra US Equity Model (USE4):
  /// Methodology Notes*, 2011, table 4.1.
  case short
  /// Daily data, stable: volatilities 252 periods and 5 lags, correlations 504 and 2, regime 168.
  ///
  /// The values are those of the long-horizon model in the same table.
  case long
  /// Weekly data: volatilities 26 periods and 1 lag, correlations 104 and 1, regime 9.
  ///
  /// A choice of this project.
  case weekly
  /// Monthly data: volatilities 36 periods, correlations 120, no lags, regime 6.
  ///
  /// A choice of this project, made on 49 industry portfolios, 1990 to 2023.
  case monthly

  /// The periods a year of the data that the profile is for: 252, 52 or 12.
  public var periodsPerYear: Int {
    switch self {
    case .short, .long: 252
    case .weekly: 52
    case .monthly: 12
    }
  }

  /// The settings.
  public var settings: FactorCovarianceSettings { FactorCovarianceSettings(profile: self) }
}
