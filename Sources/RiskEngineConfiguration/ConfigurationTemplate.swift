internal import RiskEngine

/// A configuration with every key, its default, and what it means.
public enum ConfigurationTemplate {
  /// The file.
  public static let text: String = {
    var lines = [
      "# A configuration of riskengine. What is commented out has the default that it shows.",
      "# Paths are relative to this file.", "",
    ]
    lines += ["version: 1", "frequency: daily                # daily, weekly or monthly"]
    lines += comments(["currency", "calendar"], indent: 0)
    lines += [
      "", "data:", "  sources:", "    - name: vendor_a",
      "      kind: daily               # one wide row a date and asset",
      "      path: raw/*.parquet", "      priority: 1",
      "      prices: adjusted          # or raw: then actions are applied",
      "      columns:                  # the engine's field: the file's column",
      "        date: date", "        asset: asset", "        return: return", "        close: close",
      "        volume: volume", "        shares: shares", "        market_cap: market_cap",
      "        industry: industry", "        book_equity: book_equity", "      tolerance: {close: 1e-4}",
      "    # Long tables go beside it: prices, shares, returns, actions, fundamentals, classification, risk_free, fx,",
      "    # identifiers.",
    ]
    for section in ["checks", "universe", "loadings"] {
      lines += ["", "# " + (SettingCatalog.setting([section])?.meaning ?? ""), "\(section):"]
      if section == "checks" {
        lines.append(
          "#  Each check also takes `severity`: info (count), warn (keep), error (drop), fatal (stop) or off.")
      }
      if section == "loadings" {
        lines.append("  profile: equity-core          # or spell the styles out, as below")
      }
      lines += tree([section], indent: 2)
    }
    lines += ["", "lag: 1                          # " + (SettingCatalog.setting(["lag"])?.meaning ?? "")]
    for section in ["regression", "idio", "factor_covariance", "evaluation", "output"] {
      lines += ["", "# " + (SettingCatalog.setting([section])?.meaning ?? ""), "\(section):"]
      lines += tree([section], indent: 2)
    }
    lines += [
      "", "# Styles spelt out, in place of loadings.profile:", "#  styles:",
      "#    beta: {descriptors: {market_beta: {half_life: 63, window: 252}}}",
      "#    size: {descriptors: {log_market_cap: {}}}",
      "#    value: {descriptors: {book_to_price: {weight: 0.5}, forward_earnings_to_price: {weight: 0.5}}}",
      "#    nonlinear_size: {power: {of: size, exponent: 3}, orthogonal_to: [size], orthogonal_weights: cap}",
      "# Descriptors:",
    ]
    for entry in DescriptorCatalog.entries { lines.append("#   \(entry.name): \(entry.formula)") }
    return lines.joined(separator: "\n") + "\n"
  }()

  /// The keys below a section, commented out with their defaults.
  private static func tree(_ path: [String], indent: Int) -> [String] {
    var lines: [String] = []
    for key in SettingCatalog.keys(below: path) where key != "*" {
      guard let setting = SettingCatalog.setting(path + [key]), path + [key] != ["loadings", "profile"] else {
        continue
      }
      if path.first == "checks", key == "severity" { continue }
      let space = String(repeating: " ", count: indent)
      switch setting.kind {
      case .section, .sectionOrWord:
        let below = tree(path + [key], indent: indent + 2)
        lines.append("#\(space)\(key):  # \(setting.meaning)")
        lines += below
      case .map, .sections: continue
      default:
        let value = setting.usual ?? "..."
        lines.append("#\(space)\(key): \(value)".padding(to: 40) + "# \(setting.meaning)")
      }
    }
    return lines
  }

  private static func comments(_ keys: [String], indent: Int) -> [String] {
    keys.compactMap { key in
      SettingCatalog.setting([key]).map { "# \(key): \($0.usual ?? "...")".padding(to: 32) + "# \($0.meaning)" }
    }
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    count < width ? self + String(repeating: " ", count: width - count) : self + "  "
  }
}
