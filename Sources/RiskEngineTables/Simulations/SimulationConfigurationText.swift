internal import RiskEngine

/// The configuration file by which the loadings of a synthetic market are made again from its vendors' tables.
struct SimulationConfigurationText {
  let market: SyntheticMarket
  let vendors: SyntheticVendors
  let fileExtension: String

  /// The file's text.
  var text: String {
    [header, data, checks, universe, loadings].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var header: String {
    """
    # How the loadings of this synthetic market are made again from its vendors' tables.
    # Paths are relative to this file.
    version: 1
    frequency: daily                     # half-lives and windows count trading days
    currency: USD                        # of all money that comes out
    calendar: infer                      # a date with few rows is no trading day

    """
  }

  private var data: String {
    let daily = SyntheticVendors.vendorNames.enumerated().map { place, name in
      """
          - name: \(name)
            kind: daily                      # one wide row a date and asset
            path: raw/\(name)/daily.\(fileExtension)
            priority: \(place + 1)                      # where the vendors disagree and no check tells, 1 counts
            prices: raw                      # unadjusted: actions are applied to them
            columns:                         # what the engine calls it: the file's column
      \(columns)
            tolerance: {close: 1e-4, market_cap: 1e-2}   # relative differences within which vendors agree
      """
    }
    return """
      data:
        sources:
          # Two vendors show the same market, each with errors of its own; truth/errors has every wrong cell.
      \(daily.joined(separator: "\n"))
          # Splits (new shares an old one), dividends (on an old share) and delistings (their return). The rows of
          # the splits that truth/errors calls unadjusted_split are missing.
          - name: actions
            kind: actions
            path: raw/actions.\(fileExtension)
            columns: {date: ex_date, asset: asset, type: type, ratio: ratio, cash: cash}
          # The simple return over the period that begins at the date, by currency. Excess returns are the panel's.
          - name: risk_free
            kind: risk_free
            path: raw/risk_free.\(fileExtension)
            columns: {date: date, currency: currency, rate: rate}
          # Dollars for a euro, by which prices in a wrong currency are recognized.
          - name: fx
            kind: fx
            path: raw/fx.\(fileExtension)
            columns: {date: date, pair: pair, rate: rate}
          # Quarterly numbers with the day on which each became known; some are published again. No style needs them.
          - name: fundamentals
            kind: fundamentals
            path: raw/fundamentals.\(fileExtension)
            columns: {asset: asset, item: item, fiscal_end: fiscal_end, value: value, knowledge_date: knowledge_date}

      """
  }

  /// The map of columns, wrapped.
  private var columns: String {
    let names: [FieldName] = [.date, .asset] + vendors.dailySchema.labels + vendors.dailySchema.numbers
    return Self.wrapped(names.map { "\($0): \($0)" }, open: "          {", close: "}")
  }

  /// Entries of a list or map, on lines of at most about 110 characters.
  private static func wrapped(_ entries: [String], open: String, close: String) -> String {
    let indent = String(repeating: " ", count: open.utf8.count)
    var lines = [open]
    for (place, entry) in entries.enumerated() {
      let text = entry + (place + 1 < entries.count ? "," : close)
      let last = lines[lines.count - 1]
      if last.utf8.count + text.utf8.count > 109 {
        lines.append(indent + text)
      } else {
        lines[lines.count - 1] = last + (last.utf8.count > indent.utf8.count ? " " : "") + text
      }
    }
    return lines.joined(separator: "\n")
  }

  private var checks: String {
    var lines: [String] = []
    if !market.configuration.caps.followReturns {
      lines += [
        "  # Caps are constant in this market, so shares move against the price each day, like small splits.",
        "  unadjusted_split: {severity: off}",
      ]
    }
    let groups = zip(market.schema.groups, market.labels)
    let valid = groups.map { name, labels in
      "      \(name):\n" + Self.wrapped(labels.texts, open: "        [", close: "]")
    }
    if !valid.isEmpty {
      lines += ["  classification:", "    labels:                          # any other label is an error"] + valid
    }
    return lines.isEmpty ? "" : "checks:\n" + lines.joined(separator: "\n") + "\n"
  }

  private var universe: String {
    """
    # The estimation universe is drawn, so it is a column. Without this line the engine's rules choose one.
    universe: {column: in_estimation_universe}

    """
  }

  private var loadings: String {
    let styles = zip(market.schema.styles, vendors.signals).map { name, signal in
      let parameters = signal.descriptor == "column" ? "{field: \(signal.field)}" : "{}"
      return "    \(name): {descriptors: {\(signal.descriptor): \(parameters)}}   # \(signal.formula)"
    }
    let list = styles.isEmpty ? "  styles: {}" : "  styles:\n" + styles.joined(separator: "\n")
    return """
      loadings:
        groups: [\(market.schema.groups.joined(separator: ", "))]
        # Each style is shown by a number that ascends with the true loading s as its comment says. Normal scores of
        # ranks undo that, up to the sample: true loadings are normal.
        gaussianize: true
        standardize: {within: universe, mean: cap, scale: equal}
        impute: {enabled: false}           # what vendors do not show stays missing, as in the panel
      \(list)
      lag: 1                               # loadings of the date before explain a return

      """
  }
}
