extension EvaluationPeriod {
  /// Adds the returns of the next period; the model and the portfolios stay those of the start.
  ///
  /// Returns are added, as the variance of a sum is what a forecast over several periods is for. A return that is missing
  /// in one of the periods is missing in all of them.
  mutating func extend(by next: EvaluationPeriod) {
    date = next.date
    returns = Self.sum(returns, next.returns)
    if !idioReturns.isEmpty { idioReturns = Self.sum(idioReturns, next.idioReturns) }
    let later = Dictionary(next.factorReturns.map { ($0.name, $0.return) }) { first, _ in first }
    for index in factorReturns.indices { factorReturns[index].return += later[factorReturns[index].name] ?? .nan }
  }

  private static func sum(_ first: [Double], _ second: [Double]) -> [Double] {
    (0..<min(first.count, second.count)).map { first[$0] + second[$0] }
  }
}
