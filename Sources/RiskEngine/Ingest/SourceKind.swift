/// What the rows of a vendor's table are.
public enum SourceKind: String, Hashable, Sendable, CaseIterable {
  /// One row a date and asset, with any fields.
  case daily
  /// One row a date and asset: `close`, perhaps `open`, `high`, `low`, `volume`, `currency`.
  case prices
  /// One row a date and asset: `shares`, perhaps `float_shares`.
  case shares
  /// One row a date and asset: `return`, the vendor's total return.
  case returns
  /// One row a corporate action, dated by its ex-date: `type`, `ratio` (new shares an old one), `cash` (an old
  /// share, in the price currency). Of type `delisting`, `cash` is the delisting return instead, as a fraction.
  case actions
  /// One row a published number: `item`, `fiscal_end`, `value`, perhaps `currency`, `knowledge_date`, `period`.
  case fundamentals
  /// One row a spell: `scheme`, `code`, `from`, `to` (the last day; missing for still valid).
  case classification
  /// One row a date and currency: `rate`, the simple return over the period that begins at the date.
  case riskFree = "risk_free"
  /// One row a date and pair such as `EURUSD`: `rate`, the second currency's units for one of the first.
  case fx
  /// One row a spell: `source_id`, `asset`, `from`, `to`.
  case identifiers
}
