import Foundation
import StoreWorkload
import Synchronization
import Testing

@testable import ModelStore

/// What is on disk, and not only in the system's hands, at each moment at which the power may fail.
@Suite struct ModelDurabilityTests {
  private struct Event {
    var call: FileSystemCall
    var path: String
  }

  private static func folder(of path: String) -> String { URL(filePath: path).deletingLastPathComponent().path }

  /// The calls of a step in their order.
  private static func trace(_ step: StoreStep, at path: String) throws -> [Event] {
    let events = Mutex<[Event]>([])
    try FileSystemCall.withObserver({ call, file in
      events.withLock { $0.append(Event(call: call, path: file)) }
      return 0
    }) { try step.run(at: path) }
    return events.withLock { $0 }
  }

  /// Files and folders of which something is not on disk after some calls: bytes of a file, or names in a folder.
  private static func unsynchronized(_ events: ArraySlice<Event>) -> Set<String> {
    var dirty: Set<String> = []
    for event in events {
      switch event.call {
      case .write: dirty.formUnion([event.path, folder(of: event.path)])
      // A file that moves is counted as changed: its bytes have to be put on disk under its new name.
      case .move, .exchange: dirty.formUnion([event.path, folder(of: event.path)])
      case .createFolder, .remove: dirty.insert(folder(of: event.path))
      case .synchronize: dirty.remove(event.path)
      }
    }
    return dirty
  }

  @Test(arguments: [StoreStep.append, .restate, .compact])
  func everythingIsOnDiskBeforeTheCommit(step: StoreStep) throws {
    let temporary = try TemporaryFolder()
    let path = temporary.path("model")
    for step in [StoreStep.create, .append, .append] { try step.run(at: path) }
    let old = try StoredModel(path: path).manifest
    let events = try Self.trace(step, at: path)
    let manifest = try StoredModel(path: path).manifest
    let root = URL(filePath: path).resolvingSymlinksInPath().path
    let commit = try #require(events.firstIndex { $0.call == .move && $0.path == "\(root)/manifest.json" })
    #expect(events.filter { $0.path == "\(root)/manifest.json" }.count == 1)

    let dirty = Self.unsynchronized(events[..<commit])
    let pending = "\(root)/\(ModelLayout.pendingFolder(manifest.generation))"
    let new = Set(manifest.files.map(\.file)).subtracting(old.files.map(\.file))
    #expect(new.count >= 2)
    for file in new {
      let place = "\(pending)/\(file)"
      #expect(!dirty.contains(place) && !dirty.contains(Self.folder(of: place)), "\(file)")
      #expect(events[..<commit].contains { $0.call == .synchronize && $0.path == place }, "\(file)")
    }
    #expect(!dirty.contains("\(pending)/manifest.json") && !dirty.contains(pending) && !dirty.contains(root))

    // Nothing of the state before goes until the commit is on disk.
    let confirmed = try #require(
      events[commit...].firstIndex { $0.call == .synchronize && $0.path == root })
    let removals = events.indices.filter { events[$0].call == .remove }
    #expect(!removals.isEmpty && removals.allSatisfy { $0 > confirmed })
    // The hidden folder goes once the files are on disk where they belong.
    let firstHidden = try #require(events.firstIndex { $0.call == .remove && $0.path.hasPrefix(pending) })
    let dirtyThen = Self.unsynchronized(events[commit..<firstHidden])
    for file in new {
      #expect(events[commit..<firstHidden].contains { $0.call == .move && $0.path == "\(root)/\(file)" }, "\(file)")
      let moved = Self.unsynchronized(events[commit..<firstHidden].filter { $0.call != .remove }[...])
      #expect(!moved.contains(Self.folder(of: "\(root)/\(file)")), "\(file)")
    }
    #expect(!dirtyThen.contains(root))
  }

  @Test func aFirstEstimateIsOnDiskBeforeItStands() throws {
    let temporary = try TemporaryFolder()
    let path = temporary.path("model")
    let events = try Self.trace(.create, at: path)
    let commit = try #require(events.firstIndex { $0.call == .move && $0.path == path })
    let dirty = Self.unsynchronized(events[..<commit])
    let staging = try #require(events[..<commit].first { $0.path.hasSuffix("/manifest.json") }).path
    let root = Self.folder(of: staging)
    for file in try StoredModel(path: path).manifest.files.map(\.file) + ["manifest.json"] {
      #expect(!dirty.contains("\(root)/\(file)") && !dirty.contains(Self.folder(of: "\(root)/\(file)")), "\(file)")
      #expect(events[..<commit].contains { $0.call == .synchronize && $0.path == "\(root)/\(file)" }, "\(file)")
    }
    #expect(events[commit...].contains { $0.call == .synchronize && $0.path == temporary.path })
  }
}
