/// What one evaluation came to.
public struct EvaluatedPeriod: Hashable, SavedState {
  /// The end of the period.
  public let date: CalendarDate
  /// The number of assets with a forecast and a return, `n`.
  public let assetCount: Int
  /// `rᵀΩ_r⁻¹r`; `nan` where there is none.
  public let squaredLength: Double
  /// `ln |Ω_r|`; `nan` where there is none.
  public let logDeterminant: Double
  /// For each family the mean of `ln σ̂² + R²/σ̂²` over its portfolios: what two models are compared by.
  public let losses: [TestFamily: Double]
  /// The families that were wanted and that the period did not allow.
  public let skipped: Set<TestFamily>

  init(
    date: CalendarDate, assetCount: Int, squaredLength: Double, logDeterminant: Double,
    losses: [TestFamily: Double], skipped: Set<TestFamily>
  ) {
    self.date = date
    self.assetCount = assetCount
    self.squaredLength = squaredLength
    self.logDeterminant = logDeterminant
    self.losses = losses
    self.skipped = skipped
  }

  /// Writes the state.
  public func save(to writer: inout StateWriter) {
    writer.write(Int(date.daysSinceEpoch))
    writer.write(assetCount)
    writer.write(squaredLength)
    writer.write(logDeterminant)
    for family in TestFamily.allCases {
      writer.write(losses[family] ?? .nan)
      writer.write(skipped.contains(family))
    }
  }

  /// Reads what `save(to:)` wrote.
  public init(from reader: inout StateReader) throws(StateError) {
    let day = try reader.readInt(in: Int(Int32.min)..<Int(Int32.max), "a date")
    date = CalendarDate(daysSinceEpoch: Int32(day))
    assetCount = try reader.readInt(in: 0..<Int.max, "a count")
    squaredLength = try reader.readDouble()
    logDeterminant = try reader.readDouble()
    var losses = [TestFamily: Double]()
    var skipped = Set<TestFamily>()
    for family in TestFamily.allCases {
      let loss = try reader.readDouble()
      if !loss.isNaN { losses[family] = loss }
      if try reader.readBool() { skipped.insert(family) }
    }
    self.losses = losses
    self.skipped = skipped
  }
}
