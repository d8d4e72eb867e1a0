import Dispatch
import Foundation
import ModelStore

/// What happens when a verb is interrupted: nothing half-written stays.
enum Interruption {
  /// The sources, which must live as long as the process.
  private nonisolated(unsafe) static var sources: [any DispatchSourceSignal] = []

  /// Begins to watch for SIGINT and SIGTERM: unfinished folders are removed, and the process exits with 130.
  static func watch() {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
      source.setEventHandler {
        UnfinishedFolders.discardAll { hadAny in
          StandardError.write("\nriskengine: interrupted" + (hadAny ? "; nothing was written" : ""))
          _exit(130)
        }
      }
      source.resume()
      unsafe sources.append(source)
    }
  }
}
