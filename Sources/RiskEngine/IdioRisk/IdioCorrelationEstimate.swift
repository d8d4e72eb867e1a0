/// The correlations of idio returns as estimated at the close of one period; those not listed are zero.
public struct IdioCorrelationEstimate: Sendable, Equatable {
  /// The assets beyond which a component suggests that a factor is missing from the model.
  public static let largestExpectedComponent = 200

  /// The period at whose close they were estimated, counted from 0.
  public let period: Int
  /// The components of two assets or more, in the order of their first assets.
  public let components: [IdioCorrelationComponent]
  /// What was found on the way.
  public let counts: Counts

  /// What was found on the way to an estimate.
  public struct Counts: Hashable, Sendable {
    /// The live assets.
    public var live = 0
    /// The pairs of share lines of one issuer.
    public var linkedPairs = 0
    /// The linked pairs whose correlation is the prior one, for want of returns that vary in common periods.
    public var unestimatedLinkedPairs = 0
    /// The live assets that took part in the search for pairs above their threshold; 0 where only linked ones count.
    public var screened = 0
    /// The live assets that did not, for want of observations.
    public var short = 0
    /// The live assets that did not because their idio returns are all zero.
    public var constant = 0
    /// The pairs found above their threshold, linked ones left out.
    public var thresholdedPairs = 0

    /// Nothing found.
    public init() {}
  }

  /// The assets of the largest component, 0 without any.
  public var largestComponent: Int { components.lazy.map(\.assets.count).max() ?? 0 }
  /// The components that suggest a missing factor: those of more than `largestExpectedComponent` assets.
  public var oversizedComponentCount: Int {
    components.count { $0.assets.count > Self.largestExpectedComponent }
  }
  /// The components whose correlations were shrunk to be positive definite.
  public var shrunkComponentCount: Int { components.count { $0.shrinkage > 0 } }
  /// The largest shrinkage of a component, 0 without any.
  public var largestShrinkage: Double { components.lazy.map(\.shrinkage).max() ?? 0 }

  /// The components whose threshold was raised to be positive definite.
  ///
  /// - Parameter multiplier: that of the settings.
  public func raisedComponentCount(above multiplier: Double) -> Int {
    components.count { $0.multiplier > multiplier }
  }
}

extension IdioCorrelationEstimate: SavedState {
  /// Writes the estimate.
  public func save(to writer: inout StateWriter) {
    writer.write(period)
    writer.write(components)
    for count in [
      counts.live, counts.linkedPairs, counts.unestimatedLinkedPairs, counts.screened, counts.short, counts.constant,
      counts.thresholdedPairs,
    ] { writer.write(count) }
  }

  /// Reads an estimate.
  public init(from reader: inout StateReader) throws(StateError) {
    period = try reader.readInt()
    components = try reader.readStates()
    var counts = Counts()
    counts.live = try reader.readInt()
    counts.linkedPairs = try reader.readInt()
    counts.unestimatedLinkedPairs = try reader.readInt()
    counts.screened = try reader.readInt()
    counts.short = try reader.readInt()
    counts.constant = try reader.readInt()
    counts.thresholdedPairs = try reader.readInt()
    self.counts = counts
  }
}
