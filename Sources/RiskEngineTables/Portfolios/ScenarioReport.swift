internal import RiskEngine

/// What a scenario does to a portfolio, as fractions.
public struct ScenarioReport: Hashable, Sendable {
  /// What a factor makes of it.
  public struct Contribution: Hashable, Sendable {
    /// The position of the factor in the model.
    public var factor: Int
    /// The factor's return: assumed or expected, or the sum of the window's.
    public var factorReturn: Double
    /// The portfolio's loading times that return.
    public var contribution: Double
  }

  /// The scenario.
  public var request: ScenarioRequest
  /// The return of the portfolio's factors: expected given the shocks, or compounded over the window; `nan` of a stress.
  public var `return` = Double.nan
  /// The same of the portfolio less its benchmark; `nan` without one.
  public var activeReturn = Double.nan
  /// The volatility a year: what remains given the shocks, or under the stress; `nan` of a replay.
  public var volatility = Double.nan
  /// The tracking error a year under the same; `nan` without a benchmark.
  public var trackingError = Double.nan
  /// The probability that normal factor returns over the model's horizon are shocked at least as much in these directions;
  /// `nan` of other scenarios.
  public var tailProbability = Double.nan
  /// The replayed periods.
  public var periodCount = 0
  /// Those of them in which a factor that the portfolio loads on had no return.
  public var incompleteCount = 0
  /// By factor, in the model's order; empty of a stress.
  public var contributions: [Contribution] = []
}
