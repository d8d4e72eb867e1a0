import Foundation
import Testing

@testable import ModelStore

/// What stays beside an output where a process did not live to remove it, and what becomes of it.
@Suite struct StagingFolderTests {
  private let parent: URL
  private let target: URL

  init() throws {
    parent = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    target = parent.appending(path: "out")
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
  }

  private var entries: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: parent.path).sorted() }
  }

  @Test func aFolderThatNobodyHoldsIsSwept() throws {
    defer { try? FileManager.default.removeItem(at: parent) }
    let left = StagingFolder.path(for: target)
    try FileManager.default.createDirectory(atPath: left + "/truth", withIntermediateDirectories: true)
    try Data("rows".utf8).write(to: URL(filePath: left + "/truth/panel.parquet"))
    let output = try OutputFolder(path: target.path)
    #expect(try entries == [URL(filePath: output.stagingPath).lastPathComponent])
    output.discard()
    #expect(try entries == [])
  }

  @Test func aFolderThatIsHeldStays() throws {
    defer { try? FileManager.default.removeItem(at: parent) }
    let first = try OutputFolder(path: target.path)
    let second = try OutputFolder(path: target.path)
    #expect(first.stagingPath != second.stagingPath)
    #expect(try entries.count == 2)
    try first.write(Data(#"{"producer": "riskengine"}"#.utf8), to: OutputFolder.manifestName)
    try first.commit()
    try second.write(Data(#"{"producer": "riskengine"}"#.utf8), to: OutputFolder.manifestName)
    try second.commit()
    #expect(try entries == ["out"])
  }

  /// Of another output, of another host, or with a name that only looks alike.
  @Test func otherFoldersStay() throws {
    defer { try? FileManager.default.removeItem(at: parent) }
    let mine = URL(filePath: StagingFolder.path(for: target)).lastPathComponent
    let others = [
      mine.replacingOccurrences(of: ".out.", with: ".other."), ".out.elsewhere-\(UUID().uuidString).1-0.partial",
      mine + ".kept", ".out",
    ].sorted()
    for name in others {
      try FileManager.default.createDirectory(at: parent.appending(path: name), withIntermediateDirectories: false)
    }
    let output = try OutputFolder(path: target.path)
    output.discard()
    #expect(try entries == others)
  }

  /// A link with such a name is nobody's folder.
  @Test func linksAreNotFollowed() throws {
    defer { try? FileManager.default.removeItem(at: parent) }
    let kept = parent.appending(path: "kept")
    try FileManager.default.createDirectory(at: kept, withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: StagingFolder.path(for: target), withDestinationPath: kept.path)
    let output = try OutputFolder(path: target.path)
    output.discard()
    #expect(try entries.contains("kept"))
  }
}
