internal import CCrypto

/// The SHA-256 of a sequence of bytes that arrives in pieces.
///
/// OpenSSL's, for its speed on processors without instructions for it.
public struct SHA256Digest {
  private var context = SHA256_CTX()

  /// Starts a digest of no bytes.
  public init() {
    // This and the others fail of other digests alone.
    unsafe SHA256_Init(&context)
  }

  /// Adds bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    unsafe SHA256_Update(&context, bytes.baseAddress, bytes.count)
  }

  /// Adds bytes.
  public mutating func update(_ bytes: ArraySlice<UInt8>) {
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  /// The digest of all bytes so far, as 64 lower-case hexadecimal digits.
  public var hexadecimal: String {
    var context = context
    var bytes = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    unsafe bytes.withUnsafeMutableBufferPointer { unsafe _ = SHA256_Final($0.baseAddress, &context) }
    return bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// The digest of some bytes, as 64 lower-case hexadecimal digits.
  public static func hexadecimal(of bytes: ArraySlice<UInt8>) -> String {
    var digest = SHA256Digest()
    digest.update(bytes)
    return digest.hexadecimal
  }
}
