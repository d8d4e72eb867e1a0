/// Why rows are left out of regressions.
public enum ExclusionReasons {
  /// The reasons as columns and summaries name them, with words for people.
  public static let all: [(column: String, words: String)] = [
    ("excluded_universe", "outside the estimation universe"), ("excluded_no_earlier_row", "no earlier row"),
    ("excluded_return", "no return"), ("excluded_loading", "a missing loading"), ("excluded_cap", "no cap"),
    ("excluded_label", "no label"),
  ]
}
