internal import RiskEngineConfiguration
internal import RiskEngineTables

/// A request that a configuration drives.
protocol ConfiguredRequest: Request {
  /// The file of the configuration; or `nil`.
  var configuration: String? { get }
  /// The text of the configuration, where there is no file.
  var configurationText: String? { get }
  /// What relative paths of the text start from.
  var folder: String? { get }
  /// A table in place of the configuration's panel.
  var panel: TableInput? { get }
  /// Tables in place of the configuration's sources, by their names.
  var sources: [String: TableInput]? { get }
}

extension ConfiguredRequest {
  /// None where a request has no use for it.
  var panel: TableInput? { nil }

  /// The configuration, with the tables that were given in their places.
  func readConfiguration(_ context: RequestContext) throws -> Configuration {
    var read: Configuration
    switch (configuration, configurationText) {
    case (let path?, nil): read = try Configuration(path: path)
    case (nil, let text?): read = try Configuration(path: "configuration", text: text, folder: folder ?? ".")
    default: throw RequestError("expected one of configuration, a file, and configuration_text")
    }
    if let panel {
      guard read.panel != nil else {
        throw RequestError("a panel is given, and the configuration has no data.panel that says what its columns are")
      }
      read.panel?.path = try context.path(panel)
    }
    for (name, input) in (sources ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard let place = read.sources.firstIndex(where: { $0.name == name }) else {
        throw RequestError(
          "there is no source '\(name)' in the configuration; it has "
            + read.sources.map { "'\($0.name)'" }.joined(separator: ", "))
      }
      read.sources[place].paths = [try context.path(input)]
    }
    return read
  }
}
