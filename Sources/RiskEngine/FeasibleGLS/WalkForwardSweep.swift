/// Joins the spans of a walk forward that are walked at the same time, again and again, until their starts stay.
///
/// A Parareal iteration (Lions, Maday and Turinici, *C. R. Acad. Sci.* 332, 2001). In a sweep every span walks from the start it was given. The next start of a span is the end of the one before it,
/// moved along its slope by what that span's own start has moved since. A start that is right makes the span's end right,
/// so after `k` sweeps the first `k` spans are those of the sequential walk bit for bit, and as many sweeps as there are
/// spans are always enough. How the rest contracts is observed, not proved: what the slopes leave out is the part that
/// goes through the weights, which a span damps by `λᵏ` besides.
public enum WalkForwardSweep {
  /// The starts of the spans for the next sweep.
  public struct Starts: Sendable {
    /// The state before each span.
    public var states: [IdioVarianceState]
    /// The largest `|ln v' − ln v|` of each span's start; 0 where it is the same bit for bit, infinite where the two
    /// know different assets.
    public var changes: [Double]
  }

  /// The starts for the first sweep: all spans from what is known before the first, as if no asset had been absent since.
  ///
  /// - Parameters:
  ///   - state: what is known before the first span.
  ///   - lengths: the number of periods of each span.
  public static func firstStarts(_ state: IdioVarianceState, lengths: [Int]) -> [IdioVarianceState] {
    var next = state
    return lengths.map { length in
      defer {
        next.periodCount += length
        for asset in next.lastPeriods.indices where next.lastPeriods[asset] >= 0 {
          next.lastPeriods[asset] += Int32(length)
        }
      }
      return next
    }
  }

  /// The starts for the next sweep.
  ///
  /// - Parameters:
  ///   - starts: those of this sweep.
  ///   - ends: where the spans ended from them; that of the last one is of no use.
  /// - Precondition: as many ends as starts, or one less; codes of assets mean the same in all.
  /// - Complexity: O(N) a span for N assets.
  public static func next(from starts: [IdioVarianceState], to ends: [WalkForwardSpan.End]) -> Starts {
    precondition(
      ends.count == starts.count || ends.count == starts.count - 1, "\(starts.count) starts and \(ends.count) ends")
    var found = Starts(states: [], changes: [])
    guard var start = starts.first else { return found }
    for (span, old) in starts.enumerated() {
      found.states.append(start)
      found.changes.append(change(from: old, to: start))
      if span < ends.count { start = joined(start, old, ends[span]) }
    }
    return found
  }

  /// The state after a span that ended where it did from another start.
  private static func joined(
    _ start: IdioVarianceState, _ old: IdioVarianceState, _ end: WalkForwardSpan.End
  ) -> IdioVarianceState {
    guard start != old else { return end.state }
    var next = start
    let shift = start.periodCount - old.periodCount
    next.grow(to: end.state.variances.count)
    next.periodCount = end.state.periodCount + shift
    for asset in end.state.variances.indices where Int(end.state.lastPeriods[asset]) >= old.periodCount {
      let before = asset < old.variances.count ? old.variances[asset] : .nan
      let now = asset < start.variances.count ? start.variances[asset] : .nan
      var variance = end.state.variances[asset]
      if end.slopes[asset] > 0, before.bitPattern != now.bitPattern, !before.isNaN, !now.isNaN {
        variance += end.slopes[asset] * (now - before)
      }
      let known = asset < old.variances.count ? old.observationCounts[asset] : 0
      next.variances[asset] = variance
      next.lastPeriods[asset] = end.state.lastPeriods[asset] + Int32(shift)
      next.observationCounts[asset] += end.state.observationCounts[asset] - known
    }
    return next
  }

  /// The largest `|ln v' − ln v|`.
  private static func change(from old: IdioVarianceState, to new: IdioVarianceState) -> Double {
    guard old != new else { return 0 }
    guard old.variances.count == new.variances.count, old.periodCount == new.periodCount,
      old.lastPeriods == new.lastPeriods, old.observationCounts == new.observationCounts
    else { return .infinity }
    var largest = 0.0
    for (before, after) in zip(old.variances, new.variances) where before.bitPattern != after.bitPattern {
      guard before > 0, after > 0 else { return .infinity }
      largest = max(largest, abs(PortableMath.log(after) - PortableMath.log(before)))
    }
    return largest
  }
}
