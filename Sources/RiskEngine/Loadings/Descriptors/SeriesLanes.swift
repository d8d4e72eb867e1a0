/// What is remembered of one or two series of eight assets: a window of each, or exponential moments of all there were.
///
/// The latest `skip` observations wait before they count. The latest observation can be revoked, also after it
/// counted: moments then go back to those before it, exactly.
struct SeriesLanes: LaneState {
  private let lookBack: LookBack
  private let hasPair: Bool
  /// Windows are each asset's own; `nil` where it has no history.
  private var windows: [SeriesState?] = []
  /// The moments up to the latest observation that counts, and those before it.
  private var moments = ExponentialMomentLanes()
  private var earlier = ExponentialMomentLanes()
  /// The observations that wait and the latest that counts, in rings; `oldest` is the place of the latter.
  private var waitingX: [Lanes] = []
  private var waitingY: [Lanes] = []
  private var oldest = 0
  /// The periods so far.
  private var age = Lanes.zero

  /// Makes a state before the first periods.
  init(_ lookBack: LookBack, hasPair: Bool) {
    self.lookBack = lookBack
    self.hasPair = hasPair
    if lookBack.window != nil {
      windows = Array(repeating: nil, count: Lanes.scalarCount)
    } else {
      waitingX = Array(repeating: Lanes(repeating: .nan), count: 1 + lookBack.skip)
      if hasPair { waitingY = waitingX }
    }
  }

  // MARK: Observations

  /// Takes in a period of one series; NaN is a missing observation.
  @inline(__always)
  mutating func append(_ x: Lanes, _ day: LaneDay, revokes: Bool = true) {
    guard lookBack.window == nil else { return appendToWindows(x, x, day, revokes: revokes) }
    if revokes, day.hasRevocations { revokeLast(day.isPreviousReturnRevoked) }
    earlier = moments
    moments.append(Self.exchange(x, in: &waitingX, at: oldest), decay: lookBack.decay)
    moveOn()
  }

  /// Takes in a period of both series; a revocation is of the first alone.
  @inline(__always)
  mutating func append(_ x: Lanes, _ y: Lanes, _ day: LaneDay) {
    guard lookBack.window == nil else { return appendToWindows(x, y, day, revokes: true) }
    if day.hasRevocations { revokeLast(day.isPreviousReturnRevoked) }
    earlier = moments
    moments.append(
      Self.exchange(x, in: &waitingX, at: oldest), Self.exchange(y, in: &waitingY, at: oldest), decay: lookBack.decay)
    moveOn()
  }

  /// Puts an observation in a ring and gives the one whose turn it is to count.
  @inline(__always)
  private static func exchange(_ value: Lanes, in ring: inout [Lanes], at oldest: Int) -> Lanes {
    ring[oldest] = value
    return ring[oldest &+ 1 == ring.count ? 0 : oldest &+ 1]
  }

  @inline(__always)
  private mutating func moveOn() {
    oldest = oldest &+ 1 == waitingX.count ? 0 : oldest &+ 1
    age += 1
  }

  private mutating func revokeLast(_ mask: LaneMask) {
    let revoked = mask .& (age .> 0)
    let latest = oldest == 0 ? waitingX.count - 1 : oldest - 1
    waitingX[latest].replace(with: .nan, where: revoked)
    guard lookBack.skip == 0 else { return }
    var undone = earlier
    let missing = Lanes(repeating: .nan)
    if hasPair {
      undone.append(missing, missing, decay: lookBack.decay)
    } else {
      undone.append(missing, decay: lookBack.decay)
    }
    moments.replace(with: undone, where: revoked)
  }

  private mutating func appendToWindows(_ x: Lanes, _ y: Lanes, _ day: LaneDay, revokes: Bool) {
    for lane in windows.indices {
      windows[lane]?.append(x[lane], y[lane], revokesLast: revokes && day.isPreviousReturnRevoked[lane])
    }
  }

  // MARK: Statistics

  /// The weighted mean of the first series, and the number of observations.
  @inline(__always)
  func mean(_ day: LaneDay) -> (mean: Lanes, count: Lanes) {
    guard lookBack.window != nil else { return (moments.meanX, moments.count) }
    return overWindows(day) { state in
      let (mean, _, count) = state.mean(lookBack)
      return (mean, count)
    }
  }

