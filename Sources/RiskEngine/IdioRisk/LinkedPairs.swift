/// The pairs of share lines of one issuer, with correlations shrunk towards a prior one.
///
/// `ρ = (n_eff r + w ρ₀) / (n_eff + w)`, with `n_eff = 0` where `r` is not defined: such a pair has the prior itself.
struct LinkedPairs: Sendable {
  /// The pairs, ascending.
  var pairs: [CorrelatedPair] = []
  /// The pairs whose correlation is the prior one for want of returns that vary.
  var unestimatedCount = 0

  /// Finds the pairs among the assets whose issuer, by their place, is that of another; a negative one is none.
  ///
  /// - Parameters:
  ///   - periods: the standardized idio returns, the oldest period first.
  ///   - assets: the asset at each place.
  /// - Complexity: O(periods × linked assets + periods × pairs).
  init(
    issuers: [Int32], assets: [Int32], _ periods: [StandardizedReturns], _ settings: IdioCorrelationSettings,
    workers: Int
  ) {
    let sorted = issuers.indices.filter { issuers[$0] >= 0 }.sorted { (issuers[$0], $0) < (issuers[$1], $1) }
    var members = [Int]()
    var couples = [(first: Int, second: Int)]()
    var start = 0
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, issuers[sorted[end]] == issuers[sorted[start]] { end += 1 }
      if end - start > 1 {
        for second in start + 1..<end {
          for first in start..<second {
            couples.append((members.count + first - start, members.count + second - start))
          }
        }
        members.append(contentsOf: sorted[start..<end])
      }
      start = end
    }
    guard !couples.isEmpty else { return }
    let history = CorrelationHistory(periods, of: members.map { assets[$0] }, halfLife: settings.halfLife)
    // A task of one pair would be too short to be worth handing out.
    let chunk = 64
    let pieces = concurrentMap(count: (couples.count + chunk - 1) / chunk, workers: workers) { [couples] index in
      couples[index * chunk..<min((index + 1) * chunk, couples.count)].map { couple in
        PairCorrelation(
          history.returns(of: couple.first), history.returns(of: couple.second), weights: history.weights.span)
      }
    }
    for (couple, found) in zip(couples, pieces.joined()) {
      let isEstimated = !found.correlation.isNaN
      if !isEstimated { unestimatedCount += 1 }
      let evidence = isEstimated ? found.effectiveCount * found.correlation : 0
      let count = (isEstimated ? found.effectiveCount : 0) + settings.linkedWeight
      pairs.append(
        CorrelatedPair(
          first: members[couple.first], second: members[couple.second],
          correlation: count > 0
            ? (evidence + settings.linkedWeight * settings.linkedCorrelation) / count : settings.linkedCorrelation))
    }
    pairs.sort { ($0.first, $0.second) < ($1.first, $1.second) }
  }
}
