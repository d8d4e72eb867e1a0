/// What one vendor's closes of one asset were, as far as the checks of the next one ask.
struct PriceHistory: SavedState {
  /// The last close that counts.
  private(set) var close = Double.nan
  /// The trading day of that close.
  private(set) var day = -1
  /// The close that counted before it.
  private var previousClose = Double.nan
  private var previousDay = -1
  /// The log price change of the last close, and whether an action explains it.
  private var lastMove = 0.0
  private var lastMoveIsExplained = true
  private var lastReturnWasSuspect = false
  /// Whether the last close was found to be in another unit than other vendors' and the asset's own past.
  private var lastCloseIsInWrongUnit = false
  /// Equal closes in a row, the last included, and whether all of them had volume.
  private var equalCloses = 0
  private var equalClosesHaveVolume = true
  /// The most recent absolute log returns, the oldest overwritten.
  private var magnitudes: [Double] = []
  private var next = 0
  private var shares = Double.nan
  /// The rate of exchange on the days of the last two closes that count.
  private var exchange = Double.nan
  private var previousExchange = Double.nan
  /// Recent moves of price and shares that wait for each other, the oldest first.
  private var priceMoves: [Move] = []
  private var shareMoves: [Move] = []

  /// A move that may be half of a split.
  private struct Move: Hashable {
    var day: Int
    var log: Double
    /// What it moved to.
    var value: Double
  }

  /// Makes a history without closes.
  init() {}

  /// What a close means.
  struct Verdict {
    /// The return from prices and actions, NaN where there is no earlier close.
    var `return` = Double.nan
    /// The trading days that it spans.
    var span = 1
    /// The rate of exchange over that of the day at which the return begins.
    var exchangeRatio = Double.nan
    /// The log return where it jumps.
    var jump: Double?
    /// How many median absolute returns a jump is; infinite where there are too few.
    var jumpScore = 0.0
    /// The equal closes in a row where it is time to report them.
    var staleRun: Int?
    /// Whether the close from which the return begins was in a wrong unit, which the return then tells of.
    var beginsInWrongUnit = false
    /// The close of the last day that proved to be a spike, the one before it, and the trading day of it.
    var spike: (close: Double, before: Double, day: Int)?
    /// New shares an old one of a split without its action, the trading day of its price, and that price.
    var split: (ratio: Double, day: Int, close: Double)?
  }

  /// Takes in a close.
  ///
  /// - Parameters:
  ///   - close: positive.
  ///   - volume: or NaN.
  ///   - shares: or NaN.
  ///   - exchange: what the close is multiplied by to get the market's currency.
  ///   - day: the trading day, later than any before.
  ///   - action: what happened to an old share since the last close, or `nil`.
  ///   - isAdjusted: whether prices have actions in them already.
  mutating func take(
    close: Double, volume: Double, shares: Double, exchange: Double = 1, day: Int, action: ActionEffect?,
    isAdjusted: Bool, settings: CheckSettings
  ) -> Verdict {
    var verdict = Verdict()
    verdict.beginsInWrongUnit = lastCloseIsInWrongUnit
    lastCloseIsInWrongUnit = false
    let sharesMoved = noteShares(shares, day: day, settings)
    noteRun(close, volume, &verdict, settings)
    guard self.close.isFinite else {
      accept(close, exchange, day: day, move: 0, explained: true)
      return verdict
    }
    if settings.makes(.spike), let reverted = spike(close, day: day, action: action, settings) {
      verdict.spike = (self.close, previousClose, self.day)
      if settings.drops(.spike) {
        if !lastReturnWasSuspect { forgetLastMagnitude() }
        verdict.span = day - previousDay
        verdict.return = reverted
        verdict.exchangeRatio = exchange / previousExchange
        remember(abs(PortableMath.log(1 + reverted)), settings)
        if priceMoves.last?.day == self.day { priceMoves.removeLast() }
        self.close = previousClose
        self.exchange = previousExchange
        self.day = previousDay
        accept(close, exchange, day: day, move: 0, explained: true)
        lastReturnWasSuspect = false
        return verdict
      }
    }
    verdict.span = day - self.day
    verdict.exchangeRatio = exchange / self.exchange
    let effect = isAdjusted ? nil : action
    verdict.return = ((effect?.units ?? 1) * close + (effect?.cash ?? 0)) / self.close - 1
    let log = PortableMath.log(1 + verdict.return)
    // Without an action applied the price moves as the return.
    let move = effect == nil ? log : PortableMath.log(close / self.close)
    lastReturnWasSuspect = false
    if action == nil, abs(log) > settings.jumpLogReturn, settings.makes(.jump) {
      let score = jumpScore(abs(log), settings)
      if score > settings.jumpScore {
        verdict.jump = log
        verdict.jumpScore = score
        lastReturnWasSuspect = true
      }
    }
    if !lastReturnWasSuspect, log.isFinite { remember(abs(log), settings) }
    let moves = action == nil && abs(move) > 2 * settings.splitTolerance
    if moves { Self.add(Move(day: day, log: move, value: close), to: &priceMoves, settings) }
    if moves || sharesMoved { verdict.split = split(day: day, settings) }
    accept(close, exchange, day: day, move: move, explained: action != nil)
    return verdict
  }

