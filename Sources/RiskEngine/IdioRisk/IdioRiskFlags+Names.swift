extension IdioRiskFlags {
  /// The flags that are set, in words, in a fixed order.
  public var names: [String] {
    let all: [(flag: IdioRiskFlags, name: String)] = [
      (.noTimeSeries, "no time series"), (.structuralOnly, "structural only"), (.sizeGroupMedian, "size group median"),
      (.unknownLabel, "unknown label"), (.floored, "floored"), (.capped, "capped"), (.noForecast, "no forecast"),
    ]
    return all.filter { contains($0.flag) }.map(\.name)
  }
}
