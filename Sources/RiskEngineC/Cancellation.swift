internal import Synchronization

/// Whether a job is to stop; asked for by any thread.
final class Cancellation: Sendable {
  private let isCancelled = Atomic(false)

  func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// Throws where the job is to stop.
  func check() throws(Interrupted) {
    if isCancelled.load(ordering: .relaxed) { throw Interrupted() }
  }
}

/// A job that was asked to stop.
struct Interrupted: Error {}
