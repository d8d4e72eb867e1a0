internal import Dispatch
internal import Synchronization

/// Results of independent items, computed by several workers that share nothing they write.
///
/// Each worker makes its own workspace once and takes the next item that nobody has taken. Which worker
/// computes an item cannot be told from its result, so the results are the same for any number of workers.
///
/// - Parameters:
///   - count: the number of items.
///   - workers: the number of workers, at least 1.
///   - workspace: makes a worker's scratch.
///   - body: computes an item.
/// - Returns: the results in the order of the items.
func concurrentMap<Workspace: ~Copyable, Result: Sendable>(
  count: Int, workers: Int, workspace: @Sendable () -> Workspace,
  _ body: @Sendable (Int, inout Workspace) -> Result
) -> [Result] {
  precondition(workers >= 1, "\(workers) workers")
  guard count > 0 else { return [] }
  guard workers > 1, count > 1 else {
    var scratch = workspace()
    var results = [Result]()
    results.reserveCapacity(count)
    for item in 0..<count { results.append(body(item, &scratch)) }
    return results
  }
  let next = Atomic<Int>(0)
  return unsafe [Result](unsafeUninitializedCapacity: count) { slots, initialized in
    // Each item is taken by one worker, which alone writes its slot.
    nonisolated(unsafe) let slots = unsafe slots
    DispatchQueue.concurrentPerform(iterations: min(workers, count)) { _ in
      var scratch = workspace()
      while true {
        let item = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard item < count else { return }
        unsafe slots.initializeElement(at: item, to: body(item, &scratch))
      }
    }
    initialized = count
  }
}

/// Results of independent items that need no scratch, computed by several workers.
func concurrentMap<Result: Sendable>(
  count: Int, workers: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
  concurrentMap(count: count, workers: workers, workspace: {}) { item, _ in body(item) }
}
