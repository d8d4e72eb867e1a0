import Foundation
import StoreWorkload
import Testing
import TestSupport

@testable import ModelStore

/// A process that is killed while it writes a model: at every single call that changes files, and at any time.
@Suite struct ModelCrashTests {
  /// What a model is before the step that is killed.
  private static func prepare(_ step: StoreStep, at path: String) throws {
    switch step {
    case .create: break
    case .append: try StoreStep.create.run(at: path)
    case .restate: for step in [StoreStep.create, .append] { try step.run(at: path) }
    case .compact: for step in [StoreStep.create, .append, .append] { try step.run(at: path) }
    }
  }

  /// Reads a model that may have been left in any state, then writes it, and checks all that can be read.
  ///
  /// - Returns: what a reader found before anybody tidied up; `nil` where there was no model.
  private static func examine(_ path: String, _ place: Comment) throws -> StoreContent? {
    guard FileManager.default.fileExists(atPath: path) else {
      try StoreStep.create.run(at: path)
      #expect(try StoreContent(at: path).generation == 1, place)
      return nil
    }
    let model = try StoredModel(path: path)
    let found = try StoreContent(of: model)
    #expect(model.verify() == [], place)
    try StoreStep.append.run(at: path)
    let next = try StoreContent(at: path)
    #expect(next.revisions == StoreStep.append.result(of: found.revisions), place)
    #expect(next.generation == found.generation + 1, place)
    #expect(try StoredModel(path: path).verify() == [], place)
    return found
  }

  /// Nothing stays beside the model, nor hidden within it.
  private static func expectTidy(_ folder: TemporaryFolder, _ place: Comment) throws {
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model"], place)
    #expect(try folder.listing("model").filter { $0.hasPrefix(".") } == [], place)
    let listed = try StoredModel(path: folder.path("model")).manifest.files.map(\.file) + ["manifest.json"]
    #expect(try folder.listing("model").filter { !$0.hasSuffix("/") } == listed.sorted(), place)
  }

  @Test(arguments: StoreStep.allCases)
  func killedAtEveryCall(step: StoreStep) throws {
    let original = try TemporaryFolder()
    try Self.prepare(step, at: original.path("model"))
    let old = step == .create ? nil : try StoreContent(at: original.path("model"))
    let expected = step.result(of: old?.revisions ?? [])
    var isCommitted = false
    var call = 1
    var end = StoreProcess.End.killed(SIGKILL)
    while end == .killed(SIGKILL) {
      let folder = try TemporaryFolder()
      let path = folder.path("model")
      if old != nil { try FileManager.default.copyItem(atPath: original.path("model"), toPath: path) }
      end = try StoreProcess(step.rawValue, path, "--kill-at", "\(call)").wait().end
      let place: Comment = "\(step) killed at call \(call)"
      let found = try Self.examine(path, place)
      if found?.generation == (old?.generation ?? 0) + 1 {
        isCommitted = true
        #expect(found?.revisions == expected, place)
      } else {
        // What readers saw once is not taken back by a later end.
        #expect(!isCommitted, place)
        #expect(found == old, place)
      }
      try Self.expectTidy(folder, place)
      call += 1
    }
    #expect(end == .exited(0))
    #expect(isCommitted)
    // A step of four tables and a state in several blocks makes many calls; fewer would mean that nobody counts.
    #expect(call > 30)
  }

  /// The tidying itself is killed at every call, in a model that was killed right after its commit.
  @Test(arguments: [StoreStep.append, .restate, .compact])
  func killedWhileTidyingUp(step: StoreStep) throws {
    let original = try TemporaryFolder()
    let base = original.path("base")
    try Self.prepare(step, at: base)
    let old = try StoreContent(at: base)
    var crashed: String?
    var call = 1
    while crashed == nil {
      let path = original.path("\(call)")
      try FileManager.default.copyItem(atPath: base, toPath: path)
      let end = try StoreProcess(step.rawValue, path, "--kill-at", "\(call)").wait().end
      try #require(end == .killed(SIGKILL), "nothing was committed before the end")
      if try StoreContent(at: path).generation == old.generation + 1 { crashed = path }
      call += 1
    }
    let left = try StoreContent(at: try #require(crashed))
    var end = StoreProcess.End.killed(SIGKILL)
    call = 1
    while end == .killed(SIGKILL) {
      let folder = try TemporaryFolder()
      let path = folder.path("model")
      try FileManager.default.copyItem(atPath: try #require(crashed), toPath: path)
      end = try StoreProcess("append", path, "--kill-at", "\(call)").wait().end
      let place: Comment = "\(step), append killed at call \(call)"
      let found = try #require(try Self.examine(path, place))
      if found.generation == left.generation {
        #expect(found == left, place)
      } else {
        #expect(found.revisions == StoreStep.append.result(of: left.revisions), place)
      }
      try Self.expectTidy(folder, place)
      call += 1
    }
    #expect(end == .exited(0))
  }

  /// A model that stands is replaced by a first estimate, which is killed.
  @Test func killedWhileReplacingAModel() throws {
    let original = try TemporaryFolder()
    try Self.prepare(.compact, at: original.path("model"))
    let old = try StoreContent(at: original.path("model"))
    let new = StoreContent(revisions: StoreStep.create.result(of: []), generation: 1)
    var outcomes: [StoreContent] = []
    var call = 1
    var end = StoreProcess.End.killed(SIGKILL)
    while end == .killed(SIGKILL) {
      let folder = try TemporaryFolder()
      let path = folder.path("model")
      try FileManager.default.copyItem(atPath: original.path("model"), toPath: path)
      end = try StoreProcess("create", path, "--kill-at", "\(call)").wait().end
      let place: Comment = "create killed at call \(call)"
      outcomes.append(try #require(try Self.examine(path, place)))
      // The next first estimate sweeps what was left beside the model.
      try StoreStep.create.run(at: path)
      try Self.expectTidy(folder, place)
      call += 1
    }
    #expect(end == .exited(0))
    let first = try #require(outcomes.firstIndex(of: new))
    #expect(outcomes[..<first].allSatisfy { $0 == old } && outcomes[first...].allSatisfy { $0 == new })
    #expect(first > 0 && first < outcomes.count)
  }

  /// Two hundred ends at moments that nobody chose, within the first steps of a process.
  @Test func killedAtAnyTime() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("model")
    try StoreStep.create.run(at: path)
    var random = SplitMix64(seed: 20_240_131)
    var generation = 1
    for round in 0..<200 {
      let process = try StoreProcess("loop", path)
      let lineCount = 1 + Int(random.next() % 4)
      process.waitForLines(lineCount)
      usleep(UInt32(random.next() % 20_000))
      process.kill()
      #expect(process.wait().end == .killed(SIGKILL))
      let found = try #require(try Self.examine(path, "round \(round)"))
      // Each step but the last that was begun is known to have ended.
      #expect(found.generation >= generation + lineCount - 1, "round \(round)")
      generation = found.generation + 1
      if found.revisions.count > 40 {
        try StoreStep.create.run(at: path)
        generation = 1
      }
    }
    try ModelTransaction(updating: path).discard()
    try Self.expectTidy(folder, "at the end")
  }
}
