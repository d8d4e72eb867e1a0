/// `|a − b| / max(|a|, |b|)`, 0 where both are 0.
public func relativeDifference(_ a: Double, _ b: Double) -> Double {
  a == b ? 0 : abs(a - b) / max(abs(a), abs(b))
}