  /// Notes that the last close is in a wrong unit.
  mutating func noteWrongUnit() { lastCloseIsInWrongUnit = true }

  /// Forgets everything: the asset is another from here on.
  mutating func forget() { self = PriceHistory() }

  private mutating func accept(_ close: Double, _ exchange: Double, day: Int, move: Double, explained: Bool) {
    previousClose = self.close
    previousDay = self.day
    previousExchange = self.exchange
    self.close = close
    self.exchange = exchange
    self.day = day
    lastMove = move
    lastMoveIsExplained = explained
  }

  /// The return over the spike where the last close was one.
  private func spike(_ close: Double, day: Int, action: ActionEffect?, _ settings: CheckSettings) -> Double? {
    guard action == nil, !lastMoveIsExplained, previousClose.isFinite, day == self.day + 1,
      abs(lastMove) > settings.spikeLogReturn,
      abs(PortableMath.log(close / previousClose)) < settings.spikeRevertLogReturn
    else { return nil }
    return close / previousClose - 1
  }

  private mutating func noteRun(_ close: Double, _ volume: Double, _ verdict: inout Verdict, _ settings: CheckSettings)
  {
    if close == self.close {
      equalCloses += 1
      equalClosesHaveVolume = equalClosesHaveVolume && volume > 0
    } else {
      equalCloses = 1
      equalClosesHaveVolume = volume > 0
    }
    let isFirstReport =
      (equalClosesHaveVolume && equalCloses == settings.staleDays) || equalCloses == settings.staleDaysWithoutVolume
    if equalCloses >= settings.staleDaysDropped || isFirstReport { verdict.staleRun = equalCloses }
  }

  /// Takes in the shares; tells whether they moved.
  private mutating func noteShares(_ shares: Double, day: Int, _ settings: CheckSettings) -> Bool {
    guard shares > 0, shares < .infinity else { return false }
    defer { self.shares = shares }
    guard self.shares > 0, shares != self.shares else { return false }
    let log = PortableMath.log(shares / self.shares)
    guard abs(log) > 0.01 else { return false }
    Self.add(Move(day: day, log: log, value: shares), to: &shareMoves, settings)
    return true
  }

  /// Adds a move and leaves out those that are too long ago.
  private static func add(_ move: Move, to moves: inout [Move], _ settings: CheckSettings) {
    if let first = moves.first, move.day - first.day > settings.splitDays {
      moves.removeAll { move.day - $0.day > settings.splitDays }
    }
    moves.append(move)
  }

