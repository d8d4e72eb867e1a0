import ArgumentParser
import RiskEngine
import RiskEngineTables

/// The portfolios that a verb is about, and the dates at which it takes them.
struct HoldingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A table of asset and weight, with or without portfolio and date.", valueName: "file"))
  var portfolio: String
  @Option(
    help: ArgumentHelp(
      "The date of the holdings to take, or of the model for holdings without dates; all of them, or the last, are usual.",
      valueName: "date"))
  var date: String?
  @Option(
    help: ArgumentHelp(
      "The model's date for one of holdings: exact, or the last that is not later.", valueName: "rule"))
  var dates = DateRule.exact

  /// The date that is asked for.
  ///
  /// - Throws: `ValidationError`.
  var chosenDate: CalendarDate? { get throws { try date.map { try DateOption.parse($0, "--date") } } }

  /// What a manifest says of them.
  var arguments: [String: String] {
    var arguments = ["dates": dates.rawValue]
    if let date { arguments["date"] = date }
    return arguments
  }
}
