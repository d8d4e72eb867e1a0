/// How much of a portfolio a risk model covers.
///
/// Assets that are not covered add nothing to any risk figure and no weight is moved to the others: a figure is that of
/// the covered part, and this tells how large it is.
public struct PortfolioCoverage: Hashable, Sendable {
  /// Why the model does not cover an asset.
  public enum Reason: String, Hashable, Sendable {
    /// The asset has no usable row at the model's date.
    case absent
    /// The asset has loadings at the date, but a label has no factor covariance or its idio variance is not known.
    case unmodelled
  }

  /// A held asset that the model does not cover.
  public struct UncoveredAsset: Hashable, Sendable {
    /// The asset, a code.
    public var asset: Int32
    /// Its weight, not 0.
    public var weight: Double
    /// Why it is not covered.
    public var reason: Reason

    /// Makes one.
    public init(asset: Int32, weight: Double, reason: Reason) {
      self.asset = asset
      self.weight = weight
      self.reason = reason
    }
  }

  /// The number of held assets that the model covers.
  public var coveredCount: Int
  /// `Σ x` over them.
  public var coveredWeight: Double
  /// `Σ |x|` over them.
  public var coveredGrossWeight: Double
  /// The held assets that it does not cover, in the order of the holdings.
  public var uncovered: [UncoveredAsset]
  /// The number of rows that named an asset once more.
  public var duplicateCount: Int

  /// `Σ x` over the assets that are not covered.
  public var uncoveredWeight: Double { uncovered.reduce(0) { $0 + $1.weight } }
  /// `Σ |x|` over the assets that are not covered.
  public var uncoveredGrossWeight: Double { uncovered.reduce(0) { $0 + abs($1.weight) } }
}