  /// The split that a move of the price and one of the shares tell of together, of several the latest.
  private mutating func split(day: Int, _ settings: CheckSettings) -> (ratio: Double, day: Int, close: Double)? {
    for (priceIndex, price) in priceMoves.enumerated().reversed() where day - price.day <= settings.splitDays {
      for (shareIndex, share) in shareMoves.enumerated().reversed() where day - share.day <= settings.splitDays {
        guard let ratio = SplitRatio.nearest(logRatio: -price.log, tolerance: settings.splitTolerance),
          abs(share.log - PortableMath.log(ratio)) < settings.splitTolerance
        else { continue }
        priceMoves.remove(at: priceIndex)
        shareMoves.remove(at: shareIndex)
        return (ratio, price.day, price.value)
      }
    }
    return nil
  }

  private func jumpScore(_ magnitude: Double, _ settings: CheckSettings) -> Double {
    guard magnitudes.count >= settings.jumpMinimumObservations else { return .infinity }
    let sorted = magnitudes.sorted()
    let median = Quantile.interpolated(0.5, ofSorted: sorted)
    return median > 0 ? magnitude / median : .infinity
  }

  private mutating func remember(_ magnitude: Double, _ settings: CheckSettings) {
    if magnitudes.count < settings.jumpWindow {
      magnitudes.append(magnitude)
      next = magnitudes.count % settings.jumpWindow
    } else {
      magnitudes[next] = magnitude
      next = (next + 1) % settings.jumpWindow
    }
  }

  /// Leaves out the magnitude remembered last.
  ///
  /// In a full window the oldest is gone with it, so one fewer is left.
  private mutating func forgetLastMagnitude() {
    guard !magnitudes.isEmpty else { return }
    let last = (next + magnitudes.count - 1) % magnitudes.count
    magnitudes.remove(at: last)
    // The oldest comes first from here on.
    let oldest = magnitudes.isEmpty ? 0 : last % magnitudes.count
    magnitudes = Array(magnitudes[oldest...] + magnitudes[..<oldest])
    next = magnitudes.count
  }

  // MARK: Saved state

  func save(to writer: inout StateWriter) {
    for value in [close, previousClose, lastMove, shares, exchange, previousExchange] { writer.write(value) }
    for value in [day, previousDay, equalCloses, next] { writer.write(value) }
    for value in [lastMoveIsExplained, lastReturnWasSuspect, lastCloseIsInWrongUnit, equalClosesHaveVolume] {
      writer.write(value)
    }
    for moves in [priceMoves, shareMoves] {
      writer.write(moves.map { Int32(clamping: $0.day) })
      writer.write(moves.map(\.log))
      writer.write(moves.map(\.value))
    }
    writer.write(magnitudes)
  }

  init(from reader: inout StateReader) throws(StateError) {
    close = try reader.readDouble()
    previousClose = try reader.readDouble()
    lastMove = try reader.readDouble()
    shares = try reader.readDouble()
    exchange = try reader.readDouble()
    previousExchange = try reader.readDouble()
    day = try reader.readInt()
    previousDay = try reader.readInt()
    equalCloses = try reader.readInt()
    next = try reader.readInt()
    lastMoveIsExplained = try reader.readBool()
    lastReturnWasSuspect = try reader.readBool()
    lastCloseIsInWrongUnit = try reader.readBool()
    equalClosesHaveVolume = try reader.readBool()
    priceMoves = try Self.readMoves(&reader)
    shareMoves = try Self.readMoves(&reader)
    magnitudes = try reader.readDoubles()
    guard (0...magnitudes.count).contains(next) else {
      throw .mismatch(offset: 0, expected: "a place among \(magnitudes.count) returns")
    }
  }

  private static func readMoves(_ reader: inout StateReader) throws(StateError) -> [Move] {
    let days = try reader.readInt32s()
    let logs = try reader.readDoubles()
    let values = try reader.readDoubles()
    guard logs.count == days.count, values.count == days.count else {
      throw .mismatch(offset: 0, expected: "as many moves as days")
    }
    return days.indices.map { Move(day: Int(days[$0]), log: logs[$0], value: values[$0]) }
  }
}
