import RiskEngine
import TestSupport
import Testing

/// Mistakes in the input stop the run and are named with their place.
@Suite struct PanelErrorTests {
  static func table() -> PanelTable {
    RandomPanel(assetCount: 5, dateCount: 3, labelCounts: [2], styleCount: 2).table()
  }

  static func error(of table: PanelTable, lag: Int = 1) -> PanelError? {
    do {
      _ = try table.panel(lag: lag)
      return nil
    } catch { return error as? PanelError }
  }

  /// The row that tests spoil: an asset on the second date.
  static let row = 7
  static let date = RandomPanel.date(1)
  static let asset = RandomPanel.asset(2)

  @Test func theTableItselfIsClean() { #expect(Self.error(of: Self.table()) == nil) }

  @Test func aSecondRowOfAnAssetOnADate() {
    var table = Self.table()
    table.rows.append(table.rows[Self.row])
    #expect(Self.error(of: table) == .duplicateRow(date: Self.date, asset: Self.asset))
    // Also on the last date, whose loadings explain nothing, and where the rows are equal.
    table = Self.table()
    table.rows.append(table.rows[12])
    #expect(Self.error(of: table) == .duplicateRow(date: RandomPanel.date(2), asset: Self.asset))
  }

  @Test(arguments: [Double.infinity, -.infinity])
  func infiniteValues(value: Double) {
    for column in ["return", "style", "cap", "weight", "constraint"] {
      var table = Self.table()
      let expected: PanelError.Column
      switch column {
      case "return":
        table.rows[Self.row].return = value
        expected = .return
      case "style":
        table.rows[Self.row].styles[1] = value
        expected = .style("style1")
      case "cap":
        table.rows[Self.row].cap = value
        expected = .cap
      case "weight":
        table.rows[Self.row].weight = value
        expected = .weight
      default:
        table.rows[Self.row].constraintWeight = value
        expected = .constraintWeight
      }
      // Infinite, whatever its sign: what is negative is a number.
      #expect(
        Self.error(of: table) == .infiniteValue(column: expected, date: Self.date, asset: Self.asset))
    }
  }

  /// An infinite value hides behind neither a missing one nor a position that is not read in fours.
  @Test(arguments: 0..<5)
  func infiniteValuesAreFoundAtEveryPosition(position: Int) {
    var table = Self.table()
    for row in 5..<10 { table.rows[row].return = .nan }
    table.rows[5 + position].return = .infinity
    #expect(
      Self.error(of: table)
        == .infiniteValue(column: .return, date: Self.date, asset: RandomPanel.asset(position)))
  }

  @Test func negativeCapsAndWeights() {
    var table = Self.table()
    table.rows[Self.row].cap = -1e-300
    #expect(Self.error(of: table) == .negativeValue(column: .cap, date: Self.date, asset: Self.asset, value: -1e-300))
    table = Self.table()
    table.rows[Self.row].weight = -2
    #expect(Self.error(of: table) == .negativeValue(column: .weight, date: Self.date, asset: Self.asset, value: -2))
    table = Self.table()
    table.rows[Self.row].constraintWeight = -3
    #expect(
      Self.error(of: table) == .negativeValue(column: .constraintWeight, date: Self.date, asset: Self.asset, value: -3))
    // Zero of either sign is a value, and no cap.
    table = Self.table()
    table.rows[Self.row].cap = -0.0
    #expect(Self.error(of: table) == nil)
  }

  @Test(arguments: [
    ("Tech", "tech"), ("Tech", " Tech"), ("Tech", "Te ch"), ("Tech", "TECH\t"), ("Tech", "Tech\u{a0}"),
    ("caf\u{e9}", "cafe\u{301}"), ("Stra\u{df}e", "STRA\u{df}E"),
  ])
  func labelsThatDifferInCaseOrBlanks(first: String, second: String) {
    var table = Self.table()
    for row in table.rows.indices { table.rows[row].labels[0] = first }
    // In a later date than the first spelling.
    table.rows[12].labels[0] = second
    guard case .labelsDifferInCaseOrBlanks(group: "group0", let found, let other) = Self.error(of: table) else {
      Issue.record("no error")
      return
    }
    #expect(Array(found.utf8) == Array(first.utf8) && Array(other.utf8) == Array(second.utf8))
  }

  @Test func labelsOfOtherGroupsMayDifferInCase() {
    var table = RandomPanel(assetCount: 5, dateCount: 1, labelCounts: [2, 2]).table()
    for row in table.rows.indices { table.rows[row].labels = ["x", "X"] }
    #expect(Self.error(of: table, lag: 0) == nil)
  }

  @Test(arguments: [" ", "\t", "\u{a0} "])
  func labelsOfBlanks(label: String) {
    var table = Self.table()
    table.rows[3].labels[0] = label
    #expect(Self.error(of: table) == .blankLabel(group: "group0"))
  }

  @Test func datesOutOfOrderAndTwice() throws {
    let table = Self.table()
    let panel = try table.panel()
    var assembler = PanelAssembler(schema: table.schema)
    func rows(_ date: CalendarDate) -> PanelRows {
      var rows = PanelRows(schema: table.schema)
      rows.dates = [date]
      rows.assets = [0]
      rows.returns = [0.1]
      rows.caps = [1]
      rows.inUniverse = [true]
      rows.weights = [1]
      rows.constraintWeights = [1]
      rows.labels = [[0]]
      rows.styles = [[0], [0]]
      return rows
    }
    #expect(try assembler.append(rows(RandomPanel.date(3)), assets: panel.assets, labels: panel.labels) == nil)
    for index in [2, 3] {
      #expect(throws: PanelError.datesNotAscending(previous: RandomPanel.date(3), found: RandomPanel.date(index))) {
        _ = try assembler.append(rows(RandomPanel.date(index)), assets: panel.assets, labels: panel.labels)
      }
    }
  }

  @Test func tooFewRowsOrDates() {
    #expect(throws: PanelError.noRows) { try Panel(dates: [], assets: [], returns: []) }
    let date = RandomPanel.date(0)
    #expect(throws: PanelError.tooFewDates(count: 1, lag: 1)) {
      try Panel(dates: [date, date], assets: ["a", "b"], returns: [0, 0])
    }
    #expect(throws: PanelError.tooFewDates(count: 2, lag: 2)) {
      try Panel(dates: [date, RandomPanel.date(1)], assets: ["a", "a"], returns: [0, 0], lag: 2)
    }
  }

  @Test(arguments: [
    (
      PanelError.duplicateRow(date: RandomPanel.date(0), asset: "000123"),
      "asset '000123' has more than one row on 2020-01-06; expected one row for each date and asset"
    ),
    (
      .infiniteValue(column: .style("beta"), date: RandomPanel.date(0), asset: "NA"),
      "the style 'beta' of asset 'NA' on 2020-01-06 is infinite; expected a finite number or none"
    ),
    (
      .negativeValue(column: .cap, date: RandomPanel.date(0), asset: "a", value: -1),
      "the market cap of asset 'a' on 2020-01-06 is -1.0; expected zero or more"
    ),
    (.tooFewDates(count: 1, lag: 1), "the panel has 1 date, which leaves no period at lag 1; expected at least 2"),
  ])
  func messagesNameWhatWasFoundAndExpected(error: PanelError, message: String) {
    #expect(error.description == message)
  }
}
