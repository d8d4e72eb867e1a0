import Foundation
import Testing

@testable import ModelStore

/// Folders of temporary files: what stays and what goes.
@Suite struct ScratchFolderTests {
  private let parent: URL

  init() throws {
    parent = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
  }

  private var entries: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: parent.path).sorted() }
  }

  @Test func aFolderGoesWithItsOwner() throws {
    defer { try? FileManager.default.removeItem(at: parent) }
    var folder: ScratchFolder? = try ScratchFolder("rows", in: parent.path)
    try Data("rows".utf8).write(to: URL(filePath: try #require(folder?.path(of: "0.feather"))))
    #expect(try entries.count == 1)
    folder = nil
    #expect(try entries == [])
  }

  @Test func whatAKilledProcessLeftIsSwept() throws {
    defer { try? FileManager.default.removeItem(at: parent) }
    let left = StagingFolder.path(for: parent.appending(path: "rows"))
    try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: false)
    try Data("rows".utf8).write(to: URL(filePath: left + "/0.feather"))
    let folder = try ScratchFolder("rows", in: parent.path)
    #expect(try entries == [URL(filePath: folder.path).lastPathComponent])
  }

  @Test func whatIsHeldOrOfAnotherNameStays() throws {
    defer { try? FileManager.default.removeItem(at: parent) }
    let other = StagingFolder.path(for: parent.appending(path: "other"))
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
    let first = try ScratchFolder("rows", in: parent.path)
    let second = try ScratchFolder("rows", in: parent.path)
    #expect(Set(try entries) == Set([other, first.path, second.path].map { URL(filePath: $0).lastPathComponent }))
  }

  @Test func thePlaceMustBeThere() {
    defer { try? FileManager.default.removeItem(at: parent) }
    let place = parent.path + "/none"
    #expect {
      _ = try ScratchFolder("rows", in: place)
    } throws: { error in
      guard case StoreError.cannotCreate(_, let reason) = error else { return false }
      return reason == "there is no folder \(place)"
    }
    #expect(!FileManager.default.fileExists(atPath: place))
  }
}
