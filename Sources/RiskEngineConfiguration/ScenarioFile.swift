internal import Foundation
internal import RiskEngine
public import RiskEngineTables
internal import Yams

/// Scenarios in a YAML file: a list `scenarios`, each with a name and one of `shocks`, `replay` and `stress`.
///
/// ```yaml
/// scenarios:
///   - name: energy falls
///     shocks: {momentum: -0.02, Energy: {total: -0.10}}
///   - name: spring of 2020
///     replay: {from: 2020-02-20, through: 2020-03-23}
///   - name: storm
///     stress: {factors: 2, idio: 1.5, correlation: 0.5, group: industry}
/// ```
public struct ScenarioFile: Sendable {
  /// The scenarios, in the order of the file.
  public let scenarios: [ScenarioRequest]

  /// Reads and validates a file.
  ///
  /// - Throws: `ConfigurationError`, which names the line and the key.
  public init(path: String) throws(ConfigurationError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ConfigurationError(
        file: path, line: 0, key: "", message: "there is no such file; expected scenarios", isMissingFile: true)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw ConfigurationError(file: path, line: 0, key: "", message: "is not UTF-8; expected a text")
    }
    let root: Keys
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw ConfigurationError(file: path, line: 0, key: "", message: "the file is empty; expected scenarios")
      }
      root = try Keys(file: path, path: "", node: node, known: ["scenarios"])
    } catch let error as ConfigurationError {
      throw error
    } catch {
      throw ConfigurationError(file: path, line: 0, key: "", message: "is not YAML: \(error)")
    }
    guard let list = root["scenarios"]?.sequence, !list.isEmpty else {
      throw root.error("scenarios", "is missing or no list; expected at least one scenario")
    }
    var scenarios: [ScenarioRequest] = []
    for (index, node) in list.enumerated() {
      let keys = try Keys(
        file: path, path: "scenarios[\(index + 1)]", node: node, known: ["name", "shocks", "replay", "stress"])
      let name = try keys.text("name")
      guard !scenarios.contains(where: { $0.name == name }) else {
        throw keys.error("name", "'\(name)' is there twice")
      }
      let given = ["shocks", "replay", "stress"].filter { keys[$0] != nil }
      guard given.count == 1 else {
        throw keys.error(given.last ?? "", "has \(given.count) of shocks, replay and stress; expected one of them")
      }
      let move: ScenarioRequest.Move =
        switch given[0] {
        case "shocks": .shocks(try Self.shocks(keys))
        case "replay": try Self.replay(keys)
        default: try Self.stress(keys)
        }
      scenarios.append(ScenarioRequest(name: name, move: move))
    }
    self.scenarios = scenarios
  }

  private static func shocks(_ scenario: Keys) throws(ConfigurationError) -> [ScenarioRequest.Shock] {
    let keys = try scenario.section("shocks", known: nil)
    guard !keys.names.isEmpty else { throw scenario.error("shocks", "is empty; expected factors with their returns") }
    var shocks: [ScenarioRequest.Shock] = []
    for name in keys.names {
      if keys[name]?.mapping != nil {
        let total = try keys.section(name, known: ["total"])
        shocks.append(.init(factor: name, value: try total.number("total"), isTotal: true))
      } else {
        shocks.append(.init(factor: name, value: try keys.number(name)))
      }
    }
    return shocks
  }

  private static func replay(_ scenario: Keys) throws(ConfigurationError) -> ScenarioRequest.Move {
    let keys = try scenario.section("replay", known: ["from", "through"])
    let (first, last) = (try keys.date("from"), try keys.date("through"))
    guard first <= last else { throw keys.error("through", "is \(last), before \(first)") }
    return .replay(from: first, through: last)
  }

  private static func stress(_ scenario: Keys) throws(ConfigurationError) -> ScenarioRequest.Move {
    let keys = try scenario.section("stress", known: ["factors", "idio", "correlation", "group", "signs"])
    guard !keys.names.isEmpty else {
      throw scenario.error("stress", "is empty; expected factors, idio or correlation")
    }
    if keys["group"] != nil, keys["signs"] != nil {
      throw keys.error("signs", "is there beside group; expected one of them")
    }
    var block = ScenarioRequest.CorrelatedBlock.labels(group: nil)
    if keys["group"] != nil { block = .labels(group: try keys.text("group")) }
    if keys["signs"] != nil {
      let signs = try keys.section("signs", known: nil)
      var factors: [ScenarioRequest.SignedFactor] = []
      for name in signs.names {
        let sign = try signs.number(name)
        guard abs(sign) == 1 else { throw signs.error(name, "is \(sign); expected 1 or -1") }
        factors.append(.init(factor: name, sign: sign))
      }
      block = .factors(factors)
    }
    if keys["correlation"] == nil, keys["group"] != nil || keys["signs"] != nil {
      throw keys.error("correlation", "is missing; expected a number from 0 to 1")
    }
    return .stress(
      factors: try keys.number("factors", else: 1), idio: try keys.number("idio", else: 1),
      correlation: try keys.number("correlation", else: 0), of: block)
  }
}

/// The keys of one mapping of a file of scenarios.
private struct Keys {
  let file: String
  let path: String
  private let node: Node.Mapping
  private let mark: Mark?

  init(file: String, path: String, node: Node, known: [String]?) throws(ConfigurationError) {
    self.file = file
    self.path = path
    mark = node.mark
    guard case .mapping(let mapping) = node else {
      throw ConfigurationError(
        file: file, line: node.mark?.line ?? 0, key: path, message: "is no mapping; expected keys with their values")
    }
    self.node = mapping
    guard let known else { return }
    for name in names where !known.contains(name) {
      let hint = NearestName.find(name, among: known).map { "; did you mean '\($0)'?" } ?? ""
      throw error(name, "is no known key\(hint) Known here: \(known.joined(separator: ", "))")
    }
  }

  /// The keys, in the order of the file.
  var names: [String] { node.keys.compactMap(\.string) }

  subscript(key: String) -> Node? { node.first { $0.key.string == key }?.value }

  func error(_ key: String, _ message: String) -> ConfigurationError {
    let line = node.first { $0.key.string == key }?.key.mark?.line ?? mark?.line ?? 0
    let name = key.isEmpty ? path : path.isEmpty ? key : "\(path).\(key)"
    return ConfigurationError(file: file, line: line, key: name, message: message)
  }

  func section(_ key: String, known: [String]?) throws(ConfigurationError) -> Keys {
    guard let value = self[key] else { throw error(key, "is missing; expected keys with their values") }
    return try Keys(file: file, path: path.isEmpty ? key : "\(path).\(key)", node: value, known: known)
  }

  func text(_ key: String) throws(ConfigurationError) -> String {
    guard let text = self[key]?.scalar?.string, !text.isEmpty else {
      throw error(key, "is missing or no text; expected a text")
    }
    return text
  }

  func number(_ key: String, else usual: Double? = nil) throws(ConfigurationError) -> Double {
    guard let value = self[key] else {
      guard let usual else { throw error(key, "is missing; expected a number") }
      return usual
    }
    guard let number = value.scalar.flatMap({ Double($0.string) }), number.isFinite else {
      throw error(key, "is \(value.scalar.map { "'\($0.string)'" } ?? "no number"); expected a finite number")
    }
    return number
  }

  func date(_ key: String) throws(ConfigurationError) -> CalendarDate {
    let text = try text(key)
    guard let date = CalendarDate(text: text.utf8) else {
      throw error(key, "is '\(text)'; expected a date such as 2015-01-31")
    }
    return date
  }
}
