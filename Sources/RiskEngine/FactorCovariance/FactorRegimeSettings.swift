/// How the level of a factor covariance follows the volatility of the latest periods.
public struct FactorRegimeSettings: Hashable, Sendable {
  /// Which scores measure the level.
  public enum Form: String, Hashable, Sendable, CaseIterable {
    /// `f_k / σ_k` of each factor (Menchero, Orr and Wang, *The Barra US Equity Model (USE4): Methodology Notes*, 2011,
    /// equations 4.3 to 4.5).
    case bias
    /// `C^(−½) V⁻¹ f`: the same after decorrelation, so that factors that move together count once (Paleologo, *The
    /// Elements of Quantitative Investing*, 2025, section 6.3.3).
    case decorrelated
  }

  /// Which scores.
  ///
  /// Default `bias`.
  public var form = Form.bias
  /// The half-life of the average, in periods.
  public var halfLife: Double
  /// The largest squared score that counts as what it is.
  ///
  /// Default 100, a choice of this project.
  public var clip = 100.0
  /// The number of periods that a factor needs before it has a score, and that have to have scores before the level
  /// is moved.
  ///
  /// Default 21, a choice of this project.
  public var minimumCount = 21

  /// Makes settings.
  public init(halfLife: Double) {
    self.halfLife = halfLife
  }
}
