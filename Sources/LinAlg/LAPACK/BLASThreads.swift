internal import COpenBLAS

/// The threads that OpenBLAS uses inside one call, a setting of the whole process.
///
/// Set it to 1 before any worker starts: parallel code brings its own workers, and one thread makes sums
/// independent of the machine's load. Changing it while another thread is inside OpenBLAS is a mistake.
public enum BLASThreads {
  /// The number of threads a call may use, 1 or more.
  public static var count: Int {
    get { Int(openblas_get_num_threads()) }
    set {
      precondition(newValue >= 1 && newValue <= Int(Int32.max), "\(newValue) BLAS threads")
      openblas_set_num_threads(Int32(newValue))
    }
  }
}
