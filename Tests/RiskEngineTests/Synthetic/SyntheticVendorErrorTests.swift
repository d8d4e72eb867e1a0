import RiskEngine
import Testing

/// The errors that vendors make, and their labels.
@Suite struct SyntheticVendorErrorTests {
  /// A cell of a daily table, the second row of a date and asset apart.
  private struct Cell: Hashable {
    var vendor: Int
    var at: AssetDate
    var field: FieldName?
  }

  /// So many errors that each kind occurs.
  static let dirty = Result { try SyntheticVendorHistory(SyntheticVendorHistory.configuration(errorRate: 300)) }

  /// Whatever differs from vendors that make no errors is labelled, with both values, and nothing else is.
  @Test func labelsAreAllTheDifferences() throws {
    let dirty = try Self.dirty.get()
    var configuration = SyntheticVendorHistory.configuration(errorRate: 0)
    // These are splits of the market, which its prices show anyway.
    configuration.vendors.errorRates[.unadjustedSplit] = 900
    let clean = try SyntheticVendorHistory(configuration)
    let names = SyntheticVendors.vendorNames
    var labels: [Cell: SyntheticErrorLabel] = [:]
    for label in dirty.errors where label.table == "daily" {
      let vendor = try #require(names.firstIndex(of: label.source))
      let cell = Cell(vendor: vendor, at: AssetDate(date: label.date, asset: label.asset), field: label.field)
      #expect(labels.updateValue(label, forKey: cell) == nil, "one cell has two labels")
    }
    var found: Set<Cell> = []
    for vendor in names.indices {
      let (right, wrong) = (clean.all { $0.daily[vendor] }, dirty.all { $0.daily[vendor] })
      var rowOf: [AssetDate: Int] = [:]
      for row in right.dates.indices { rowOf[AssetDate(date: right.dates[row], asset: right.assets[row])] = row }
      var seen: Set<AssetDate> = []
      for row in wrong.dates.indices {
        let at = AssetDate(date: wrong.dates[row], asset: wrong.assets[row])
        guard let other = rowOf[at] else {
          #expect(found.insert(Cell(vendor: vendor, at: at, field: nil)).inserted)
          continue
        }
        let isSecond = !seen.insert(at).inserted
        var differs = false
        for (column, field) in dirty.vendors.dailySchema.numbers.enumerated() {
          let (truth, value) = (right.numbers[column][other], wrong.numbers[column][row])
          guard truth.bitPattern != value.bitPattern else { continue }
          differs = true
          let cell = Cell(vendor: vendor, at: at, field: field)
          found.insert(cell)
          let label = try #require(labels[cell], "an error without a label")
          #expect(label.trueValue == truth && label.reportedValue == value)
        }
        for (column, field) in dirty.vendors.dailySchema.labels.enumerated()
        where right.labels[column][other] != wrong.labels[column][row] {
          differs = true
          found.insert(Cell(vendor: vendor, at: at, field: field))
        }
        if isSecond && !differs { found.insert(Cell(vendor: vendor, at: at, field: nil)) }
      }
    }
    #expect(Set(labels.keys) == found)
  }

  /// Each kind at least thrice, in both vendors.
  @Test(arguments: SyntheticVendorError.allCases)
  func everyKindOccurs(kind: SyntheticVendorError) throws {
    let errors = try Self.dirty.get().errors.filter { $0.kind == kind }
    #expect(Set(errors.map(\.error)).count >= 3)
    #expect(Set(errors.map(\.source)).count == (kind == .lookAhead ? 1 : 2))
  }

  /// Errors of one vendor on one asset are 30 periods apart, and so are numbered.
  @Test func errorsKeepApart() throws {
    let history = try Self.dirty.get()
    var spans: [Int: (label: SyntheticErrorLabel, days: ClosedRange<Int>)] = [:]
    for label in history.errors where label.table != "fundamentals" {
      // A return that a wrong close makes wrong the next day is not an error of its own.
      if label.field == .return && label.kind != .wrongReturn { continue }
      let date =
        label.kind == .nonTradingDate ? CalendarDate(daysSinceEpoch: label.date.daysSinceEpoch - 1) : label.date
      let day = history.period(of: date)
      let known = spans[label.error]
      if let known { #expect(known.label.asset == label.asset && known.label.source == label.source) }
      let days = known.map { min($0.days.lowerBound, day)...max($0.days.upperBound, day) } ?? day...day
      spans[label.error] = (label, days)
    }
    #expect(Set(spans.keys).count > 100)
    var byAsset: [String: [ClosedRange<Int>]] = [:]
    for span in spans.values { byAsset["\(span.label.source) \(span.label.asset)", default: []].append(span.days) }
    for days in byAsset.values {
      let ordered = days.sorted { $0.lowerBound < $1.lowerBound }
      for (one, next) in zip(ordered, ordered.dropFirst()) { #expect(next.lowerBound - one.upperBound > 30) }
    }
    let numbers = history.errors.map(\.error)
    #expect(Set(numbers) == Set(0..<(numbers.max() ?? -1) + 1))
  }

  /// Stale runs repeat the close before them at least ten times, with volume.
  @Test func staleRunsAreLong() throws {
    let history = try Self.dirty.get()
    let runs = Dictionary(grouping: history.errors.filter { $0.kind == .staleRun && $0.field == .close }, by: \.error)
    for run in runs.values {
      #expect((10...15).contains(run.count))
      #expect(Set(run.map(\.reportedValue)).count == 1)
      let days = run.map { history.period(of: $0.date) }.sorted()
      #expect(days == Array(days[0]..<days[0] + days.count))
    }
  }

  /// Where caps do not follow returns, no split can be told from shares, and none is left out.
  @Test func constantCapsHaveNoUnadjustedSplits() throws {
    var configuration = SyntheticVendorHistory.configuration(errorRate: 300)
    configuration.caps.followReturns = false
    let history = try SyntheticVendorHistory(configuration)
    #expect(!history.errors.isEmpty && !history.errors.contains { $0.kind == .unadjustedSplit })
  }
}
