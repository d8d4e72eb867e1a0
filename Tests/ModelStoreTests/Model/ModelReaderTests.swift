import Foundation
import StoreWorkload
import Synchronization
import Testing

@testable import ModelStore

/// Readers while a model is written: they see the state before or the state after, whole.
@Suite struct ModelReaderTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("model")
    for step in [StoreStep.create, .append, .append] { try step.run(at: path) }
  }

  /// A reader comes at every call that changes files and reads everything.
  @Test(arguments: StoreStep.allCases)
  func aReaderAtEveryCall(step: StoreStep) throws {
    let old = try StoreContent(at: path)
    let path = path
    let seen = Mutex<[StoreContent]>([])
    let failures = Mutex<[String]>([])
    try FileSystemCall.withObserver({ call, file in
      FileSystemCall.withObserver(nil) {
        do {
          let model = try StoredModel(path: path)
          let content = try StoreContent(of: model)
          seen.withLock { $0.append(content) }
          let faults = model.verify()
          if !faults.isEmpty { failures.withLock { $0.append("\(call) \(file): \(faults)") } }
        } catch StoreError.changed, StoreError.readFailed {
          // Between opening and reading another thread of the transaction may have gone on to the commit.
        } catch {
          failures.withLock { $0.append("\(call) \(file): \(error)") }
        }
      }
      return 0
    }) { try step.run(at: path) }
    #expect(failures.withLock { $0 } == [])
    let contents = seen.withLock { $0 }
    let new = try StoreContent(at: path)
    #expect(contents.count > 30)
    #expect(Set(contents) == [old, new])
    let first = try #require(contents.firstIndex(of: new))
    #expect(contents[first...].allSatisfy { $0 == new })
  }

  @Test func whoOpenedTheModelBeforeAnUpdateReadsOn() throws {
    let model = try StoredModel(path: path)
    let segments = try #require(model.manifest.table("idio_returns")).segments
    try StoreStep.append.run(at: path)
    for segment in segments { try model.check(segment) }
    // The state was replaced.
    #expect(throws: StoreError.changed(path: path)) { try model.state("pipeline") }
    try StoreStep.compact.run(at: path)
    for segment in segments { #expect(throws: StoreError.changed(path: path)) { try model.path(of: segment) } }
    #expect(StoreError.changed(path: path).exitCode == 75)
    #expect(try StoreContent(at: path).generation == 5)
  }

  @Test func whoOpenedAModelThatIsReplacedIsTold() throws {
    let model = try StoredModel(path: path)
    try StoreStep.create.run(at: path)
    #expect(throws: StoreError.changed(path: path)) { try StoreContent(of: model) }
    #expect(model.verify().first?.file == "manifest.json")
  }

  /// Where the files cannot be put into place the change has happened nevertheless.
  @Test func aCommitThatIsNotSettled() throws {
    let old = try StoreContent(at: path)
    let transaction = try ModelTransaction(updating: path)
    let isCommitted = Atomic(false)
    let outcome = try FileSystemCall.withObserver({ call, file in
      if call == .move, file.hasSuffix("/model/manifest.json") {
        isCommitted.store(true, ordering: .relaxed)
        return 0
      }
      return isCommitted.load(ordering: .relaxed) ? EROFS : 0
    }) {
      try transaction.setState(Array("none".utf8), named: "other")
      return try transaction.commit()
    }
    #expect(outcome == .unsettled(reason: "Read-only file system"))
    let model = try StoredModel(path: path)
    #expect(model.manifest.generation == old.generation + 1)
    #expect(try model.state("other") == Array("none".utf8))
    #expect(try folder.listing("model").contains(".pending-000004/state/other-000004"))
    #expect(model.verify() == [])
    try ModelTransaction(updating: path).discard()
    #expect(try folder.listing("model").filter { $0.hasPrefix(".") } == [])
    #expect(try model.state("other") == Array("none".utf8))
  }
}
