extension AssetDay {
  /// `ln(1 + R) − ln(1 + R_f)`, or NaN.
  var logExcessReturn: Double {
    guard totalReturn > -1 else { return .nan }
    return PortableMath.log(1 + totalReturn) - (riskFreeReturn == 0 ? 0 : PortableMath.log(1 + riskFreeReturn))
  }
}
