import TestSupport
import Testing

@testable import RiskEngine

/// Identifiers are their bytes: no number, no canonical form, no locale.
@Suite struct IdentifierTableTests {
  /// Ascending by bytes; Swift's `<` would place the two spellings of é together and is not asked.
  static let ascending = [
    "", " ", "000123", "10", "123", "9", "A", "NA", "NaN", "Z", "a", "b", "cafe\u{301}", "caf\u{e9}", "null", "z",
    "\u{e9}", "\u{fb01}", "\u{1F600}",
  ]

  @Test func orderIsThatOfBytes() {
    for (left, right) in zip(Self.ascending, Self.ascending.dropFirst()) {
      #expect(IdentifierTable.precedes(left, right), "'\(left)' before '\(right)'")
      #expect(!IdentifierTable.precedes(right, left))
    }
    #expect(!IdentifierTable.precedes("a", "a"))
    #expect(IdentifierTable.precedes("a", "aa"))
    // The decomposed é is an e: before f, while the composed one is beyond z.
    #expect(IdentifierTable.precedes("e\u{301}", "f") && IdentifierTable.precedes("f", "\u{e9}"))
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func ranksDoNotDependOnFirstAppearance(seed: UInt64) {
    var random = TestRandom(seed: seed)
    let table = IdentifierTable(texts: Self.ascending.shuffled(using: &random))
    #expect(table.codesSortedByBytes().map { Array(table[$0].utf8) } == Self.ascending.map { Array($0.utf8) })
    for (rank, text) in Self.ascending.enumerated() {
      let code = table.texts.firstIndex { Array($0.utf8) == Array(text.utf8) }
      #expect(code.map { Int(table.ranks()[$0]) } == rank)
    }
  }

  /// Swift calls texts equal that Unicode calls canonically equivalent; other tools compare bytes.
  @Test(arguments: [
    ("caf\u{e9}", "cafe\u{301}"), ("K", "\u{212A}"), ("\u{c5}", "\u{212B}"), (";", "\u{37e}"),
    ("a\u{323}\u{307}", "a\u{307}\u{323}"),
  ])
  func equivalentTextsOfOtherBytesAreOthers(left: String, right: String) {
    #expect(left == right)
    for (first, second) in [(left, right), (right, left)] {
      var table = IdentifierTable()
      #expect(table.code(for: first) == 0)
      #expect(table.existingCode(of: second) == nil)
      #expect(table.code(for: second) == 1)
      #expect(table.code(for: first) == 0 && table.code(for: second) == 1)
      #expect(table.existingCode(of: first) == 0 && table.existingCode(of: second) == 1)
      #expect(Array(table[1].utf8) == Array(second.utf8))
    }
  }

  @Test func codesStayWhileTheTableGrows() {
    var table = IdentifierTable()
    for text in ["m", "a", "z", "a", "m"] { _ = table.code(for: text) }
    #expect(table.texts == ["m", "a", "z"])
    #expect(table.count == 3 && table.existingCode(of: "z") == 2 && table.existingCode(of: "q") == nil)
    #expect(table.codesSortedByBytes() == [1, 0, 2] && table.ranks() == [1, 0, 2])
  }

  /// The order that grows with the table is that of the whole table.
  @Test(arguments: [4, 5] as [UInt64])
  func growingOrdersAreThoseOfTheWholeTable(seed: UInt64) {
    var random = TestRandom(seed: seed)
    var table = IdentifierTable()
    var order = IdentifierOrder()
    for _ in 0..<20 {
      for _ in 0..<random.integer(below: 6) { _ = table.code(for: "\(random.integer(below: 100))") }
      order.update(table)
      #expect(order.sortedCodes == table.codesSortedByBytes())
      #expect(order.ranks == table.ranks())
    }
  }

  @Test func textsThatLookLikeNumbersOrHolesAreAssets() throws {
    let ids = ["000123", "123", "NA", "nan", "null", "1e3", "-", " 123"]
    var table = PanelTable(schema: PanelSchema(styles: []))
    for (index, id) in ids.enumerated() {
      table.rows.append(.init(date: RandomPanel.date(0), asset: id, return: Double(index)))
    }
    let panel = try table.panel(lag: 0)
    #expect(
      panel.crossSections[0].assets.map { panel.assets[$0] } == [
        " 123", "-", "000123", "123", "1e3", "NA", "nan", "null",
      ])
    #expect(Array(panel.crossSections[0].returns.prefix(8)) == [7, 6, 0, 1, 5, 2, 3, 4])
  }
}
