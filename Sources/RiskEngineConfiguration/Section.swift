internal import RiskEngine
internal import RiskEngineTables
internal import Yams

/// A part of a configuration that is read key by key; keys that no setting describes are errors.
struct Section {
  let file: String
  /// The keys above, as in the file.
  let path: [String]
  /// The keys above, as settings name them.
  let pattern: [String]
  private let node: Node.Mapping
  private let mark: Mark?

  private init(file: String, path: [String], pattern: [String], node: Node.Mapping, mark: Mark?) {
    self.file = file
    self.path = path
    self.pattern = pattern
    self.node = node
    self.mark = mark
  }

  /// Reads a whole document.
  init(file: String, text: String) throws(ConfigurationError) {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Self.syntax(file, error)
    } catch {
      throw ConfigurationError(file: file, line: 0, key: "", message: "\(error)")
    }
    guard let root, case .mapping(let mapping) = root else {
      throw ConfigurationError(
        file: file, line: root?.mark?.line ?? 0, key: "",
        message: root == nil ? "the file is empty; expected keys" : "expected keys with their values")
    }
    self.init(file: file, path: [], pattern: [], node: mapping, mark: root.mark)
    try requireKnownKeys()
  }

  /// The keys that are there, in the order of the file.
  var keys: [String] { node.keys.compactMap(\.string) }

  /// Whether a key is there and is not null.
  func has(_ key: String) -> Bool { value(key) != nil }

  /// Something wrong with a key.
  func error(_ key: String, _ message: String) -> ConfigurationError {
    let line = node.first { $0.key.string == key }?.key.mark?.line ?? mark?.line ?? 0
    return ConfigurationError(file: file, line: line, key: (path + [key]).joined(separator: "."), message: message)
  }

  /// Something wrong with the section itself.
  func error(_ message: String) -> ConfigurationError {
    ConfigurationError(file: file, line: mark?.line ?? 0, key: path.joined(separator: "."), message: message)
  }

  /// An error about a key of a section below, at its line where the file has one.
  func error(
    in section: String, _ key: String, _ message: String
  ) throws(ConfigurationError) -> ConfigurationError {
    guard let part = try self.section(section) else { return error("\(section).\(key)", message) }
    return part.error(key, message)
  }

  // MARK: Values

  /// A text, or `nil` where the key is not there.
  func text(_ key: String) throws(ConfigurationError) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = value.scalar?.string, !text.isEmpty else { throw unexpected(key, value) }
    if case .choice(let words) = setting(key).kind, !words.contains(text) {
      throw unexpected(key, value, nearest: NearestName.find(text, among: words))
    }
    return text
  }

  /// A text that has to be there.
  func requiredText(_ key: String) throws(ConfigurationError) -> String {
    guard let text = try text(key) else { throw error(key, "is missing; expected \(setting(key).expectation)") }
    return text
  }

  /// Texts, or `nil` where the key is not there.
  func texts(_ key: String) throws(ConfigurationError) -> [String]? {
    guard let value = value(key) else { return nil }
    if let single = value.scalar?.string { return [single] }
    guard let sequence = value.sequence else { throw unexpected(key, value) }
    var texts: [String] = []
    for entry in sequence {
      guard let text = entry.scalar?.string, !text.isEmpty else { throw unexpected(key, entry) }
      guard !texts.contains(text) else { throw error(key, "names '\(text)' twice") }
      texts.append(text)
    }
    return texts
  }

  /// A word of a type.
  func choice<Choice: RawRepresentable>(
    _ key: String, _ type: Choice.Type = Choice.self
  ) throws(ConfigurationError) -> Choice? where Choice.RawValue == String {
    guard let text = try text(key) else { return nil }
    guard let choice = Choice(rawValue: text) else { throw unexpected(key, value(key)) }
    return choice
  }

  /// A truth value, or `nil` where the key is not there.
  func flag(_ key: String) throws(ConfigurationError) -> Bool? {
    guard let value = value(key) else { return nil }
    switch value.scalar?.string.lowercased() {
    case "true", "on", "yes": return true
    case "false", "off", "no": return false
    default: throw unexpected(key, value)
    }
  }

  /// A number, or `nil` where the key is not there.
  func number(_ key: String) throws(ConfigurationError) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.scalar.flatMap({ Double($0.string) }), !number.isNaN else {
      throw unexpected(key, value)
    }
    switch setting(key).kind {
    case .number(let range), .numberOrWord(let range, _):
      guard range.contains(number) else { throw unexpected(key, value) }
    default: preconditionFailure("\(pattern + [key]) is described as no number")
    }
    return number
  }

  /// A whole number, or `nil` where the key is not there.
  func integer(_ key: String) throws(ConfigurationError) -> Int? {
    guard let value = value(key) else { return nil }
    guard let number = value.scalar.flatMap({ Int($0.string) }) else { throw unexpected(key, value) }
    guard case .integer(let range) = setting(key).kind else {
      preconditionFailure("\(pattern + [key]) is described as no whole number")
    }
    guard range.contains(number) else { throw unexpected(key, value) }
    return number
  }

  /// The word where the key holds one, else `nil`: for settings that are a number or a word.
  func word(_ key: String) throws(ConfigurationError) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = value.scalar?.string, Double(text) == nil else { return nil }
    switch setting(key).kind {
    case .numberOrWord(_, let words), .sectionOrWord(let words):
      guard words.contains(text) else { throw unexpected(key, value) }
    case .count:
      guard text == "unlimited" else { throw unexpected(key, value) }
    default: return nil
    }
    return text
  }

  /// A count; `nil` inside for `unlimited`, `nil` outside where the key is not there.
  func count(_ key: String) throws(ConfigurationError) -> Int?? {
    guard let value = value(key) else { return nil }
    if try word(key) == "unlimited" { return .some(nil) }
    guard case .count(let range) = setting(key).kind, let number = value.scalar.flatMap({ Int($0.string) }),
      range.contains(number)
    else { throw unexpected(key, value) }
    return .some(number)
  }

  /// Whether a key holds keys of its own.
  func isSection(_ key: String) -> Bool { value(key)?.mapping != nil }

  /// The section of a key, or `nil` where the key is not there.
  func section(_ key: String) throws(ConfigurationError) -> Section? {
    guard let value = value(key) else { return nil }
    return try section(key, value, path: path + [key], pattern: pattern + [patternKey(key)])
  }

  /// The sections of a list, or `nil` where the key is not there.
  func sections(_ key: String) throws(ConfigurationError) -> [Section]? {
    guard let value = value(key) else { return nil }
    guard let sequence = value.sequence else { throw unexpected(key, value) }
    var sections: [Section] = []
    for (index, entry) in sequence.enumerated() {
      sections.append(
        try section(
          key, entry, path: path + ["\(key)[\(index + 1)]"], pattern: pattern + [patternKey(key), "[]"]))
    }
    return sections
  }

  private func section(
    _ key: String, _ value: Node, path: [String], pattern: [String]
  ) throws(ConfigurationError) -> Section {
    guard case .mapping(let mapping) = value else { throw unexpected(key, value) }
    let section = Section(file: file, path: path, pattern: pattern, node: mapping, mark: value.mark)
    try section.requireKnownKeys()
    return section
  }

  // MARK: Keys

  private func value(_ key: String) -> Node? {
    guard let value = node.first(where: { $0.key.string == key })?.value else { return nil }
    if let scalar = value.scalar, scalar.style == .plain, ["", "~", "null"].contains(scalar.string) { return nil }
    return value
  }

  /// The key as settings name it: `*` where the user chooses the keys of this section.
  private func patternKey(_ key: String) -> String {
    SettingCatalog.setting(pattern + [key]) != nil ? key : "*"
  }

  private func setting(_ key: String) -> Setting {
    guard let setting = SettingCatalog.setting(pattern + [key]) ?? SettingCatalog.setting(pattern + ["*"]) else {
      preconditionFailure("no setting describes \((pattern + [key]).joined(separator: "."))")
    }
    return setting
  }

  private func requireKnownKeys() throws(ConfigurationError) {
    guard SettingCatalog.setting(pattern + ["*"]) == nil else { return }
    let known = SettingCatalog.keys(below: pattern)
    for entry in node {
      guard let key = entry.key.string else {
        throw ConfigurationError(
          file: file, line: entry.key.mark?.line ?? 0, key: path.joined(separator: "."),
          message: "has a key that is no text")
      }
      guard !known.contains(key) else { continue }
      let nearest = NearestName.find(key, among: known).map { "; did you mean '\($0)'?" } ?? ""
      throw error(key, "is no known key\(nearest) Known here: \(known.joined(separator: ", "))")
    }
  }

  private func unexpected(_ key: String, _ value: Node?, nearest: String? = nil) -> ConfigurationError {
    let found =
      switch value {
      case .scalar(let scalar): "is '\(scalar.string)'"
      case .mapping: "has keys below it"
      case .sequence: "is a list"
      default: "is missing"
      }
    let hint = nearest.map { " (did you mean '\($0)'?)" } ?? ""
    var error = error(key, "\(found)\(hint); expected \(setting(key).expectation)")
    error.line = value?.mark?.line ?? error.line
    return error
  }

  private static func syntax(_ file: String, _ error: YamlError) -> ConfigurationError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      ConfigurationError(file: file, line: mark.line, key: "", message: "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      ConfigurationError(
        file: file, line: context.mark.line, key: "", message: "key '\(keys.joined(separator: "', '"))' twice")
    default: ConfigurationError(file: file, line: 0, key: "", message: "is not YAML: \(error)")
    }
  }
}
