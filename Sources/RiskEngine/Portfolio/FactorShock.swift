/// A return that a scenario assumes: of a factor, or of a combination of factors.
public struct FactorShock: Hashable, Sendable {
  /// One factor of a combination.
  public struct Term: Hashable, Sendable {
    /// The factor's position in the model.
    public var factor: Int
    /// How much of its return.
    public var coefficient: Double

    /// Makes a term.
    public init(factor: Int, coefficient: Double) {
      self.factor = factor
      self.coefficient = coefficient
    }
  }

  /// What it is called in errors.
  public var name: String
  /// The combination.
  public var terms: [Term]
  /// The return over the model's horizon, as a fraction.
  public var value: Double

  /// Makes a shock to a combination.
  public init(name: String, terms: [Term], value: Double) {
    self.name = name
    self.terms = terms
    self.value = value
  }

  /// A shock to one factor of a model.
  public static func factor(_ factor: Int, by value: Double, of model: RiskModel) -> FactorShock {
    FactorShock(name: model.factorNames[factor], terms: [Term(factor: factor, coefficient: 1)], value: value)
  }

  /// A shock to what a label returns as a whole: the market's return plus the label's own.
  ///
  /// - Parameters:
  ///   - factor: the label's position in the model.
  ///   - value: the return.
  ///   - model: the model; without a market the total is the label's own return.
  public static func labelTotal(_ factor: Int, by value: Double, of model: RiskModel) -> FactorShock {
    let market = model.layout.hasMarket ? [Term(factor: 0, coefficient: 1)] : []
    return FactorShock(
      name: "total of \(model.factorNames[factor])", terms: market + [Term(factor: factor, coefficient: 1)],
      value: value)
  }
}
