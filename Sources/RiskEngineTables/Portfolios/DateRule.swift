/// Which date of a model goes with a date of holdings.
public enum DateRule: String, Hashable, Sendable, CaseIterable {
  /// The same date; the default. A date that the model lacks is an error.
  case exact
  /// The last date of the model that is not later, as for holdings of a holiday.
  case earlier
}
