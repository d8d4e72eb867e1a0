import Dispatch
import Foundation
import ModelStore

/// What happens when a verb is interrupted: nothing half-written stays.
enum Interruption {
  /// The sources, which must live as long as the process.
  private nonisolated(unsafe) static var sources: [any DispatchSourceSignal] = []

  /// Begins to watch for SIGINT, SIGTERM and SIGHUP: unfinished folders are removed, and the process exits.
  ///
  /// The status is 129 for SIGHUP, which is left alone where it is ignored already, as under `nohup`; else 130.
  static func watch() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      let earlier = unsafe unsafeBitCast(signal(number, SIG_IGN), to: Int.self)
      let ignoring = unsafe unsafeBitCast(SIG_IGN, to: Int.self)
      if number == SIGHUP, earlier == ignoring { continue }
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
      source.setEventHandler {
        UnfinishedFolders.discardAll { hadAny in
          // Nobody may be there to read it.
          if number != SIGHUP {
            let message = "interrupted" + (hadAny ? "; nothing was written" : "")
            // Off the line of progress.
            if !EventLog.isJSON { StandardError.put("\n") }
            EventLog.failure(message, exitCode: 130)
          }
          _exit(number == SIGHUP ? 129 : 130)
        }
      }
      source.resume()
      unsafe sources.append(source)
    }
  }
}
