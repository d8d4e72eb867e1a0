import Foundation
import RiskEngine
import RiskEngineTables
import Testing

/// Where rows are in the files of a source, and what the files' bytes are.
struct SourceRowSearchTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func placesOfAnAsset() throws {
    let first = try folder.file("1.csv", "date,asset,return\n2024-01-03,A,1\n2024-01-02,B,2\n2024-01-02,A,3\n")
    let second = try folder.file("2.csv", "date,asset,return\n2024-01-02,A,4\n2024-01-02,A,5\n2024-01-04,C,6\n")
    let reader = try SourceReader(
      SourceDescription(name: "vendor", kind: .returns, paths: [first, second]), identifiers: SharedIdentifiers())
    func places(_ date: String, _ asset: String?, limit: Int = .max) throws -> [String] {
      try reader.places(date: CalendarDate(date), asset: asset, limit: limit).map {
        "\(URL(filePath: $0.path).lastPathComponent) \($0.row)"
      }
    }
    // Files are in the order of their first dates.
    #expect(try places("2024-01-02", "A") == ["2.csv 1", "2.csv 2", "1.csv 3"])
    #expect(try places("2024-01-02", "A", limit: 2) == ["2.csv 1", "2.csv 2"])
    #expect(try places("2024-01-02", nil) == ["2.csv 1", "2.csv 2", "1.csv 2", "1.csv 3"])
    #expect(try places("2024-01-04", "C") == ["2.csv 3"])
    #expect(try places("2024-01-04", "A") == [])
    #expect(try places("2024-01-02", "none") == [])
  }

  /// Rows are counted over batches, against a search of what was written.
  @Test func placesInALongFile() throws {
    var generator = SeededGenerator(seed: 9)
    let rows = DailyRow.block(dates: 40, assets: 500).shuffled(using: &generator)
    let path = folder.path("t.parquet")
    try DailyRow.write(rows, to: path, rowsPerGroup: 300)
    let reader = try SourceReader(DailyRow.source([path]), identifiers: SharedIdentifiers())
    for row in [0, 299, 300, 9_999, 19_999] {
      let places = try reader.places(date: rows[row].date, asset: "asset \(rows[row].asset)")
      #expect(places.map(\.row) == [row + 1])
    }
  }

  /// By the date that orders rows, also where it was worked out.
  @Test func placesByDerivedDates() throws {
    let path = try folder.file("t.csv", "asset,item,fiscal_end,value\nA,x,2023-12-31,1\nB,x,2023-12-31,1\n")
    let reader = try SourceReader(
      SourceDescription(name: "vendor", kind: .fundamentals, paths: [path]), identifiers: SharedIdentifiers())
    #expect(try reader.places(date: CalendarDate("2024-03-30"), asset: "B").map(\.row) == [2])
  }

  @Test func hashesOfManyFiles() throws {
    let texts = (0..<300).map { String(repeating: "\($0)\n", count: $0) }
    let paths = try texts.enumerated().map { try folder.file("\($0).csv", $1) }
    let hasher = FileSetHasher(paths: paths)
    let contents = try hasher.finish()
    #expect(contents.map(\.byteCount) == texts.map(\.utf8.count))
    #expect(try contents == paths.map { try FileHasher.contents(ofFileAt: $0) })
    #expect(try hasher.finish() == contents)
    // The digest of no bytes, of FIPS 180-4.
    #expect(contents[0].sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(throws: TableError.fileMissing(path: "none")) { try FileSetHasher(paths: [paths[1], "none"]).finish() }
  }

  @Test func hashingMayStop() throws {
    let paths = try (0..<50).map { try folder.file("\($0).csv", "text") }
    FileSetHasher(paths: paths).cancel()
  }
}
