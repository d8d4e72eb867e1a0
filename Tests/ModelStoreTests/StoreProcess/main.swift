import Foundation
import ModelStore
import StoreWorkload
import Synchronization

// Writes a model and is killed, for tests.
//
//   StoreProcess STEP MODEL [--kill-at N] [--limit BYTES]
//   StoreProcess loop MODEL
//
// --kill-at N     ends with SIGKILL when the N-th call that changes files is about to be made
// --limit BYTES   lets no file grow beyond that
//
// Exits with 0, or with the status of the error that it prints. `loop` writes a line before each step and takes steps until killed.

private let arguments = Array(CommandLine.arguments.dropFirst())

private func number(after flag: String) -> Int? {
  arguments.firstIndex(of: flag).flatMap { Int(arguments[$0 + 1]) }
}

private func loop(_ path: String) throws -> Never {
  while true {
    for step in [StoreStep.append, .restate, .append, .compact] {
      try FileHandle.standardOutput.write(contentsOf: Data("\(step)\n".utf8))
      try step.run(at: path)
    }
  }
}

private func run() throws {
  let path = arguments[1]
  if let limit = number(after: "--limit") {
    signal(SIGXFSZ, SIG_IGN)
    var size = rlimit(rlim_cur: rlim_t(limit), rlim_max: rlim_t(limit))
    #if canImport(Glibc)
      let failed = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &size) != 0
    #else
      let failed = unsafe setrlimit(RLIMIT_FSIZE, &size) != 0
    #endif
    if failed { exit(71) }
  }
  guard let step = StoreStep(rawValue: arguments[0]) else { try loop(path) }
  guard let last = number(after: "--kill-at") else { return try step.run(at: path) }
  let count = Mutex(0)
  try FileSystemCall.withObserver({ _, _ in
    count.withLock { count in
      count += 1
      if count == last { kill(getpid(), SIGKILL) }
    }
    return 0
  }) { try step.run(at: path) }
}

do {
  try run()
} catch {
  print(error)
  exit((error as? StoreError)?.exitCode ?? 1)
}
