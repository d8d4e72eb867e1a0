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
  /// Equal closes in a row, the last included, and whether all of them had volume.
  private var equalCloses = 0
  private var equalClosesHaveVolume = true
  /// The most recent absolute log returns, the oldest overwritten.
  private var magnitudes: [Double] = []
  private var next = 0
  private var shares = Double.nan
  /// Moves of price and shares that wait for each other.
  private var priceMove = Move()
  private var shareMove = Move()

  /// A move that may be half of a split.
  private struct Move: Hashable {
    var day = -1
    var log = 0.0
  }

  /// Makes a history without closes.
  init() {}

  /// What a close means.
  struct Verdict {
    /// The return from prices and actions, NaN where there is no earlier close.
    var `return` = Double.nan
    /// The trading days that it spans.
    var span = 1
    /// The log return where it jumps.
    var jump: Double?
    /// How many median absolute returns a jump is; infinite where there are too few.
    var jumpScore = 0.0
    /// The equal closes in a row where it is time to report them.
    var staleRun: Int?
    /// Whether so many are equal that the return is dropped.
    var isStaleDropped = false
    /// The close of the last day that proved to be a spike, and the trading day of it.
    var spike: (close: Double, before: Double, day: Int)?
    /// Whether the return of that day had been given out.
    var revokesPrevious = false
    /// New shares an old one of a split without its action, and the trading day of its price.
    var split: (ratio: Double, day: Int)?
  }

  /// Takes in a close.
  ///
  /// - Parameters:
  ///   - close: positive.
  ///   - volume: or NaN.
  ///   - shares: or NaN.
  ///   - day: the trading day, later than any before.
  ///   - action: what happened to an old share since the last close, or `nil`.
  ///   - isAdjusted: whether prices have actions in them already.
  mutating func take(
    close: Double, volume: Double, shares: Double, day: Int, action: ActionEffect?, isAdjusted: Bool,
    settings: CheckSettings
  ) -> Verdict {
    var verdict = Verdict()
    noteShares(shares, day: day)
    noteRun(close, volume, &verdict, settings)
    guard self.close.isFinite else {
      accept(close, day: day, move: 0, explained: true)
      return verdict
    }
    if let reverted = spike(close, day: day, action: action, settings) {
      verdict.spike = (self.close, previousClose, self.day)
      verdict.revokesPrevious = !lastReturnWasSuspect
      if verdict.revokesPrevious { forgetLastMagnitude() }
      verdict.span = day - previousDay
      verdict.return = reverted
      remember(abs(PortableMath.log(1 + reverted)), settings)
      self.close = previousClose
      self.day = previousDay
      accept(close, day: day, move: 0, explained: true)
      lastReturnWasSuspect = false
      return verdict
    }
    verdict.span = day - self.day
    let effect = isAdjusted ? nil : action
    verdict.return = ((effect?.units ?? 1) * close + (effect?.cash ?? 0)) / self.close - 1
    let move = PortableMath.log(close / self.close)
    let log = PortableMath.log(1 + verdict.return)
    lastReturnWasSuspect = false
    if action == nil, abs(log) > settings.jumpLogReturn {
      let score = jumpScore(abs(log), settings)
      if score > settings.jumpScore {
        verdict.jump = log
        verdict.jumpScore = score
        lastReturnWasSuspect = true
      }
    }
    if !lastReturnWasSuspect, log.isFinite { remember(abs(log), settings) }
    if action == nil, abs(move) > 2 * settings.splitTolerance { priceMove = Move(day: day, log: move) }
    if action != nil { priceMove = Move() }
    verdict.split = split(day: day, settings)
    accept(close, day: day, move: move, explained: action != nil)
    return verdict
  }

  /// Forgets everything: the asset is another from here on.
  mutating func forget() { self = PriceHistory() }

  private mutating func accept(_ close: Double, day: Int, move: Double, explained: Bool) {
    previousClose = self.close
    previousDay = self.day
    self.close = close
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
    if equalCloses >= settings.staleDaysDropped {
      verdict.staleRun = equalCloses
      verdict.isStaleDropped = true
    } else if isFirstReport {
      verdict.staleRun = equalCloses
    }
  }

  private mutating func noteShares(_ shares: Double, day: Int) {
    guard shares > 0 else { return }
    if self.shares > 0, shares != self.shares {
      let log = PortableMath.log(shares / self.shares)
      if abs(log) > 0.01 { shareMove = Move(day: day, log: log) }
    }
    self.shares = shares
  }

  /// The split that price and shares tell of together.
  private mutating func split(day: Int, _ settings: CheckSettings) -> (ratio: Double, day: Int)? {
    guard priceMove.day >= 0, shareMove.day >= 0, day - priceMove.day <= settings.splitDays,
      abs(priceMove.day - shareMove.day) <= settings.splitDays,
      let ratio = SplitRatio.nearest(logRatio: -priceMove.log, tolerance: settings.splitTolerance),
      abs(shareMove.log - PortableMath.log(ratio)) < settings.splitTolerance
    else { return nil }
    let found = priceMove.day
    priceMove = Move()
    shareMove = Move()
    return (ratio, found)
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

  /// Leaves out the magnitude remembered last. In a full window the oldest is gone with it, so one fewer is left.
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
    for value in [close, previousClose, lastMove, shares, priceMove.log, shareMove.log] { writer.write(value) }
    for value in [day, previousDay, equalCloses, next, priceMove.day, shareMove.day] { writer.write(value) }
    for value in [lastMoveIsExplained, lastReturnWasSuspect, equalClosesHaveVolume] { writer.write(value) }
    writer.write(magnitudes)
  }

  init(from reader: inout StateReader) throws(StateError) {
    close = try reader.readDouble()
    previousClose = try reader.readDouble()
    lastMove = try reader.readDouble()
    shares = try reader.readDouble()
    let priceLog = try reader.readDouble()
    let shareLog = try reader.readDouble()
    day = try reader.readInt()
    previousDay = try reader.readInt()
    equalCloses = try reader.readInt()
    next = try reader.readInt()
    priceMove = Move(day: try reader.readInt(), log: priceLog)
    shareMove = Move(day: try reader.readInt(), log: shareLog)
    lastMoveIsExplained = try reader.readBool()
    lastReturnWasSuspect = try reader.readBool()
    equalClosesHaveVolume = try reader.readBool()
    magnitudes = try reader.readDoubles()
  }
}
