internal import RiskEngine

/// The reference of the configuration in Markdown, made of what the code itself reads, checks and computes.
public enum ConfigurationReference {
  /// The document.
  public static let markdown: String = [
    "# Reference of the configuration", "",
    "Written by `riskengine init --reference`. Lengths of time count periods of `frequency`; defaults are for daily data.",
    "", keys, fields, checks, rules, descriptors, profiles,
  ].joined(separator: "\n")

  private static var keys: String {
    table(
      "Keys", ["key", "holds", "default", "meaning"],
      SettingCatalog.settings.map { setting in
        [
          "`\(setting.path.joined(separator: ".").replacing(".[]", with: "[]"))`", setting.expectation,
          setting.usual.map { "`\($0)`" } ?? "", setting.meaning,
        ]
      })
  }

  private static var fields: String {
    "## Fields\n\nWhat `columns` can name. Numbers: "
      + FieldName.knownNumbers.map { "`\($0)`" }.joined(separator: ", ")
      + ". Labels: " + FieldName.knownLabels.map { "`\($0)`" }.joined(separator: ", ")
      + ". Any other name is a number that the descriptor `column` can pass through, or a label where "
      + "`loadings.groups` names it.\n"
  }

  private static var checks: String {
    table(
      "Checks", ["", "check", "looks for", "does", "error injected in tests"],
      CheckCatalog.entries.map { [$0.code, "`\($0.check.rawValue)`", $0.rule, $0.consequence, $0.injected] })
  }

  private static var rules: String {
    table(
      "Rules of the universe", ["key", "meaning", "enter", "leave", "fields", "source"],
      UniverseRuleCatalog.entries.map {
        ["`\($0.key)`", $0.meaning, $0.enterDefault, $0.leaveDefault, $0.fields, $0.source]
      })
  }

  private static var descriptors: String {
    table(
      "Descriptors", ["name", "formula", "source", "parameters and defaults", "fields"],
      DescriptorCatalog.entries.map { entry in
        [
          "`\(entry.name)`", entry.formula, entry.source, parameters(entry.defaults), fields(of: entry),
        ]
      })
  }

  private static func fields(of entry: DescriptorCatalog.Entry) -> String {
    let parameters = DescriptorParameters(field: entry.name == "column" ? "field" : nil)
    let fields = (try? DescriptorRequest(entry.name, parameters).fields()) ?? []
    return fields.map { "`\($0)`" }.joined(separator: ", ")
  }

  private static func parameters(_ parameters: DescriptorParameters) -> String {
    var texts: [String] = []
    if let halfLife = parameters.halfLife {
      texts.append("half_life \(halfLife == .infinity ? "inf" : number(halfLife))")
    }
    switch parameters.window {
    case .periods(let count)?: texts.append("window \(count)")
    case .unlimited?: texts.append("window unlimited")
    case nil: break
    }
    if let skip = parameters.skip { texts.append("skip \(skip)") }
    if let least = parameters.minimumObservations { texts.append("minimum_observations \(number(least))") }
    if let shrinks = parameters.shrinks { texts.append("shrink \(shrinks)") }
    return texts.joined(separator: ", ")
  }

  private static var profiles: String {
    var text = "## Profiles\n"
    for profile in StyleProfile.all {
      text += "\n### \(profile.name)\n\n\(profile.summary.prefix(1).uppercased())\(profile.summary.dropFirst()).\n\n"
      for style in profile.styles {
        let content =
          switch style.content {
          case .power(let other, let exponent): "power \(number(exponent)) of \(other)"
          case .descriptors(let parts):
            parts.map { part in
              let more = parameters(part.request.parameters)
              return "\(number(part.weight)) \(part.request.name)" + (more.isEmpty ? "" : " (\(more))")
            }.joined(separator: " + ")
          }
        let orthogonal = style.orthogonalization.map {
          ", orthogonal to \($0.styles.joined(separator: ", ")) by \($0.weights.rawValue)"
        }
        text += "- `\(style.name)`: \(content)\(orthogonal ?? "")\n"
      }
    }
    return text
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }

  private static func table(_ title: String, _ header: [String], _ rows: [[String]]) -> String {
    var lines = ["## \(title)", "", line(header), line(header.map { _ in "---" })]
    lines += rows.map(line)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
  }
}
