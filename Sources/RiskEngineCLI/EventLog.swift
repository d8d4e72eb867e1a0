import Foundation
import RiskEngine
import Synchronization

/// What a verb tells on standard error, for people or for the program that runs it, as `--log-format` says.
///
/// In JSON each line is an event (`LogEvent`), written by one call so that lines of several programs that share a file
/// do not mix. The first event has the stage `start`, the last one `end` with the exit code, also where the verb fails or
/// is interrupted; only a program that is killed leaves none.
enum EventLog {
  /// The format.
  static let format = LogFormat.named(in: CommandLine.arguments)
  /// Whether events are told in JSON.
  static var isJSON: Bool { format == .json }

  private static let verb = CommandLine.arguments.dropFirst().first { !$0.hasPrefix("-") } ?? ""
  private static let clock = ContinuousClock.now
  private static let hasStarted = Mutex(false)
  private static let hasEnded = Mutex(false)

  /// Tells that the verb begins, where that has not been told; every other event tells it before itself.
  static func start() {
    guard isJSON else { return }
    let isFirst = hasStarted.withLock { hasStarted in
      defer { hasStarted = true }
      return !hasStarted
    }
    if isFirst { write(.info, "start", "riskengine \(Version.current)", [:]) }
  }

  /// Tells the course of things, to programs alone.
  static func info(_ stage: String, _ message: String, counts: [String: Int] = [:]) {
    if isJSON { put(.info, stage, message, counts) }
  }

  /// Tells what a user should know.
  static func warning(_ stage: String, _ message: String, counts: [String: Int] = [:]) {
    if isJSON {
      put(.warning, stage, message, counts)
    } else {
      StandardError.write("riskengine: warning: \(message)")
    }
  }

  /// Tells that the verb has done what it was asked for, to programs alone.
  static func done(_ message: String, counts: [String: Int] = [:]) {
    if isJSON { end(.info, message, counts, exitCode: 0) }
  }

  /// Tells why the verb ends.
  static func failure(_ message: String, exitCode: Int32) {
    if isJSON {
      end(.error, message, [:], exitCode: exitCode)
    } else {
      StandardError.write("riskengine: \(message)")
    }
  }

  /// Tells the last event; what comes after it, in another thread or by a verb that told of its end, is not told.
  private static func end(_ level: LogEvent.Level, _ message: String, _ counts: [String: Int], exitCode: Int32) {
    let isFirst = hasEnded.withLock { hasEnded in
      defer { hasEnded = true }
      return !hasEnded
    }
    if isFirst { put(level, "end", message, counts, exitCode: exitCode) }
  }

  private static func put(
    _ level: LogEvent.Level, _ stage: String, _ message: String, _ counts: [String: Int], exitCode: Int32? = nil
  ) {
    start()
    write(level, stage, message, counts, exitCode: exitCode)
  }

  private static func write(
    _ level: LogEvent.Level, _ stage: String, _ message: String, _ counts: [String: Int], exitCode: Int32? = nil
  ) {
    let begin = clock
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    let event = LogEvent(
      time: Date(), level: level, verb: verb, stage: stage, message: message, counts: counts,
      seconds: (seconds * 1000).rounded() / 1000, exitCode: exitCode)
    StandardError.write(event.line)
  }
}
