internal import COpenBLAS

/// Which OpenBLAS computed a result; kernels of different processors differ in the last bits.
public struct OpenBLASInfo: Hashable, Codable, Sendable {
  /// The processor family whose kernels run, such as `Zen` or `Haswell`.
  public let coreName: String
  /// Version and build options, as OpenBLAS words them.
  public let configuration: String
  /// The threads that one call may use.
  public let threadCount: Int

  /// The library in this process, as it stands now.
  public static var current: OpenBLASInfo {
    OpenBLASInfo(
      coreName: unsafe String(cString: openblas_get_corename()),
      configuration: unsafe String(cString: openblas_get_config()),
      threadCount: BLASThreads.count)
  }
}
