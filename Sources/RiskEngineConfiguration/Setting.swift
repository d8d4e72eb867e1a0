internal import Foundation

/// A key of the configuration: the source of its parsing, its checks and its documentation.
public struct Setting: Hashable, Sendable {
  /// What a key holds.
  public enum Kind: Hashable, Sendable {
    /// Keys below it.
    case section
    /// Keys below it, or one of some words.
    case sectionOrWord([String])
    /// A list of sections.
    case sections
    /// Keys of the user's own choice, each of which holds what the setting with `*` says.
    case map
    /// A text.
    case text
    /// A list of texts; a single text counts as a list of one.
    case texts
    /// True or false.
    case flag
    /// A number within bounds.
    case number(ClosedRange<Double>)
    /// A whole number within bounds.
    case integer(ClosedRange<Int>)
    /// A whole number within bounds, or `unlimited`.
    case count(ClosedRange<Int>)
    /// One of some words.
    case choice([String])
    /// Either a number within bounds or one of some words.
    case numberOrWord(ClosedRange<Double>, [String])
    /// Whatever a later stage makes of it.
    case free
  }

  /// The keys from the top; `*` stands for a key of the user's choice, `[]` for an entry of a list.
  public var path: [String]
  /// What the key holds.
  public var kind: Kind
  /// The default as written in YAML, or `nil` where there is none or none is needed.
  public var usual: String?
  /// What it means, in a sentence.
  public var meaning: String

  init(_ path: String, _ kind: Kind, _ usual: String? = nil, _ meaning: String) {
    self.path = path.split(separator: ".").map(String.init)
    self.kind = kind
    self.usual = usual
    self.meaning = meaning
  }

  /// What is expected, in words.
  public var expectation: String {
    switch kind {
    case .section: "keys below it"
    case .sectionOrWord(let words): "keys below it, or \(words.joined(separator: " or "))"
    case .sections: "a list of entries with keys"
    case .map: "names with what they stand for"
    case .text: "a text"
    case .texts: "a text or a list of texts"
    case .flag: "true or false"
    case .number(let range): "a number \(Self.words(range))"
    case .integer(let range): "a whole number \(Self.words(range))"
    case .count(let range): "a whole number \(Self.words(range)), or unlimited"
    case .choice(let words): words.joined(separator: ", ").lastSeparatorAsOr
    case .numberOrWord(let range, let words):
      "a number \(Self.words(range)), or \(words.joined(separator: " or "))"
    case .free: "a value"
    }
  }

  private static func words(_ range: ClosedRange<Double>) -> String {
    range.upperBound == .infinity
      ? "of \(short(range.lowerBound)) or more" : "from \(short(range.lowerBound)) to \(short(range.upperBound))"
  }

  private static func words(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? "of \(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
  }

  private static func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }
}

extension String {
  fileprivate var lastSeparatorAsOr: String {
    guard let comma = range(of: ", ", options: .backwards) else { return self }
    return replacingCharacters(in: comma, with: " or ")
  }
}
