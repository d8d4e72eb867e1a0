internal import Foundation
internal import RiskEngine
internal import RiskEngineTables

/// Reads the section `data`.
enum DataReader {
  /// The sources of a section.
  ///
  /// - Parameters:
  ///   - folder: what relative paths start from.
  ///   - labelFields: the fields that are labels by what other sections say.
  static func read(
    _ section: Section, folder: String, labelFields: Set<FieldName>
  ) throws(ConfigurationError) -> [SourceDescription] {
    guard let parts = try section.sections("sources"), !parts.isEmpty else {
      throw section.error("sources", "is missing; expected a list of at least one source")
    }
    var sources: [SourceDescription] = []
    for part in parts {
      let name = try part.requiredText("name")
      if sources.contains(where: { $0.name == name }) {
        throw part.error("name", "is '\(name)', which another source has; expected a name of its own")
      }
      guard let kind = try part.choice("kind", SourceKind.self) else {
        throw part.error("kind", "is missing; expected \(SourceKind.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      guard let paths = try part.texts("path"), !paths.isEmpty else {
        throw part.error("path", "is missing; expected a file, a pattern or a folder")
      }
      let delimiter = try part.text("delimiter") ?? ","
      guard let character = delimiter.first, delimiter.count == 1, character.isASCII else {
        throw part.error("delimiter", "is '\(delimiter)'; expected one ASCII character")
      }
      sources.append(
        SourceDescription(
          name: name, kind: kind, paths: paths, folder: folder, priority: try part.integer("priority") ?? 1,
          columns: try columns(part), labelFields: labelFields, tolerances: try tolerances(part),
          hasAdjustedPrices: try part.text("prices") != "raw", currency: try part.text("currency"),
          delimiter: character))
    }
    return sources
  }

  private static func columns(_ part: Section) throws(ConfigurationError) -> [FieldName: String] {
    guard let section = try part.section("columns") else { return [:] }
    var columns: [FieldName: String] = [:]
    for key in section.keys {
      let column = try section.requiredText(key)
      if let other = columns.first(where: { $0.value == column })?.key {
        throw section.error(key, "is column '\(column)', which is '\(other)' already; expected one field a column")
      }
      columns[FieldName(rawValue: key)] = column
    }
    return columns
  }

  private static func tolerances(_ part: Section) throws(ConfigurationError) -> [FieldName: Tolerance] {
    guard let section = try part.section("tolerance") else { return [:] }
    var tolerances: [FieldName: Tolerance] = [:]
    for key in section.keys {
      if let relative = try section.number(key) { tolerances[FieldName(rawValue: key)] = Tolerance(relative: relative) }
    }
    return tolerances
  }
}
