internal import RiskEngine

/// How weights go on between two dates of holdings.
public enum WeightRule: String, Hashable, Sendable, CaseIterable {
  /// Bought and held: each weight grows with its asset's return, relative to the portfolio's; the default.
  ///
  /// What the weights lack of 1 earns nothing, as cash does where returns are excess returns. An asset without a return
  /// keeps its value.
  case drift
  /// Brought back to the file's weights at the end of each period.
  case constant
}

/// The weights of a portfolio as time goes on.
struct HeldWeights {
  /// The holdings by the date of the model at whose close they are held, ascending.
  private var waiting: ArraySlice<(date: CalendarDate, holdings: Holdings)>
  /// What is held; `nil` before the first holdings.
  private(set) var current: Holdings?
  private let rule: WeightRule

  init(_ dated: [(date: CalendarDate, holdings: Holdings)], rule: WeightRule) {
    waiting = dated[...]
    self.rule = rule
  }

  /// Takes the weights to the end of a period.
  ///
  /// - Parameters:
  ///   - date: the end of the period.
  ///   - returns: the return of each asset over it, by code.
  mutating func advance(to date: CalendarDate, returns: [Double]) {
    while let next = waiting.first, next.date <= date {
      current = next.holdings
      waiting.removeFirst()
      if next.date == date { return }
    }
    guard rule == .drift, let held = current else { return }
    func value(_ asset: Int32) -> Double {
      Int(asset) < returns.count && returns[Int(asset)].isFinite ? returns[Int(asset)] : 0
    }
    let total = zip(held.assets, held.weights).reduce(0.0) { $0 + $1.1 * value($1.0) }
    // A portfolio that lost everything has no weights; linking tells.
    guard total > -1 else { return }
    current = held.reweighted { asset, weight in weight * (1 + value(asset)) / (1 + total) }
  }
}