  /// The weighted variance of the first series about its weighted mean, and the number of observations.
  @inline(__always)
  func variance(_ day: LaneDay) -> (variance: Lanes, count: Lanes) {
    guard lookBack.window != nil else { return (moments.squaresX / moments.weight, moments.count) }
    return overWindows(day) { $0.variance(lookBack) }
  }

  /// The slope of the weighted regression of the first series on the second, NaN where the second does not vary, and the
  /// number of pairs.
  @inline(__always)
  func slope(_ day: LaneDay) -> (slope: Lanes, count: Lanes) {
    guard lookBack.window != nil else { return (endlessSlope, moments.count) }
    return overWindows(day) { state in
      guard let line = WindowLine(state, lookBack) else { return (.nan, 0) }
      return (line.slope, line.count)
    }
  }

  /// The weighted mean of the squared residuals of the first series' regression on the second, and the number of pairs.
  @inline(__always)
  func residualVariance(_ day: LaneDay) -> (variance: Lanes, count: Lanes) {
    guard lookBack.window != nil else {
      let squares = moments.squaresX - endlessSlope * moments.products
      return (Lanes.zero.replacing(with: squares, where: squares .>= 0) / moments.weight, moments.count)
    }
    return overWindows(day) { state in
      guard let line = WindowLine(state, lookBack) else { return (.nan, 0) }
      return (line.residualVariance(state, lookBack), line.count)
    }
  }

  private var endlessSlope: Lanes {
    (moments.products / moments.squaresY).keeping(
      where: WindowLine.varies(squares: moments.squaresY, weight: moments.weight, mean: moments.meanY))
  }

  /// A number of the window of each asset that has a row, and how many observations it is of.
  @inline(__always)
  private func overWindows(_ day: LaneDay, _ body: (SeriesState) -> (Double, Int)) -> (Lanes, Lanes) {
    var values = Lanes(repeating: .nan)
    var counts = Lanes.zero
    for lane in windows.indices where day.isPresent[lane] {
      guard let state = windows[lane] else { continue }
      let (value, count) = body(state)
      values[lane] = value
      counts[lane] = Double(count)
    }
    return (values, counts)
  }

  // MARK: Histories

  mutating func begin(_ mask: LaneMask) {
    guard lookBack.window == nil else {
      for lane in windows.indices where mask[lane] { windows[lane] = SeriesState(lookBack, hasPair: hasPair) }
      return
    }
    for place in waitingX.indices { waitingX[place].replace(with: .nan, where: mask) }
    for place in waitingY.indices { waitingY[place].replace(with: .nan, where: mask) }
    moments.replace(with: ExponentialMomentLanes(), where: mask)
    earlier.replace(with: ExponentialMomentLanes(), where: mask)
    age.replace(with: 0, where: mask)
  }

  mutating func forget(_ mask: LaneMask) {
    for lane in windows.indices where mask[lane] { windows[lane] = nil }
  }

  subscript(lane: Int) -> SeriesState {
    get {
      var state = SeriesState(lookBack, hasPair: hasPair)
      guard lookBack.window == nil else { return windows[lane] ?? state }
      for step in 0..<waitingX.count {
        let place = (oldest + step) % waitingX.count
        state.x.append(waitingX[place][lane])
        if hasPair { state.y?.append(waitingY[place][lane]) }
      }
      state.moments = single(moments[lane])
      state.earlier = single(earlier[lane])
      state.age = Int(age[lane])
      return state
    }
    set {
      guard lookBack.window == nil else {
        windows[lane] = newValue
        return
      }
      for step in 0..<waitingX.count {
        let place = (oldest + step) % waitingX.count
        waitingX[place][lane] = newValue.x[waitingX.count - 1 - step]
        if hasPair { waitingY[place][lane] = newValue.y?[waitingX.count - 1 - step] ?? .nan }
      }
      moments[lane] = newValue.moments
      earlier[lane] = newValue.earlier
      age[lane] = Double(newValue.age)
    }
  }

  /// Moments as they are saved: where there is one series it is its own second.
  private func single(_ moments: ExponentialMoments) -> ExponentialMoments {
    guard !hasPair else { return moments }
    var moments = moments
    moments.meanY = moments.meanX
    moments.squaresY = moments.squaresX
    moments.products = moments.squaresX
    return moments
  }
}
