import Synchronization

/// One number a thread.
final class PartialSums: Sendable {
  private let values: Mutex<[Double]>

  init(count: Int) {
    values = Mutex(Array(repeating: 0, count: count))
  }

  /// Sets a thread's number.
  func set(_ index: Int, _ value: Double) { values.withLock { $0[index] = value } }

  /// All of them.
  var sum: Double { values.withLock { $0.reduce(0, +) } }
}
