import Foundation
import StoreWorkload
import Synchronization
import Testing

@testable import ModelStore

/// The system refuses a call: the disk is full, read-only or broken.
@Suite struct ModelFailureTests {
  private static func prepare(_ step: StoreStep, at path: String) throws {
    switch step {
    case .create: break
    default: for step in [StoreStep.create, .append] { try step.run(at: path) }
    }
  }

  /// Each call of a step is refused once, in turn.
  @Test(arguments: StoreStep.allCases, [ENOSPC, EIO])
  func everyCallIsRefused(step: StoreStep, number: Int32) throws {
    let original = try TemporaryFolder()
    try Self.prepare(step, at: original.path("model"))
    let old = step == .create ? nil : try StoreContent(at: original.path("model"))
    var call = 1
    var refusedCount = 0
    var isDone = false
    while !isDone {
      let folder = try TemporaryFolder()
      let path = folder.path("model")
      if old != nil { try FileManager.default.copyItem(atPath: original.path("model"), toPath: path) }
      let count = Mutex(0)
      let last = call
      let place: Comment = "\(step), call \(call)"
      do {
        try FileSystemCall.withObserver({ _, _ in
          count.withLock { count in
            count += 1
            return count == last ? number : 0
          }
        }) { try step.run(at: path) }
        isDone = count.withLock { $0 } < call
        let content = try StoreContent(at: path)
        #expect(content.revisions == step.result(of: old?.revisions ?? []), place)
      } catch let error as StoreError {
        refusedCount += 1
        #expect([73, 74].contains(error.exitCode), "\(place): \(error)")
        #expect("\(error)".contains(number == ENOSPC ? "No space left" : "error"), place)
        if old == nil, !FileManager.default.fileExists(atPath: path) {
          #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [], place)
        } else if old == nil {
          // Only putting the parent folder on disk comes after a first estimate stands.
          #expect(try StoreContent(at: path).generation == 1, place)
        } else {
          #expect(try StoreContent(at: path) == old, place)
          #expect(try folder.listing("model").filter { $0.hasPrefix(".") } == [], place)
        }
      }
      if FileManager.default.fileExists(atPath: path) {
        #expect(try StoredModel(path: path).verify() == [], place)
        try StoreStep.append.run(at: path)
        #expect(try StoredModel(path: path).verify() == [], place)
        #expect(try folder.listing("model").filter { $0.hasPrefix(".") } == [], place)
      }
      call += 1
    }
    #expect(refusedCount > 20)
  }

  /// The system itself refuses to write beyond some size of files, as it does where a disk is full.
  @Test(arguments: [1, 4_096, 70_000, 149_999])
  func filesCannotGrow(limit: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("model")
    try StoreStep.create.run(at: path)
    let before = try folder.listing("model")
    for step in [StoreStep.append, .restate, .create] {
      let (end, text) = try StoreProcess(step.rawValue, path, "--limit", "\(limit)").wait()
      // Tables are written by Foundation here, whose errors are its own.
      #expect(end == .exited(74) || (limit < 1000 && end == .exited(1)), "\(text)")
      #expect(limit < 1000 || text.contains("\(path)/state/pipeline-00000"), "\(text)")
      #expect(limit < 1000 || text.contains("File too large"), "\(text)")
      #expect(try folder.listing("model") == before)
      #expect(try StoreContent(at: path).generation == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model"])
    }
  }
}
