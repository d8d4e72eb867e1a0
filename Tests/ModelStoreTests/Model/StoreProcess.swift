import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// The program that writes models and is killed.
struct StoreProcess {
  private let process = Process()
  private let output = Pipe()

  /// How it ended.
  enum End: Equatable {
    case exited(Int32)
    case killed(Int32)
  }

  /// Starts it.
  init(_ arguments: String...) throws {
    process.executableURL = try Self.program
    process.arguments = arguments
    process.standardOutput = output
    // Its linear algebra is never asked; threads for it would only take time to start.
    process.environment = ProcessInfo.processInfo.environment.merging(["OPENBLAS_NUM_THREADS": "1"]) { $1 }
    try process.run()
  }

  /// It stands beside the tests.
  private static var program: URL {
    get throws {
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
      let places = [bundle, Bundle.main.executableURL, Bundle.main.bundleURL.appending(path: "-")].compactMap(\.self)
        .map { $0.deletingLastPathComponent().appending(path: "StoreProcess") }
      return try #require(places.first { FileManager.default.isExecutableFile(atPath: $0.path) }, "\(places)")
    }
  }

  /// Waits until it has written some lines.
  func waitForLines(_ count: Int) {
    var missing = count
    while missing > 0 {
      let bytes = output.fileHandleForReading.availableData
      if bytes.isEmpty { return }
      missing -= bytes.count { $0 == UInt8(ascii: "\n") }
    }
  }

  /// Kills it.
  func kill() {
    #if canImport(Glibc)
      _ = Glibc.kill(process.processIdentifier, SIGKILL)
    #else
      _ = Darwin.kill(process.processIdentifier, SIGKILL)
    #endif
  }

  /// Waits for its end.
  func wait() -> (end: End, text: String) {
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let end: End =
      process.terminationReason == .exit ? .exited(process.terminationStatus) : .killed(process.terminationStatus)
    return (end, text)
  }
}
