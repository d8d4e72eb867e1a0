internal import COpenBLAS

/// What the running processor can do.
public enum ProcessorFeatures {
  /// Whether it has the vector instructions of x86-64-v3, AVX2 and FMA; true on other architectures.
  ///
  /// Code compiled for that level stops with an illegal instruction where this is false.
  public static var hasVectorBaseline: Bool {
    riskengine_processor_has_vector_baseline() != 0
  }
}
