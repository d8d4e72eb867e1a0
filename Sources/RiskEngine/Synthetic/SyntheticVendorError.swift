/// A kind of error that synthetic vendors make in their tables.
public enum SyntheticVendorError: String, Hashable, Sendable, CaseIterable {
  /// A split whose row is missing from the table of actions; every vendor's price falls and its shares rise.
  case unadjustedSplit = "unadjusted_split"
  /// The prices of one day times 100 or 0.01.
  case priceScale = "price_scale"
  /// The prices of one day in another currency than the row says.
  case wrongCurrency = "wrong_currency"
  /// The close repeated for 10 to 15 days, with volume.
  case staleRun = "stale_run"
  /// A row twice.
  case duplicateRow = "duplicate_row"
  /// A row twice, the second with another close.
  case conflictingRows = "conflicting_rows"
  /// The close of one day far off.
  case spike
  /// A volume below zero.
  case negativeVolume = "negative_volume"
  /// The high and the low exchanged.
  case highBelowLow = "high_below_low"
  /// An industry that does not exist.
  case unknownIndustry = "unknown_industry"
  /// No industry.
  case blankIndustry = "blank_industry"
  /// A row on a Saturday.
  case nonTradingDate = "non_trading_date"
  /// A return that is 5% off.
  case wrongReturn = "wrong_return"
  /// A market capitalization times 2.
  case wrongCap = "wrong_cap"
  /// A published number whose knowledge date is before its fiscal end.
  case lookAhead = "look_ahead"

  /// The check that is to find it.
  public var check: Check {
    switch self {
    case .unadjustedSplit: .unadjustedSplit
    case .priceScale, .wrongCurrency: .unitError
    case .staleRun: .stalePrice
    case .duplicateRow: .duplicateRow
    case .conflictingRows: .conflictingRows
    case .spike: .spike
    case .negativeVolume, .highBelowLow: .impossibleValue
    case .unknownIndustry, .blankIndustry: .classification
    case .nonTradingDate: .nonTradingDate
    case .wrongReturn: .returnMismatch
    case .wrongCap: .capMismatch
    case .lookAhead: .lookAhead
    }
  }

  /// Those that each vendor makes by itself in its daily table.
  static let daily = allCases.filter { $0 != .unadjustedSplit && $0 != .lookAhead }
}
