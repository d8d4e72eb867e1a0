/// What vendors tell of some consecutive periods of a synthetic market, and where they are wrong.
///
/// Codes are those of `SyntheticVendors.identifiers`.
public struct SyntheticVendorBlock: Sendable {
  /// For each vendor its daily rows with the columns of `SyntheticVendors.dailySchema`, by date, then asset; a second
  /// row of a date and asset follows the first.
  public var daily: [SourceRows]
  /// Corporate actions by ex-date, then asset.
  public var actions: SourceRows
  /// Risk-free rates by date, then currency.
  public var riskFree: SourceRows
  /// Exchange rates by date.
  public var exchange: SourceRows
  /// Published numbers by knowledge date, then asset.
  public var publications: SourceRows
  /// Every wrong cell, by error.
  public var errors: [SyntheticErrorLabel]
}
