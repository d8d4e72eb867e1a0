/// What a benchmark measured; `peers` reads the fields that its README names.
struct BenchmarkReport: Codable {
  /// One stage on some threads.
  struct Stage: Codable {
    var name: String
    var threads: Int
    var seconds: Timing
    /// The median over that of reading the panel on as many threads.
    var perRead: Double
  }

  /// One universe.
  struct Case: Codable {
    var name: String
    var assets: Int
    var periods: Int
    var factors: Int
    var regressedDates: Int
    var precision: String
    var panelBytes: Int
    var peakBytes: Int
    var outputHash: String
    var stages: [Stage]
  }

  var schema = 1
  var processor: String
  var blas: String
  var blasCore: String
  var matrixProductGigaflops: Double
  var cases: [Case]
}
