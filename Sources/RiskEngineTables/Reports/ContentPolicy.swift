internal import Foundation
internal import ModelStore

/// What a browser may do for a page: run the scripts that it brings, known by their SHA-256, and apply its styles.
///
/// No other script runs, no text is compiled to one, and nothing is loaded or sent.
enum ContentPolicy {
  /// The policy of a page with some scripts, as the `content` of its element.
  static func text(scripts: [String]) -> String {
    // Charts set styles of their elements, which only this word allows.
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; script-src "
      + scripts.map { "'sha256-\(digest($0))'" }.joined(separator: " ") + "; base-uri 'none'; form-action 'none'"
  }

  /// The SHA-256 of a script as a policy has it.
  private static func digest(_ text: String) -> String {
    let digits = Array(SHA256Digest.hexadecimal(of: Array(text.utf8)[...]))
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    return Data(bytes).base64EncodedString()
  }
}
