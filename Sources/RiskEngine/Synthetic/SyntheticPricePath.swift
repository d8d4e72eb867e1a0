/// The true unadjusted prices of one asset over a block of periods, one entry a row.
///
/// A day's price follows from the total return, the split ratio `q` and the dividend `c` on an old share:
/// `P = ((1 + R) P₋ − c) / q`.
struct SyntheticPricePath: Sendable {
  /// What is remembered of an asset between blocks.
  struct State: Sendable {
    /// The price at the last row, or NaN before the first.
    var price = Double.nan
    /// The last close that vendors show.
    var lastClose = Double.nan
    /// What actions made of a share since that close.
    var effect = ActionEffect()
    /// The period of the last split.
    var lastSplit = -1000
    /// For each vendor the first period at which another error may begin.
    var freeFrom: SIMD2<Int32> = .zero
  }

  /// The state after the last row.
  var state: State
  /// The rows in the block.
  var rows: [Int] = []
  /// Whether vendors show a close.
  var isShown: [Bool] = []
  /// The close.
  var close: [Double] = []
  /// The close shown before, or NaN.
  var previousClose: [Double] = []
  /// What actions made of a share since that close, this day's included.
  var effects: [ActionEffect] = []
  /// The return that vendors tell: from the close shown before and the actions since, or NaN.
  var told: [Double] = []
  /// The split ratio, 1 for none.
  var ratio: [Double] = []
  /// The dividend on an old share, 0 for none.
  var dividend: [Double] = []
  /// Whether the table of actions lacks the split.
  var isUnadjusted: [Bool] = []

  /// Makes the path of an asset.
  ///
  /// - Parameters:
  ///   - rows: its rows in the block, in order of time.
  ///   - firstPeriod: the period of the first of them.
  ///   - totalReturns: of each row of the block, the risk-free return included.
  /// - Complexity: O(rows).
  init(
    asset: Int32, rows: [Int], firstPeriod: Int, state: State, actions: SyntheticActions, totalReturns: [Double],
    events: [SyntheticEvents]
  ) {
    self.state = state
    self.rows = rows
    isShown = rows.map { events[$0].isDisjoint(with: .withoutReturn) }
    let phase = actions.dividendPhase(of: asset)
    var price = state.price
    for (place, row) in rows.enumerated() {
      let period = firstPeriod + place
      var (q, c, lacksRow) = (1.0, 0.0, false)
      if price.isNaN {
        price = actions.firstPrice(of: asset)
      } else {
        let words = actions.words(asset, period)
        if let phase, period % SyntheticActions.dividendInterval == phase {
          c = actions.dividend(asset, period, price: price)
        } else if actions.isSplit(words) {
          q = actions.ratio(asset, period, price: price)
        } else if actions.isUnadjusted(words),
          suits(place, period, asset, phase, actions, totalReturns[row])
        {
          q = actions.ratio(asset, period, price: price)
          lacksRow = true
        }
        price = ((1 + totalReturns[row]) * price - c) / q
        if q != 1 { self.state.lastSplit = period }
      }
      close.append(price)
      ratio.append(q)
      dividend.append(c)
      isUnadjusted.append(lacksRow)
      show(price, q, c, isShown[place])
    }
    self.state.price = price
  }

  /// Appends what vendors tell of a day.
  private mutating func show(_ price: Double, _ q: Double, _ c: Double, _ isShown: Bool) {
    if state.lastClose.isFinite { state.effect.apply(ratio: q, cash: c) }
    effects.append(state.effect)
    previousClose.append(state.lastClose)
    told.append(isShown ? Self.simpleReturn(price, after: state.lastClose, state.effect) : .nan)
    if isShown {
      state.lastClose = price
      state.effect = ActionEffect()
    }
  }

  /// The return to a close from the one before, with what actions made of a share between.
  static func simpleReturn(_ close: Double, after earlier: Double, _ effect: ActionEffect) -> Double {
    (effect.units * close + effect.cash) / earlier - 1
  }

  /// Whether a split without its row can be told from the day's return and from other actions.
  ///
  /// Of the ratios of whole numbers up to 20 the nearest to 3/2 is 20/13, whose log is 0.025 away: a return below half of
  /// that leaves the right one the nearest.
  private func suits(
    _ place: Int, _ period: Int, _ asset: Int32, _ phase: Int?, _ actions: SyntheticActions, _ totalReturn: Double
  ) -> Bool {
    guard place >= 1, place + 1 < rows.count, isShown[place - 1], isShown[place], isShown[place + 1],
      Int32(period) >= state.freeFrom.max(), period - state.lastSplit > 30,
      abs(totalReturn) < 0.01
    else { return false }
    return (period - 6...period + 6).allSatisfy { other in
      let isDividend = phase.map { other % SyntheticActions.dividendInterval == $0 } ?? false
      return !isDividend && (other < 0 || !actions.isSplit(actions.words(asset, other)))
    }
  }
}
