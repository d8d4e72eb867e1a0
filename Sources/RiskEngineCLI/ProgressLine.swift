import Foundation
import Synchronization

/// One line on the terminal that says how far a verb has come; nothing where nobody looks.
final class ProgressLine: Sendable {
  private static let interval = Duration.milliseconds(100)

  private let isShown: Bool
  private let start = ContinuousClock.now
  private let last = Mutex<ContinuousClock.Instant?>(nil)

  /// Makes a line.
  init() {
    isShown = StandardError.isTerminal
  }

  /// Shows how many periods are done, ten times a second at the most.
  func update(_ verb: String, periodCount: Int, of total: Int? = nil, detail: String) {
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
      "\r\u{1B}[2K\(verb): \(periodCount)\(share) periods, \(rate) a second\(left)\(detail.isEmpty ? "" : ", " + detail)"
    )
  }

  /// Removes the line.
  func clear() {
    if isShown { StandardError.put("\r\u{1B}[2K") }
  }
}
