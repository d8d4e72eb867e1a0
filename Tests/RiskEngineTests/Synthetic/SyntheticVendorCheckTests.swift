import RiskEngine
import Testing

/// Ingestion finds the errors that vendors make, and next to nothing where they make none.
@Suite struct SyntheticVendorCheckTests {
  /// What ingestion finds in a history.
  private func findings(_ history: SyntheticVendorHistory) throws -> (findings: [Finding], counts: [Check: Int]) {
    let days = try history.ingested()
    #expect(days.allSatisfy { $0.fatal.isEmpty })
    var counts: [Check: Int] = [:]
    for count in days.flatMap(\.counts) { counts[count.check, default: 0] += count.count }
    return (days.flatMap(\.findings), counts)
  }

  /// Every error is found by its check, at its asset, source and dates.
  ///
  /// Labels are reconciled: a blank or unknown industry of one vendor is made good by the other's, so only unknown
  /// ones are findings. A duplicate is counted.
  @Test func everyErrorIsFound() throws {
    let history = try SyntheticVendorHistory(SyntheticVendorHistory.configuration(errorRate: 200))
    let (findings, counts) = try findings(history)
    let names = SyntheticVendors.vendorNames + ["actions", "risk_free", "fx", "fundamentals"]
    let errors = Dictionary(grouping: history.errors, by: \.error)
    var missed: [SyntheticVendorError: Int] = [:]
    var total: [SyntheticVendorError: Int] = [:]
    for labels in errors.values {
      let kind = labels[0].kind
      guard kind != .duplicateRow, kind != .blankIndustry else { continue }
      total[kind, default: 0] += 1
      let dates = labels.map(\.date)
      let source = Int32(names.firstIndex(of: labels[0].source) ?? -1)
      let isFound = findings.contains {
        $0.check == kind.check && $0.asset == labels[0].asset && $0.source == source && dates.contains($0.date)
      }
      if !isFound { missed[kind, default: 0] += 1 }
    }
    #expect(missed == [:], "of \(total)")
    #expect(total.count == SyntheticVendorError.allCases.count - 2)
    let duplicates = Set(history.errors.filter { $0.kind == .duplicateRow }.map(\.error)).count
    #expect(counts[.duplicateRow] == duplicates)
  }

  /// Without errors no check but those of gaps and carried values finds anything, but for true jumps: delistings, and
  /// earnings of heavy tails.
  @Test func cleanVendorsRaiseNothing() throws {
    let history = try SyntheticVendorHistory(SyntheticVendorHistory.configuration(errorRate: 0))
    let found = try findings(history).findings
    let expected: Set<Check> = [.gap, .carriedForward, .reusedIdentifier, .missingDrift, .jump, .spike]
    #expect(found.filter { !expected.contains($0.check) } == [])
    let delistings = Set(
      history.blocks.flatMap { block in
        block.events.indices.filter { block.events[$0].contains(.delistingLoss) }.map {
          AssetDate(date: block.rows.dates[$0], asset: block.rows.assets[$0])
        }
      })
    let jumps = found.filter { finding in
      guard finding.check == .jump || finding.check == .spike, let asset = finding.asset else { return false }
      return !delistings.contains(AssetDate(date: finding.date, asset: asset))
    }
    // Student's t with 6 degrees of freedom and jumps at earnings: 1 in 3,000 of 15,000 days of both vendors.
    #expect(jumps.count <= 10, "\(jumps)")
  }
}
