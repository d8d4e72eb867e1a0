internal import Dispatch

/// Computes `count` results on several workers, each item by itself.
///
/// Item `i` is computed by worker `i mod workers` and written to slot `i`, so the results do not depend on
/// the number of workers.
///
/// - Parameters:
///   - count: the number of items.
///   - workers: the number of workers; 1 computes on the calling thread.
///   - body: computes the item of an index.
/// - Returns: the results in the order of the items.
func concurrentMap<Result: Sendable>(
  count: Int, workers: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
  precondition(workers >= 1, "\(workers) workers")
  let active = min(workers, count)
  guard active > 1 else { return (0..<count).map(body) }
  return unsafe [Result](unsafeUninitializedCapacity: count) { slots, initialized in
    // Each worker writes only its own slots: no lock, no order to depend on.
    nonisolated(unsafe) let slots = unsafe slots
    DispatchQueue.concurrentPerform(iterations: active) { worker in
      for index in stride(from: worker, to: count, by: active) {
        unsafe slots.initializeElement(at: index, to: body(index))
      }
    }
    initialized = count
  }
}
