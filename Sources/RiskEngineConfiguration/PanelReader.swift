internal import Foundation
internal import RiskEngine
internal import RiskEngineTables

/// Reads the section `data.panel`.
enum PanelReader {
  private static let columnNames = ["date", "asset", "return", "cap", "issuer", "weight", "constraint_weight"]

  /// The panel of a section.
  ///
  /// - Parameter folder: what relative paths start from.
  static func read(_ section: Section, folder: String) throws(ConfigurationError) -> PanelInput {
    let path = try section.requiredText("path")
    var columns = PanelColumns()
    if let part = try section.section("columns") {
      for key in part.keys {
        let name = try part.requiredText(key)
        switch key {
        case "date": columns.date = name
        case "asset": columns.asset = name
        case "return": columns.return = name
        case "cap": columns.cap = name
        case "issuer": columns.issuer = name
        case "weight": columns.weight = name
        case "constraint_weight": columns.constraintWeight = name
        default:
          let hint = NearestName.find(key, among: columnNames).map { " (did you mean '\($0)'?)" } ?? ""
          throw part.error(key, "is no column of a panel\(hint); expected \(columnNames.joined(separator: ", "))")
        }
      }
    }
    columns.universe = try section.text("universe")
    columns.groups = try section.texts("groups") ?? []
    columns.styles = try section.texts("styles") ?? []
    guard !columns.groups.isEmpty || !columns.styles.isEmpty else {
      throw section.error("styles", "is missing, and so is groups; expected at least one style or group")
    }
    let names =
      [columns.date, columns.asset, columns.return] + [columns.cap, columns.universe].compactMap(\.self)
      + columns.groups + columns.styles
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw section.error("columns", "names column '\(name)' twice; expected one meaning a column")
    }
    return PanelInput(path: path.hasPrefix("/") ? path : folder + "/" + path, columns: columns)
  }
}
