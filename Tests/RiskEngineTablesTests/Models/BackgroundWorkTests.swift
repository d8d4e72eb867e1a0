import Synchronization
import Testing

@testable import RiskEngineTables

/// Work in order, on one thread, until something goes wrong.
struct BackgroundWorkTests {
  private struct Problem: Error {}

  @Test func piecesAreDoneInOrder() throws {
    let work = BackgroundWork()
    let done = Mutex<[Int]>([])
    for piece in 0..<100 { try work.run { done.withLock { $0.append(piece) } } }
    try work.finish()
    #expect(done.withLock { $0 } == Array(0..<100))
  }

  @Test func afterAFailureNothingIsBegun() throws {
    let work = BackgroundWork()
    let count = Mutex(0)
    try work.run { throw Problem() }
    work.wait()
    #expect(throws: Problem.self) { try work.run { count.withLock { $0 += 1 } } }
    #expect(throws: Problem.self) { try work.finish() }
    #expect(count.withLock { $0 } == 0)
  }
}
