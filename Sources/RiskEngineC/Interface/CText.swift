/// A text that stays where it is, for callers in C.
@safe final class CText: @unchecked Sendable {
  private let characters: UnsafeMutableBufferPointer<CChar>

  init(_ text: String) {
    let bytes = text.utf8CString
    unsafe characters = .allocate(capacity: bytes.count)
    _ = unsafe characters.initialize(from: bytes)
  }

  deinit { unsafe characters.deallocate() }

  var pointer: UnsafePointer<CChar>? { unsafe UnsafePointer(characters.baseAddress) }
}
