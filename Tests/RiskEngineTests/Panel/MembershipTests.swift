import RiskEngine
import TestSupport
import Testing

/// Fractional memberships: what an asset belongs to as of a date, and what is refused.
@Suite struct MembershipTests {
  /// Two assets with rows on five dates, in one group of memberships.
  static func table(_ memberships: [PanelTable.Membership]) -> PanelTable {
    var table = PanelTable(schema: PanelSchema(groups: ["industry"]), memberships: ["industry": memberships])
    for date in 0..<5 {
      for asset in ["a", "b"] {
        table.rows.append(.init(date: RandomPanel.date(date), asset: asset, return: 0.01, labels: [""]))
      }
    }
    return table
  }

  /// The memberships of each asset of each cross-section, as text.
  static func memberships(_ panel: Panel) -> [[String]] {
    panel.crossSections.map { section in
      guard case .memberships(let column) = section.groups[0] else { return [] }
      return section.assets.indices.map { row in
        let entries = (column.starts[row]..<column.starts[row + 1]).map { entry in
          "\(panel.labels[0][column.labels[Int(entry)]])=\(column.fractions[Int(entry)])"
        }
        return "\(panel.assets[section.assets[row]]): " + entries.joined(separator: " ")
      }
    }
  }

  static let constant: [PanelTable.Membership] = [
    .init(asset: "b", label: "x", fraction: 1),
    .init(asset: "a", label: "y", fraction: 0.75), .init(asset: "a", label: "x", fraction: 0.25),
  ]

  @Test func membershipsWithoutDatesHoldAlways() throws {
    let panel = try Self.table(Self.constant).panel(lag: 0)
    #expect(Self.memberships(panel) == Array(repeating: ["a: x=0.25 y=0.75", "b: x=1.0"], count: 5))
  }

  /// A membership dated d holds at the rows of d and after, hence for returns `lag` dates later.
  @Test(arguments: [0, 1, 2])
  func membershipsHoldFromTheirDateUntilTheNext(lag: Int) throws {
    let memberships: [PanelTable.Membership] = [
      .init(date: RandomPanel.date(2), asset: "a", label: "z", fraction: 1),
      .init(date: RandomPanel.date(0), asset: "a", label: "x", fraction: 0.5),
      .init(date: RandomPanel.date(0), asset: "a", label: "y", fraction: 0.5),
      .init(asset: "b", label: "y", fraction: 1),
      .init(date: RandomPanel.date(3), asset: "b", label: "x", fraction: 1),
    ]
    let panel = try Self.table(memberships).panel(lag: lag)
    let expected = [
      ["a: x=0.5 y=0.5", "b: y=1.0"], ["a: x=0.5 y=0.5", "b: y=1.0"], ["a: z=1.0", "b: y=1.0"],
      ["a: z=1.0", "b: x=1.0"], ["a: z=1.0", "b: x=1.0"],
    ]
    #expect(Self.memberships(panel) == Array(expected.prefix(5 - lag)))
  }

  @Test func anAssetBeforeItsFirstMembershipHasNoLabel() throws {
    var memberships = Self.constant
    for index in 1...2 { memberships[index].date = RandomPanel.date(2) }
    let panel = try Self.table(memberships).panel(lag: 1)
    #expect(panel.crossSections.map { $0.dropped.map(\.reasons) } == [[.noLabel], [.noLabel], [], []])
    #expect(panel.crossSections.map { $0.exclusionCounts(usesCaps: false).noLabel } == [1, 1, 0, 0])
  }

  @Test func anAssetWithoutMembershipHasNoLabel() throws {
    let panel = try Self.table(Array(Self.constant.dropFirst())).panel(lag: 0)
    #expect(panel.crossSections[0].dropped.map { panel.assets[$0.asset] } == ["b"])
  }

  /// Fractions given to nine digits are brought to a sum of one.
  @Test func sumsWithinRoundingAreBroughtToOne() throws {
    var memberships = Self.constant
    memberships[1].fraction = 0.666666667
    memberships[2].fraction = 0.333333334
    let section = try Self.table(memberships).panel(lag: 0).crossSections[0]
    guard case .memberships(let column) = section.groups[0] else { return }
    #expect(abs(column.fractions[0] + column.fractions[1] - 1) <= .ulpOfOne)
    #expect(column.fractions[0] != 0.333333334)
  }

  @Test(arguments: [
    (0.75, 0.2), (0.75, 0.25001), (1.25, -0.25), (1, 0), (.nan, 0.25), (.infinity, 0.25), (0, 0),
  ])
  func fractionsThatAreNotPartsOfOneAreRefused(first: Double, second: Double) throws {
    var memberships = Self.constant
    memberships[1].fraction = first
    memberships[2].fraction = second
    memberships[1].date = RandomPanel.date(1)
    memberships[2].date = RandomPanel.date(1)
    do {
      _ = try Self.table(memberships).panel(lag: 0)
      Issue.record("accepted")
    } catch let PanelError.badMembership(group, date, asset, sum) {
      #expect(group == "industry" && date == RandomPanel.date(1) && asset == "a")
      #expect(sum == first + second || sum.isNaN == (first + second).isNaN)
    }
  }

  @Test func oneLabelTwiceIsRefused() {
    var memberships = Self.constant
    memberships[2].label = "y"
    #expect(throws: PanelError.badMembership(group: "industry", date: nil, asset: "a", sum: 1)) {
      _ = try Self.table(memberships).panel(lag: 0)
    }
  }

  /// One label with fraction one is the same group as one of plain labels.
  @Test(arguments: [true, false])
  func wholeMembershipsAreLabels(hasMarket: Bool) throws {
    let plain = RandomPanel(dateCount: 3, labelCounts: [4], seed: 5).table()
    var fractional = plain
    fractional.memberships["group0"] = plain.rows.map {
      .init(date: $0.date, asset: $0.asset, label: $0.labels[0], fraction: 1)
    }
    for row in fractional.rows.indices { fractional.rows[row].labels[0] = "" }
    let regression = CrossSectionalRegression(hasMarket: hasMarket)
    let first = regression.estimate(try plain.panel())
    let second = regression.estimate(try fractional.panel())
    #expect(first.factors.names == second.factors.names)
    for (left, right) in zip(first.factorReturns.joined(), second.factorReturns.joined()) {
      #expect(abs(left - right) <= InvariantCase.tolerance * 0.1)
    }
    for (left, right) in zip(first.standardErrors.joined(), second.standardErrors.joined()) {
      #expect(abs(left - right) <= InvariantCase.tolerance * left)
    }
  }
}
