public import RiskEngine

/// A scenario as its author names it: shocked factors, a replayed window, or stressed risk.
public struct ScenarioRequest: Hashable, Sendable {
  /// A return that is assumed.
  public struct Shock: Hashable, Sendable {
    /// The factor, by its name.
    public var factor: String
    /// Its return, a fraction.
    public var value: Double
    /// Whether it is what a label returns as a whole, with the market's return.
    public var isTotal: Bool

    /// Makes a shock.
    public init(factor: String, value: Double, isTotal: Bool = false) {
      self.factor = factor
      self.value = value
      self.isTotal = isTotal
    }
  }

  /// A factor with the sign by which it goes with others.
  public struct SignedFactor: Hashable, Sendable {
    /// The factor, by its name.
    public var factor: String
    /// 1 or −1.
    public var sign: Double

    /// Makes one.
    public init(factor: String, sign: Double) {
      self.factor = factor
      self.sign = sign
    }
  }

  /// Correlations that move towards one.
  public enum CorrelatedBlock: Hashable, Sendable {
    /// The total returns of a group's labels; `nil` for the first group.
    case labels(group: String?)
    /// Some factors.
    case factors([SignedFactor])
  }

  /// What is assumed.
  public enum Move: Hashable, Sendable {
    /// Returns of some factors; those of the others are as expected given them.
    case shocks([Shock])
    /// The factor returns of a past window, first and last date included.
    case replay(from: CalendarDate, through: CalendarDate)
    /// Volatilities times a number, and correlations moved by a strength from 0 to 1 where it is not 0.
    case stress(factors: Double, idio: Double, correlation: Double, of: CorrelatedBlock)
  }

  /// Its name.
  public var name: String
  /// What is assumed.
  public var move: Move

  /// Makes a scenario.
  public init(name: String, move: Move) {
    self.name = name
    self.move = move
  }

  /// The word for its kind in results.
  public var kind: String {
    switch move {
    case .shocks: "shocks"
    case .replay: "replay"
    case .stress: "stress"
    }
  }
}
