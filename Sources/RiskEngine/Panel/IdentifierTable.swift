/// Texts and the small whole numbers that stand for them: asset ids, or the labels of one group.
///
/// Codes are given in order of first appearance and never change, so arrays of codes stay valid while
/// the table grows. Nothing computed may depend on a code's value: wherever an order matters it is the
/// order of the texts' bytes, `ranks()`.
public struct IdentifierTable: Sendable {
  /// The texts, by code.
  public private(set) var texts: [String] = []
  /// The code of each text, the first of those that Swift calls equal.
  private var codes: [String: Int32] = [:]
  /// The codes of texts that Swift calls equal to one in `codes` but whose bytes differ.
  private var codesByBytes: [[UInt8]: Int32] = [:]

  /// Makes an empty table.
  public init() {}

  /// Makes a table whose codes are the positions in `texts`.
  ///
  /// - Precondition: no text occurs twice.
  public init(texts: [String]) {
    for text in texts {
      precondition(existingCode(of: text) == nil, "identifier '\(text)' twice")
      _ = code(for: text)
    }
  }

  /// The number of texts, one more than the largest code.
  public var count: Int { texts.count }

  /// The text of a code.
  public subscript(code: Int32) -> String { texts[Int(code)] }

  /// The code of a text, if it is in the table.
  ///
  /// Texts are their bytes: Swift's `==` also holds between canonical equivalents, which here are others.
  public func existingCode(of text: String) -> Int32? {
    guard let code = codes[text] else { return nil }
    if text.utf8.elementsEqual(texts[Int(code)].utf8) { return code }
    return codesByBytes[Array(text.utf8)]
  }

  /// The code of a text, which is added where it is new.
  public mutating func code(for text: String) -> Int32 {
    if let code = existingCode(of: text) { return code }
    let code = Int32(texts.count)
    texts.append(text)
    if codes[text] == nil { codes[text] = code } else { codesByBytes[Array(text.utf8)] = code }
    return code
  }

  /// For each code its place, from 0, when the texts are sorted by the bytes of their UTF-8.
  ///
  /// - Complexity: O(n log n) comparisons.
  public func ranks() -> [Int32] {
    var ranks = [Int32](repeating: 0, count: count)
    for (rank, code) in codesSortedByBytes().enumerated() { ranks[Int(code)] = Int32(rank) }
    return ranks
  }

  /// The codes in the order of their texts' UTF-8 bytes.
  ///
  /// - Complexity: O(n log n) comparisons.
  public func codesSortedByBytes() -> [Int32] {
    (0..<Int32(count)).sorted { Self.precedes(texts[Int($0)], texts[Int($1)]) }
  }

  /// Whether a text comes before another by the bytes of their UTF-8.
  ///
  /// Swift's own `<` compares canonical forms, which no other tool that sorts the files reproduces.
  public static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
