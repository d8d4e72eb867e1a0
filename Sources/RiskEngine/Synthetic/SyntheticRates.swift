/// The risk-free and exchange rates of a synthetic market: constant within 21 periods.
struct SyntheticRates: Sendable {
  /// The currency of the market.
  static let currency = "USD"
  /// Another currency, in which a vendor may have prices by mistake.
  static let otherCurrency = "EUR"

  private let level: Double
  private let periodsPerYear: Double
  private let stream: RandomStream

  /// Prepares the rates of a market.
  init(_ configuration: SyntheticConfiguration) {
    level = configuration.vendors.riskFreeRate
    periodsPerYear = Double(configuration.periodsPerYear)
    stream = SyntheticStream.rate.stream(seed: configuration.seed)
  }

  /// The risk-free simple return over the period after this one, as a fraction.
  func riskFree(after period: Int) -> Double {
    level * (0.5 + stream.uniform(draw: 0, id: 0, date: UInt32(period / 21))) / periodsPerYear
  }

  /// The same in the other currency.
  func otherRiskFree(after period: Int) -> Double { 0.5 * riskFree(after: period) }

  /// The units of the market's currency for one of the other, about 1.25.
  func exchange(at period: Int) -> Double {
    1.25 * PortableMath.exp(0.02 * stream.normal(draw: 1, id: 0, date: UInt32(period / 21)))
  }
}
