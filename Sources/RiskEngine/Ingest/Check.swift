/// A check of the data.
///
/// What each looks for, its usual severity and its thresholds are in `CheckCatalog`.
public enum Check: String, Hashable, Sendable, CaseIterable {
  /// C02: a key twice with the same content.
  case duplicateRow = "duplicate_row"
  /// C03: a key twice with different content.
  case conflictingRows = "conflicting_rows"
  /// C04: a date that is no trading day.
  case nonTradingDate = "non_trading_date"
  /// C05: a value outside its domain, such as a price that is not positive.
  case impossibleValue = "impossible_value"
  /// C06: a close that repeats.
  case stalePrice = "stale_price"
  /// C07: a jump of the price without an action.
  case jump
  /// C08: a jump that looks like a split without its action.
  case unadjustedSplit = "unadjusted_split"
  /// C09: a jump that the next day takes back.
  case spike
  /// C10: a value that is off another vendor's by a power of ten or an exchange rate.
  case unitError = "unit_error"
  /// C11: a vendor's return that prices and actions contradict.
  case returnMismatch = "return_mismatch"
  /// C12: a market capitalization that is not price times shares.
  case capMismatch = "cap_mismatch"
  /// C13: trading days without a row.
  case gap
  /// C14: the set of assets changes too much.
  case universeDrift = "universe_drift"
  /// C15: the fraction of missing values changes too much.
  case missingDrift = "missing_drift"
  /// C16: a number known before its fiscal period ended.
  case lookAhead = "look_ahead"
  /// C17: a published number that is published again.
  case restatement
  /// C18: an asset without one valid code.
  case classification
  /// C19: assets that are not liabilities and equity.
  case balanceSheet = "balance_sheet"
  /// C20: a day unlike the others.
  case unusualDay = "unusual_day"
  /// Vendors that disagree.
  case vendorsDisagree = "vendors_disagree"
  /// A value that was carried forward.
  case carriedForward = "carried_forward"
  /// An asset's id that comes back long after it left.
  case reusedIdentifier = "reused_identifier"
}
