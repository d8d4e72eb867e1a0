/// What one date brings to the forecasts of idio risk.
public struct IdioRiskPeriod: Sendable {
  /// The assets of the date `loadingsDate`, with the caps, labels and loadings of its close; the returns are not read.
  public var snapshot: CrossSection
  /// The idio returns of the period that ends at the date; none where it was not estimated.
  public var idioReturns: IdioReturns
  /// The cap by which each row of the snapshot is ranked for its size group, such as that of its issuer's lines together;
  /// empty takes the row's own.
  public var issuerCaps: [Double]

  /// Makes a period.
  ///
  /// - Precondition: `issuerCaps` has an entry for each row of the snapshot, or none.
  public init(snapshot: CrossSection, idioReturns: IdioReturns, issuerCaps: [Double] = []) {
    precondition(
      issuerCaps.isEmpty || issuerCaps.count == snapshot.rowCount,
      "\(issuerCaps.count) issuer caps for \(snapshot.rowCount) rows")
    self.snapshot = snapshot
    self.idioReturns = idioReturns
    self.issuerCaps = issuerCaps
  }
}
