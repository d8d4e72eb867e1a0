/// The structural model of one date: the logarithms of time-series volatilities regressed on loadings.
public struct StructuralFit: Hashable, Sendable {
  /// What became of the regression.
  public enum Outcome: String, Hashable, Sendable, CaseIterable {
    /// Every factor took part.
    case estimated
    /// Fewer than two reliable assets a factor: only a constant and the logarithm of the cap took part.
    case sizeOnly = "size only"
    /// Fewer than 20 reliable assets: there is no structural model.
    case tooFewAssets = "too few assets"
  }

  /// What became of the regression.
  public var outcome: Outcome
  /// The reliable assets that were regressed.
  public var assetCount: Int
  /// For each group the codes of the labels that have a reliable member, by bytes; empty unless `estimated`.
  public var labels: [[Int32]] = []
  /// `b`, in the order of `PeriodRegression.factorReturns`: of `ln σ` for the horizon; the constant and the coefficient of
  /// the logarithm of the cap where `sizeOnly`.
  public var coefficients: [Double] = []
  /// `E₀`: the weighted mean of `σ^TS e^(−X b)` over the assets regressed (Duan, *Journal of the American Statistical
  /// Association* 78, 1983).
  public var smearing = 1.0
}
