internal import Dispatch
internal import Synchronization

/// Pieces of work that a thread of its own does one after the other, at most one of them waiting.
///
/// Once one has failed the others are not begun, and who asks next is told.
final class BackgroundWork: Sendable {
  private let queue = DispatchQueue(label: "riskengine.background")
  private let free = DispatchSemaphore(value: 2)
  private let failure = Mutex<(any Error)?>(nil)

  /// Work on its way to the thread, which alone has it from then on.
  private final class Piece: @unchecked Sendable {
    let body: () throws -> Void
    init(_ body: @escaping () throws -> Void) { self.body = body }
  }

  /// Begins with a piece of work as soon as the one before it is done; waits where one waits already.
  ///
  /// - Precondition: nobody else touches what the work touches, until `finish()` or `wait()`.
  /// - Throws: what went wrong with a piece before.
  func run(_ body: @escaping () throws -> Void) throws {
    free.wait()
    if let error = failure.withLock({ $0 }) {
      free.signal()
      throw error
    }
    let piece = Piece(body)
    queue.async { [self] in
      defer { free.signal() }
      guard failure.withLock({ $0 == nil }) else { return }
      do {
        try piece.body()
      } catch {
        failure.withLock { $0 = error }
      }
    }
  }

  /// Waits for all of it.
  func wait() { queue.sync {} }

  /// Waits for all of it.
  ///
  /// - Throws: what went wrong.
  func finish() throws {
    wait()
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
