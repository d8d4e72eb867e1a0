import RiskEngine
import RiskEngineTables
import Testing

/// The dates of a file, read alone.
struct DateRunsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ texts: [String?], rowsPerGroup: Int = 2) throws -> String {
    try FixtureTable(columns: [.init("date", "string", texts), .init("x", "string", texts.map { _ in "no number" })])
      .write(to: folder, rowsPerGroup: rowsPerGroup)
  }

  private func run(_ date: String, _ rowCount: Int) -> DateRuns.Run {
    DateRuns.Run(date: CalendarDate(date), rowCount: rowCount)
  }

  @Test(arguments: [1, 2, 100])
  func runsCrossBatches(rowsPerBatch: Int) throws {
    let path = try write(["2024-01-02", "2024-01-02", "2024-01-02", "2024-01-03", "2024-01-05", "2024-01-05"])
    let runs = try DateRuns(path: path, column: "date", options: .init(rowsPerBatch: rowsPerBatch))
    #expect(runs.runs == [run("2024-01-02", 3), run("2024-01-03", 1), run("2024-01-05", 2)])
    #expect(runs.isInDateOrder)
    #expect(runs.rowCount == 6 && runs.missingCount == 0)
    #expect(runs.rowsByDate == runs.runs)
  }

  @Test func datesOutOfOrder() throws {
    let runs = try DateRuns(path: write(["2024-01-03", "2024-01-02", "2024-01-03", "2024-01-03"]), column: "date")
    #expect(!runs.isInDateOrder)
    #expect(runs.rowsByDate == [run("2024-01-02", 1), run("2024-01-03", 3)])
  }

  @Test func missingDatesAreCounted() throws {
    let runs = try DateRuns(path: write(["2024-01-02", nil, nil, "2024-01-03"]), column: "date")
    #expect(!runs.isInDateOrder)
    #expect(runs.missingCount == 2)
    #expect(runs.rowsByDate == [run("2024-01-02", 1), run("2024-01-03", 1)])
  }

  @Test func noRows() throws {
    let path = try folder.file("t.csv", "date\n")
    let runs = try DateRuns(path: path, column: "date")
    #expect(runs.isInDateOrder && runs.runs.isEmpty && runs.rowCount == 0)
  }
}
