/// What a column is read as.
public enum ColumnKind: String, Hashable, Sendable {
  /// A day: dates, timestamps at midnight (of the column's time zone), `yyyy-mm-dd` or `yyyymmdd` as text or number.
  case date
  /// A text or a whole number that names something; `000123` and `NA` stay as they are.
  case identifier
  /// A number: integers, decimals and floating point of any width; in CSV text, also `inf`, and `nan` for a missing
  /// one, in any case. Empty and NaN are missing in every format, any other word is an error.
  case number
  /// True or false: booleans, the numbers 0 and 1 of any type, or those words in any case; NaN is missing.
  case boolean
}
