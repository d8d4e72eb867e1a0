internal import LinAlg

/// The forecasts of one period with what came of them.
struct PeriodForecasts: Sendable {
  /// The forecast for one portfolio.
  struct Forecast: Sendable {
    var portfolio: TestPortfolio
    /// `xᵀΩ_r x` over the horizon.
    var variance: Double
    /// `xᵀΩ_ε x`; `nan` where it is not known.
    var idioVariance: Double
    /// `xᵀr`.
    var realized: Double
    /// `xᵀe`; `nan` where it is not known.
    var idioReturn: Double
  }

  /// The end of the period.
  var date: CalendarDate
  /// What was forecast.
  var forecasts: [Forecast] = []
  /// The number of assets with a forecast and a return.
  var assetCount = 0
  /// `rᵀΩ_r⁻¹r`; `nan` where there is none.
  var squaredLength = Double.nan
  /// `ln |Ω_r|`.
  var logDeterminant = Double.nan
  /// For each asset its idio return over its forecast idio volatility, with the asset's code.
  var idioScores: [(asset: Int32, score: Double)] = []
  /// For each asset with a return: its code, the forecast loading on the index, and the return; empty without an index.
  var betas: [(asset: Int32, beta: Double, return: Double)] = []
  /// The return of the index; `nan` without one.
  var indexReturn = Double.nan
  /// Families that are wanted and that the period does not allow.
  var skipped: Set<TestFamily> = []
}
