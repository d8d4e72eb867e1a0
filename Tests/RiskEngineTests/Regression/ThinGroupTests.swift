import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Labels with few effective names, pulled to the market by a ridge.
@Suite struct ThinGroupTests {
  /// One date; label `g4` has two members.
  static func panel() throws -> Panel {
    var table = RandomPanel(assetCount: 50, dateCount: 1, labelCounts: [5], seed: 8).table()
    var kept = 0
    for row in table.rows.indices where table.rows[row].labels == ["g4"] {
      kept += 1
      if kept > 2 { table.rows[row].labels = ["g3"] }
    }
    return try table.panel(lag: 0)
  }

  @Test func withoutAThinLabelNothingChanges() throws {
    let panel = try Self.panel()
    let plain = CrossSectionalRegression().estimate(panel).periods[0]
    let thin = CrossSectionalRegression(thinGroupMinimum: 1).estimate(panel).periods[0]
    for (a, b) in zip(plain.factorReturns, thin.factorReturns) { #expect(abs(a - b) <= InvariantCase.tolerance) }
    for (a, b) in zip(plain.standardErrors, thin.standardErrors) { #expect(abs(a - b) <= InvariantCase.tolerance * a) }
    for (a, b) in zip(plain.idioReturns, thin.idioReturns) { #expect(abs(a - b) <= InvariantCase.tolerance) }
  }

  @Test func aThinLabelIsPulledToZeroAndTheMoreTheThinner() throws {
    let panel = try Self.panel()
    let position = 1 + 4
    let free = CrossSectionalRegression().estimate(panel).periods[0].factorReturns[position]
    var last = abs(free)
    for minimum in [5.0, 20, 1000, 1e8] {
      let pulled = CrossSectionalRegression(thinGroupMinimum: minimum).estimate(panel).periods[0]
      let value = abs(pulled.factorReturns[position])
      #expect(value < last)
      last = value
    }
    // The ridge of the last is 1e8 / 2 times the label's weight.
    #expect(last <= 1e-6 * abs(free))
  }

  /// The normal equations with the ridge: market and styles keep `Bᵀ W ε = 0`, industries sum to zero.
  @Test func gradientVanishesOutsideTheThinLabels() throws {
    let panel = try Self.panel()
    let section = panel.crossSections[0]
    let period = CrossSectionalRegression(thinGroupMinimum: 10).estimate(panel).periods[0]
    guard case .labels(let labels) = section.groups[0] else { return }
    let weighted = (0..<section.rowCount).map { section.caps[$0].squareRoot() * period.idioReturns[$0] }
    let size = weighted.reduce(0) { $0 + abs($1) }
    #expect(abs(weighted.reduce(0, +)) <= InvariantCase.tolerance * size)
    for style in 0..<section.styleCount {
      let sum = (0..<section.rowCount).reduce(0.0) { $0 + weighted[$1] * section.loading(row: $1, style: style) }
      #expect(abs(sum) <= InvariantCase.tolerance * size)
    }
    var total = 0.0
    var largest = 0.0
    for label in period.labels[0] {
      let sum = (0..<section.rowCount).reduce(0.0) { labels[$1] == label ? $0 + weighted[$1] : $0 }
      total += sum
      largest = max(largest, abs(sum))
    }
    #expect(abs(total) <= InvariantCase.tolerance * size)
    #expect(largest > 1e-6 * size)
  }

  /// The constraint holds with the ridge as without.
  @Test func sharesOfTheLabelsStillSumToZero() throws {
    let panel = try Self.panel()
    let section = panel.crossSections[0]
    guard case .labels(let labels) = section.groups[0] else { return }
    let period = CrossSectionalRegression(thinGroupMinimum: 10).estimate(panel).periods[0]
    let total = section.caps.reduce(0, +)
    let sum = period.labels[0].enumerated().reduce(0.0) { sum, entry in
      let share =
        (0..<section.rowCount).reduce(0.0) { labels[$1] == entry.element ? $0 + section.caps[$1] : $0 } / total
      return sum + share * period.factorReturns[1 + entry.offset]
    }
    #expect(abs(sum) <= InvariantCase.tolerance)
  }
}
