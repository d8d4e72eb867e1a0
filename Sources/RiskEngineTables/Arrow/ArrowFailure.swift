import ArrowShim

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A failure as the Arrow boundary tells it, before it is known which file and which columns it is about.
struct ArrowFailure: Error {
  var code: ashim_error_code
  /// The position of the column among those requested, where it is about one.
  var column: Int?
  var row: Int
  var fieldsFound: Int
  var fieldsExpected: Int
  /// The text or the type that was found.
  var found: String
  /// The system's words for its error number, else the library's message.
  var reason: String

  /// Calls a function of the boundary and throws what it reports.
  static func check(_ body: (UnsafeMutablePointer<ashim_error>) -> Bool) throws(ArrowFailure) {
    var error = ashim_error()
    guard unsafe body(&error) else { throw ArrowFailure(error) }
  }

  private init(_ error: ashim_error) {
    code = error.code
    column = error.column >= 0 ? Int(error.column) : nil
    row = Int(error.row)
    fieldsFound = Int(error.fields_found)
    fieldsExpected = Int(error.fields_expected)
    found = unsafe withUnsafeBytes(of: error.found) { unsafe Self.text($0) }
    let message = unsafe withUnsafeBytes(of: error.message) { unsafe Self.text($0) }
    reason = unsafe error.system_error == 0 ? message : String(cString: strerror(error.system_error))
  }

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// The version of the Arrow library that reads and writes tables, such as `12.0.1`.
public var arrowVersion: String { unsafe String(cString: ashim_arrow_version()) }
