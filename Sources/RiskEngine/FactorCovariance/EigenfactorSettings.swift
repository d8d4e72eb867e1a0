/// How biases of the eigenvalues of a factor covariance are simulated and taken out.
public struct EigenfactorSettings: Hashable, Sendable {
  /// What is made of the simulated biases.
  public enum Mode: Hashable, Sendable {
    /// `γ(k) = v(k)`.
    case simulated
    /// `γ(k) = a (p(k) − 1) + 1`, with `p` the parabola fitted to `v` without its first fifth.
    case scaled(amplification: Double)

    /// The scaled mode with `a = 1.4`, the value of Menchero, Orr and Wang, *The Barra US Equity Model (USE4):
    /// Methodology Notes*, 2011, appendix B.
    public static let scaled = Mode.scaled(amplification: 1.4)
  }

  /// How histories are simulated.
  public enum Form: String, Hashable, Sendable, CaseIterable {
    /// Each history period by period, with weights and lags: exact.
    case full
    /// The sample covariance alone, Wishart with matching first two moments: faster, and too low or too high by a few
    /// tenths of a percent for few factors.
    case wishart
  }

  /// The number of simulated histories.
  ///
  /// Default 1000, a choice of this project.
  public var simulations = 1000
  /// The seed of the draws.
  ///
  /// Default 1.
  public var seed: UInt64 = 1
  /// What is made of the biases.
  ///
  /// Default `simulated`.
  public var mode = Mode.simulated
  /// How histories are simulated.
  ///
  /// Default `full`.
  public var form = Form.full
  /// The length of a simulated history is a multiple of this number of periods, so that draws seldom change.
  ///
  /// Default 63, a quarter of daily data.
  public var lengthStep = 63

  /// Makes the defaults.
  public init() {}
}
