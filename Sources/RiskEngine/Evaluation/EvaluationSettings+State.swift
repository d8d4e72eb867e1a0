extension EvaluationSettings: SavedState {
  /// Writes the settings.
  public func save(to writer: inout StateWriter) {
    for family in TestFamily.allCases { writer.write(families.contains(family)) }
    for number in [horizon, randomCount, randomHoldings, Int(bitPattern: UInt(seed)), assetEigenCount] {
      writer.write(number)
    }
    writer.write(onlyEstimationUniverse)
    writer.write(confidence)
    writer.write(rollingWindow ?? 0)
    writer.write(residualCorrelationAssets)
  }

  /// Reads what `save(to:)` wrote.
  public init(from reader: inout StateReader) throws(StateError) {
    self.init(families: [])
    for family in TestFamily.allCases where try reader.readBool() { families.insert(family) }
    horizon = try reader.readInt()
    randomCount = try reader.readInt()
    randomHoldings = try reader.readInt()
    seed = UInt64(UInt(bitPattern: try reader.readInt()))
    assetEigenCount = try reader.readInt()
    onlyEstimationUniverse = try reader.readBool()
    confidence = try reader.readDouble()
    let window = try reader.readInt()
    rollingWindow = window == 0 ? nil : window
    residualCorrelationAssets = try reader.readInt()
    do throws(EvaluationError) { try validate() } catch { throw reader.mismatch("settings in their ranges") }
  }
}
