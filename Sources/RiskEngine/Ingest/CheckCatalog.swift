/// What each check looks for: the source of the documentation's table.
public enum CheckCatalog {
  /// One check.
  public struct Entry: Sendable {
    /// The check.
    public var check: Check
    /// Its number in reports.
    public var code: String
    /// What it looks for.
    public var rule: String
    /// What it does.
    public var consequence: String
    /// The error that the synthetic vendors make for it, or what a test injects.
    public var injected: String
  }

  /// The number of a check in reports.
  public static func code(of check: Check) -> String { entries.first { $0.check == check }?.code ?? "" }

  /// All checks in the order of their numbers.
  public static let entries: [Entry] = [
    Entry(
      check: .duplicateRow, code: "C02", rule: "a second row of one date and asset with the same content",
      consequence: "one is kept; counted", injected: "a row twice"),
    Entry(
      check: .conflictingRows, code: "C03", rule: "a second row of one date and asset with other content",
      consequence: "the one known last is kept; where that does not tell, all are dropped",
      injected: "a row twice, its close changed"),
    Entry(
      check: .nonTradingDate, code: "C04", rule: "a row on a date outside the trading calendar",
      consequence: "the rows of the date are dropped", injected: "a row on a Saturday"),
    Entry(
      check: .impossibleValue, code: "C05",
      rule: "a price, a number of shares or a cap that is not positive, a negative volume or short interest, a "
        + "return of -100% or less, a high below the low, a close outside them, an infinite value",
      consequence: "the value is dropped", injected: "a negative volume; a high below the low"),
    Entry(
      check: .stalePrice, code: "C06", rule: "the same close 5 days in a row with volume, or 10 in any case",
      consequence: "warned of; from 21 days on the return is dropped unless another vendor confirms it",
      injected: "a run of equal closes"),
    Entry(
      check: .jump, code: "C07",
      rule: "a log return beyond ln 1.5 without an action, and beyond 10 times the asset's median absolute log return",
      consequence: "the return is dropped unless another vendor confirms it; the new price counts from the next day "
        + "on, unless the jump reverts",
      injected: "a price that changes its level"),
    Entry(
      check: .unadjustedSplit, code: "C08",
      rule: "a price that moves as in a split of a/b without an action, with shares that move by b/a within 5 days",
      consequence: "warned of, with the split as a proposal; never applied", injected: "a split without its action"),
    Entry(
      check: .spike, code: "C09",
      rule:
        "a log return beyond 0.25 without an action that the next day takes back to within 0.05; known that next day",
      consequence: "the close is dropped, and with it the return in all later histories",
      injected: "a close of one day that is far off"),
    Entry(
      check: .unitError, code: "C10",
      rule: "a value that is another vendor's times 10, 100 or 1000, its inverse, or of money an exchange rate, "
        + "within 2%",
      consequence: "what most vendors have is used; of two the value that breaks with its own history is dropped, "
        + "else that of the lower priority",
      injected: "a close times 100; a value in another currency"),
    Entry(
      check: .returnMismatch, code: "C11",
      rule: "a vendor's return that is off that of its prices and the actions by 1e-4 + 0.1%",
      consequence: "warned of; beyond 0.02 both are dropped unless another vendor confirms one",
      injected: "a return that is off"),
    Entry(
      check: .capMismatch, code: "C12", rule: "a cap that is off close times shares by 1%",
      consequence: "warned of; beyond 20% the cap is dropped unless another vendor confirms it",
      injected: "a cap times 2"),
    Entry(
      check: .gap, code: "C13",
      rule: "trading days without a row of an asset: 1 to 5, 6 to 20, more; or without any row",
      consequence: "counted; warned of; the asset counts as gone, and as a new listing when it comes back",
      injected: "rows left out"),
    Entry(
      check: .universeDrift, code: "C14",
      rule: "more than 2% of the assets come on one date, or go: are delisted, or carried no further",
      consequence: "warned of; more than 10% stops the run", injected: "half of the assets left out from one date on"),
    Entry(
      check: .missingDrift, code: "C15",
      rule: "the fraction of missing values of a field, of rows or of returns is off its mean over 21 dates by 5 "
        + "standard errors + 0.005",
      consequence: "warned of; off by 0.2 stops the run",
      injected: "a field left out on one date; half of the assets left out on one date"),
    Entry(
      check: .lookAhead, code: "C16",
      rule: "a published number known before its fiscal period ended; a row known only after its date",
      consequence: "the number, or the row, is dropped", injected: "a knowledge date before the fiscal end"),
    Entry(
      check: .restatement, code: "C17", rule: "a number published again for the same fiscal end",
      consequence: "each holds from the day on which it became known; counted", injected: "a second vintage"),
    Entry(
      check: .classification, code: "C18",
      rule: "an asset without a code, with two codes on one date, or with a code that is not in the given list",
      consequence: "the code before is used on; without any the asset is UNCLASSIFIED, reported once",
      injected: "an unknown code; a missing code"),
    Entry(
      check: .balanceSheet, code: "C19",
      rule: "total assets that are off liabilities and equity by 1%, on the date on which they become so",
      consequence: "warned of", injected: "total assets times 2"),
    Entry(
      check: .unusualDay, code: "C20", rule: "a median absolute return beyond 10 times its median over 252 dates",
      consequence: "warned of; where all returns of a date are the same the run stops",
      injected: "a date of returns times 20; a date of equal returns"),
    Entry(
      check: .vendorsDisagree, code: "V01", rule: "vendors whose values differ by more than the tolerance",
      consequence: "the largest set that agrees decides, then the checks above, then the priority; warned of where "
        + "only the priority tells", injected: "a value that one vendor has wrong"),
    Entry(
      check: .carriedForward, code: "M01", rule: "a missing price, number of shares, cap, number, code or rate",
      consequence: "the value before is used on for a limited time; counted; without a rate of interest or exchange "
        + "the run stops", injected: "a missing value; rates that end"),
    Entry(
      check: .reusedIdentifier, code: "M02", rule: "an asset's id that comes back after it counted as gone",
      consequence: "warned of; its history begins anew", injected: "an id that is used again"),
  ]
}
