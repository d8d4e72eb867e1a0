internal import Foundation
internal import ModelStore
internal import RiskEngine
internal import RiskEngineTables

/// What a request has beside its own text: tables in memory, and whoever waits for it.
struct RequestContext: Sendable {
  var tables: [String: MemoryTable]
  var cancellation: Cancellation
  var progress: JobHandle.UncheckedProgress?

  /// Tells how far the job is, and stops it where that was asked for.
  func report(_ stage: String, _ done: Int, of total: Int = 0) throws {
    try cancellation.check()
    progress?.tell(stage, done, total)
    // Whoever was told may have asked to stop.
    try cancellation.check()
  }

  /// The path by which a table can be read.
  func path(_ input: TableInput) throws(RequestError) -> String {
    switch input {
    case .path(let path): return path
    case .table(let name):
      guard let table = tables[name] else {
        throw RequestError("there is no table '\(name)'; expected one given before")
      }
      return table.path
    }
  }

  func path(_ input: TableInput?) throws(RequestError) -> String? {
    guard let input else { return nil }
    let path: String = try path(input)
    return path
  }
}

/// A table in a request: a path, or `{"table": name}` for one in memory.
enum TableInput: Decodable, Sendable {
  case path(String)
  case table(String)

  private enum CodingKeys: String, CodingKey { case table }

  init(from decoder: any Decoder) throws {
    if let path = try? decoder.singleValueContainer().decode(String.self) {
      self = .path(path)
    } else {
      self = .table(try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .table))
    }
  }
}

/// What is wrong with a request itself.
struct RequestError: Error {
  var message: String
  var exitCode: Int32

  init(_ message: String, exitCode: Int32 = 64) {
    self.message = message
    self.exitCode = exitCode
  }

  /// The date that an option is.
  static func date(_ text: String?, _ option: String) throws(RequestError) -> CalendarDate? {
    guard let text else { return nil }
    guard let date = CalendarDate(text: text.utf8) else {
      throw RequestError("\(option) is '\(text)'; expected a date such as 2015-01-31")
    }
    return date
  }

  /// The choice that an option is.
  static func choice<Choice: RawRepresentable & CaseIterable>(
    _ text: String?, _ option: String, default usual: Choice
  ) throws(RequestError) -> Choice where Choice.RawValue == String {
    guard let text else { return usual }
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      throw RequestError("\(option) is '\(text)'; expected one of \(known)")
    }
    return choice
  }

  /// The threads of a job.
  static func threads(_ threads: Int?) throws(RequestError) -> Int? {
    if let threads, threads < 1 { throw RequestError("threads is \(threads); expected 1 or more") }
    return threads
  }
}
