/// How a factor covariance is estimated from factor returns.
///
/// Every half-life, lag and count is in periods of the data.
public struct FactorCovarianceSettings: Hashable, Sendable {
  /// How one-period covariances become those of the horizon of `H` periods.
  public enum Aggregation: String, Hashable, Sendable, CaseIterable {
    /// `H (Γ₀ + Σ (1 − l/(L+1)) (Γ_l + Γ_lᵀ))`: positive semidefinite.
    case scaled
    /// `H Γ₀ + Σ (H − l) (Γ_l + Γ_lᵀ)`: the variance of a sum of `H` periods where autocovariances vanish beyond `L`; may
    /// be indefinite, and then is repaired.
    case exact
  }

  /// What pulls the correlations towards a simpler shape.
  public enum Shrinkage: String, Hashable, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// The identity, with the intensity of Ledoit and Wolf (2004).
    case identity
    /// Equal correlations, with the intensity of Ledoit and Wolf (2004).
    case constantCorrelation = "constant-correlation"
    /// Each eigenvalue for itself: Ledoit and Wolf (2020).
    case nonlinear
  }

  /// What is done where factors have no return.
  public enum Missing: String, Hashable, Sendable, CaseIterable {
    /// Expectation maximization that goes forward: a missing return becomes its conditional mean, given the others of the
    /// period and the periods before, once and for all, and the covariance of its error is counted.
    ///
    /// A period costs the same whatever came before. What a factor would have had before its first return is told by its
    /// regression on the others since.
    case em
    /// Expectation maximization over the whole history, anew for each date: the maximum of the likelihood of normal
    /// returns.
    ///
    /// Later periods also tell what earlier gaps were, which matters while a history is short. The history is kept, and
    /// once there was a gap a date costs O(T m²) and tens of iterations: about a hundred times as much.
    case emBatch = "em-batch"
    /// Each pair of factors on the periods that have both.
    case available
  }

  /// How an indefinite correlation matrix is repaired.
  public enum Repair: String, Hashable, Sendable, CaseIterable {
    /// Negative eigenvalues are raised.
    case clip
    /// The nearest correlation matrix (Higham, 2002).
    case higham
  }

  /// The periods a year of the data that the settings are for.
  public var periodsPerYear: Int
  /// Half-life and lags of the volatilities.
  public var variance: FactorMoment
  /// Half-life and lags of the correlations.
  public var correlation: FactorMoment
  /// `H`: the horizon in periods.
  ///
  /// A month: 21 periods of daily data, 13/3 of weekly, 1 of monthly.
  public var horizon: Double
  /// How covariances are brought to the horizon.
  ///
  /// Default `scaled`.
  public var aggregation = Aggregation.scaled
  /// Whether the noise of the regressions is taken out, where it is known.
  ///
  /// Default true.
  public var removesNoise = true
  /// The least share of a variance that is left when noise is taken out.
  ///
  /// Default 0.1, a choice of this project.
  public var leastShare = 0.1
  /// The adjustment of eigenvalues; `nil` for none.
  public var eigenfactor: EigenfactorSettings? = EigenfactorSettings()
  /// The adjustment of the level; `nil` for none.
  public var regime: FactorRegimeSettings?
  /// Shrinkage of the correlations; needs correlations without lags.
  ///
  /// Default `none`.
  public var shrinkage = Shrinkage.none
  /// What is done where factors have no return.
  ///
  /// Default `em`.
  public var missing = Missing.em
  /// How an indefinite correlation matrix is repaired.
  ///
  /// Default `clip`.
  public var repair = Repair.clip
  /// The number of returns from which a factor's variance stands on its own.
  ///
  /// Daily 63, weekly 26, monthly 24.
  public var minimumVarianceCount: Int
  /// The number of common returns from which a correlation stands on its own.
  ///
  /// Daily 252, weekly 52, monthly 36.
  public var minimumCorrelationCount: Int

  /// The settings of a profile.
  public init(profile: FactorCovarianceProfile) {
    periodsPerYear = profile.periodsPerYear
    switch profile {
    case .short, .long:
      variance = FactorMoment(halfLife: profile == .short ? 84 : 252, lags: 5)
      correlation = FactorMoment(halfLife: 504, lags: 2)
      horizon = 21
      regime = FactorRegimeSettings(halfLife: profile == .short ? 42 : 168)
      (minimumVarianceCount, minimumCorrelationCount) = (63, 252)
    case .weekly:
      variance = FactorMoment(halfLife: 26, lags: 1)
      correlation = FactorMoment(halfLife: 104, lags: 1)
      horizon = 13.0 / 3
      regime = FactorRegimeSettings(halfLife: 9)
      (minimumVarianceCount, minimumCorrelationCount) = (26, 52)
      eigenfactor?.lengthStep = 13
    case .monthly:
      variance = FactorMoment(halfLife: 36, lags: 0)
      correlation = FactorMoment(halfLife: 120, lags: 0)
      horizon = 1
      regime = FactorRegimeSettings(halfLife: 6)
      (minimumVarianceCount, minimumCorrelationCount) = (24, 36)
      eigenfactor?.lengthStep = 12
    }
  }

  /// `k_l`: the weights of the autocovariances of lags 0 to `L` in a one-period covariance.
  func lagWeights(_ moment: FactorMoment) -> [Double] {
    switch aggregation {
    case .scaled: NeweyWest.lagWeights(lags: moment.lags)
    case .exact: (0...moment.lags).map { 1 - Double($0) / horizon }
    }
  }
}
