import Foundation
import Synchronization

/// How far a verb has come: one line on the terminal, nothing where nobody looks, or events of the log in JSON.
final class ProgressLine: Sendable {
  private static let interval = Duration.milliseconds(100)
  /// Between events of one stage.
  private static let eventInterval = Duration.seconds(10)

  private let isShown: Bool
  private let start = ContinuousClock.now
  private let last = Mutex<ContinuousClock.Instant?>(nil)
  private let event = Mutex<(stage: String, time: ContinuousClock.Instant)?>(nil)

  /// Makes a line.
  init() {
    isShown = StandardError.isTerminal && !EventLog.isJSON
  }

  /// Shows how many periods are done, ten times a second at the most; an event where the stage is a new one, and every
  /// ten seconds.
  func update(
    _ verb: String, periodCount: Int, of total: Int? = nil, detail: String = "", unit: String = "periods"
  ) {
    if EventLog.isJSON { tell(verb, done: periodCount, of: total ?? 0) }
    guard isShown else { return }
    let now = ContinuousClock.now
    let isDue = last.withLock { last in
      if let last, now - last < Self.interval { return false }
      last = now
      return true
    }
    guard isDue else { return }
    let seconds = (now - start) / .seconds(1)
    let rate = seconds > 0 ? Int(Double(periodCount) / seconds) : 0
    let share = total.flatMap { $0 > 0 ? " of \($0)" : nil } ?? ""
    let left = total.flatMap { $0 > periodCount && rate > 0 ? ", \(($0 - periodCount) / rate) s left" : nil } ?? ""
    StandardError.put(
      "\r\u{1B}[2K\(verb): \(periodCount)\(share) \(unit), \(rate) a second\(left)\(detail.isEmpty ? "" : ", " + detail)"
    )
  }

  private func tell(_ stage: String, done: Int, of total: Int) {
    let now = ContinuousClock.now
    let isDue = event.withLock { event in
      if let last = event, last.stage == stage, now - last.time < Self.eventInterval { return false }
      event = (stage, now)
      return true
    }
    guard isDue else { return }
    if total > 0 {
      EventLog.info(stage, "\(done) of \(total)", counts: ["done": done, "total": total])
    } else {
      EventLog.info(stage, "\(done) done", counts: ["done": done])
    }
  }

  /// Removes the line.
  func clear() {
    if isShown { StandardError.put("\r\u{1B}[2K") }
  }
}
