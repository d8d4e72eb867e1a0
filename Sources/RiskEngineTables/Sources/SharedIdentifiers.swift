public import RiskEngine

/// The texts behind codes, which all sources of a market add to; for one thread.
public final class SharedIdentifiers {
  /// The tables.
  public var tables: MarketIdentifiers

  /// Shares tables.
  public init(_ tables: MarketIdentifiers = MarketIdentifiers()) { self.tables = tables }
}
