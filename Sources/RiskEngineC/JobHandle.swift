internal import Foundation
internal import LinAlg
internal import ModelStore
internal import RiskEngineConfiguration
internal import RiskEngineTables
internal import Synchronization

/// A request on its way through the engine, and what it came to.
final class JobHandle: Sendable {
  typealias Progress = (_ stage: String, _ done: Int, _ total: Int) -> Void

  private struct State {
    var tables: [String: MemoryTable] = [:]
    var progress: UncheckedProgress?
    var response = CText("{}")
  }

  /// What a caller in C gave; called by the thread that runs the job.
  struct UncheckedProgress: @unchecked Sendable {
    var tell: Progress
  }

  let cancellation = Cancellation()
  private let request: String
  private let state = Mutex(State())

  init(request: String) {
    self.request = request
  }

  var response: CText { state.withLock { $0.response } }

  func table(_ name: String) -> MemoryTable? { state.withLock { $0.tables[name] } }

  func setProgress(_ progress: Progress?) {
    let unchecked = progress.map { UncheckedProgress(tell: $0) }
    state.withLock { $0.progress = unchecked }
  }

  func addTable(_ make: () throws(TableError) -> MemoryTable) -> Int32 {
    do throws(TableError) {
      let table = try make()
      state.withLock { $0.tables[table.name] = table }
      return 0
    } catch {
      return fail(error)
    }
  }

  func run() -> Int32 {
    do {
      guard ProcessorFeatures.hasVectorBaseline else {
        throw RequestError("this build needs a processor with AVX2 and FMA; build it without them here", exitCode: 70)
      }
      let (tables, progress) = state.withLock { ($0.tables, $0.progress) }
      let context = RequestContext(tables: tables, cancellation: cancellation, progress: progress)
      try cancellation.check()
      let result = try Requests.run(Data(request.utf8), context)
      setResponse(String(decoding: result, as: UTF8.self))
      return 0
    } catch {
      return fail(error)
    }
  }

  /// What an error looks like in a response.
  private struct Report: Encodable {
    struct Error: Encodable {
      var message: String
      var exitCode: Int32
      var file: String?
      var row: Int?
      var column: String?
      var date: String?
      var asset: String?
    }
    var error: Error
  }

  private func fail(_ error: any Error) -> Int32 {
    var report = Report.Error(message: "\(error)", exitCode: 70)
    if error is Interrupted {
      (report.message, report.exitCode) = ("interrupted; nothing was written", 130)
    } else if let error = error as? RequestError {
      (report.message, report.exitCode) = (error.message, error.exitCode)
    } else if let failure = Failure(error) {
      let place = failure.place
      report = Report.Error(
        message: failure.message, exitCode: failure.exitCode, file: place.file, row: place.row, column: place.column,
        date: place.date, asset: place.asset)
    }
    for table in state.withLock({ Array($0.tables.values) }) {
      report.message = report.message.replacingOccurrences(of: table.path, with: table.name)
      report.file = report.file?.replacingOccurrences(of: table.path, with: table.name)
    }
    let text = try? JSONText.encode(Report(error: report))
    setResponse(text.map { String(decoding: $0, as: UTF8.self) } ?? "{}")
    return report.exitCode
  }

  private func setResponse(_ text: String) {
    let response = CText(text)
    state.withLock { $0.response = response }
  }
}
