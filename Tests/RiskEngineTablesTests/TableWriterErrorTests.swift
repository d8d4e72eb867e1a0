import Foundation
import RiskEngineTables
import Testing

/// Writing that fails leaves nothing behind and says why.
struct TableWriterErrorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func cannotCreate() throws {
    let path = folder.path("none/t.parquet")
    let error = #expect(throws: TableError.self) { try TableWriter(path: path, columns: [.init("x", .number)]) }
    #expect(error == .cannotCreate(path: path, reason: "No such file or directory"))
    #expect(error?.exitCode == 73)
  }

  /// A device that is always full stands for a disk that is.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")), arguments: TableFormat.allCases)
  func diskFull(format: TableFormat) throws {
    let error = #expect(throws: TableError.self) {
      let writer = try TableWriter(
        path: "/dev/full", format: format, columns: [.init("x", .number)], options: .init(rowsPerGroup: 1000))
      for _ in 0..<500 { try writer.append([.numbers((0..<1000).map { Double($0) })]) }
      try writer.close()
    }
    #expect(error == .writeFailed(path: "/dev/full", reason: "No space left on device"))
    #expect(error?.exitCode == 74)
  }

  @Test func unknownFormat() {
    #expect(throws: TableError.unknownFormat(path: "t.xlsx")) {
      try TableWriter(path: "t.xlsx", columns: [.init("x", .number)])
    }
  }

  @Test(arguments: TableFormat.allCases)
  func writerLetGoLeavesNoFile(format: TableFormat) throws {
    let path = folder.path("t.\(format.fileExtension)")
    do {
      let writer = try TableWriter(path: path, columns: [.init("x", .number)])
      try writer.append([.numbers([1])])
      #expect(FileManager.default.fileExists(atPath: path))
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  /// Encoding goes on in another thread than the one that appends, and both may be any.
  @Test func rowsFromAnotherThread() async throws {
    let path = folder.path("t.parquet")
    let writer = try TableWriter(path: path, columns: [.init("x", .number)], options: .init(rowsPerGroup: 100))
    for start in 0..<10 {
      try await Task.detached { try writer.append([.numbers((0..<77).map { Double(start * 77 + $0) })]) }.value
    }
    try writer.close()
    #expect(try WholeTable(path, [.init("x", .number)]).numbers["x"] == (0..<770).map { Double($0) })
  }
}
