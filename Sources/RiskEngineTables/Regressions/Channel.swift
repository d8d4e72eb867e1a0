internal import Dispatch
internal import Synchronization

/// A queue of a few elements between one thread that makes them and one that takes them.
///
/// The maker waits while the queue is full, the taker while it is empty; either may end it.
final class Channel<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var isFinished = false
    var isCancelled = false
  }

  private let state = Mutex(State())
  private let free: DispatchSemaphore
  private let filled = DispatchSemaphore(value: 0)

  /// Makes an empty queue for at most `capacity` elements.
  init(capacity: Int) {
    free = DispatchSemaphore(value: capacity)
  }

  /// Adds an element; waits while the queue is full.
  ///
  /// - Returns: whether anybody will take it.
  func send(_ element: Element) -> Bool {
    free.wait()
    let isWanted = state.withLock { state in
      guard !state.isCancelled else { return false }
      state.elements.append(element)
      return true
    }
    if isWanted { filled.signal() } else { free.signal() }
    return isWanted
  }

  /// Says that no element will follow.
  func finish() {
    state.withLock { $0.isFinished = true }
    filled.signal()
  }

  /// Takes the next element; waits for it, `nil` after the last.
  func next() -> Element? {
    filled.wait()
    let element = state.withLock { state in state.elements.isEmpty ? nil : state.elements.removeFirst() }
    if element != nil { free.signal() } else { filled.signal() }
    return element
  }

  /// Says that no element will be taken any more.
  func cancel() {
    state.withLock {
      $0.isCancelled = true
      $0.elements = []
    }
    free.signal()
  }
}
