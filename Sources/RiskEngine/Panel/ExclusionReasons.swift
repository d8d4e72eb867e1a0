/// Why a row of the panel does not take part in its period's regression.
public struct ExclusionReasons: OptionSet, Hashable, Sendable {
  /// One bit a reason.
  public let rawValue: UInt8

  /// Makes a set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The asset was outside the estimation universe at the loadings' date.
  public static let outsideUniverse = ExclusionReasons(rawValue: 1)
  /// The asset has no row at the loadings' date.
  public static let noEarlierRow = ExclusionReasons(rawValue: 2)
  /// The return is missing.
  public static let noReturn = ExclusionReasons(rawValue: 4)
  /// A style's loading is missing at the loadings' date.
  public static let noLoading = ExclusionReasons(rawValue: 8)
  /// The market capitalization, or the weight in its place, is missing or zero at the loadings' date.
  public static let noCap = ExclusionReasons(rawValue: 16)
  /// A group's label is missing at the loadings' date.
  public static let noLabel = ExclusionReasons(rawValue: 32)

  /// Reasons for which an asset has no idio return either: without them `r − b f` cannot be computed.
  static let withoutIdioReturn: ExclusionReasons = [.noEarlierRow, .noReturn, .noLoading, .noLabel]
}

/// How many rows of a period were excluded, each under the first of its reasons in the order given here.
public struct ExclusionCounts: Hashable, Sendable {
  /// Rows outside the estimation universe.
  public var universe = 0
  /// Rows of assets without a row at the loadings' date.
  public var noEarlierRow = 0
  /// Rows without a return.
  public var noReturn = 0
  /// Rows without some style's loading.
  public var noLoading = 0
  /// Rows without a positive market capitalization or weight.
  public var noCap = 0
  /// Rows without some group's label.
  public var noLabel = 0

  /// Counts nothing yet.
  public init() {}

  /// All excluded rows.
  public var total: Int { universe + noEarlierRow + noReturn + noLoading + noCap + noLabel }

  /// The reason that excluded most rows with its count; `nil` where none was excluded.
  public var commonest: (reason: ExclusionReasons, count: Int)? {
    let all: [(reason: ExclusionReasons, count: Int)] = [
      (.outsideUniverse, universe), (.noEarlierRow, noEarlierRow), (.noReturn, noReturn),
      (.noLoading, noLoading), (.noCap, noCap), (.noLabel, noLabel),
    ]
    var best: (reason: ExclusionReasons, count: Int)?
    for entry in all where entry.count > (best?.count ?? 0) { best = entry }
    return best
  }

  /// Counts a row under its first reason; a row without any is not counted.
  mutating func add(_ reasons: ExclusionReasons) {
    if reasons.contains(.outsideUniverse) {
      universe += 1
    } else if reasons.contains(.noEarlierRow) {
      noEarlierRow += 1
    } else if reasons.contains(.noReturn) {
      noReturn += 1
    } else if reasons.contains(.noLoading) {
      noLoading += 1
    } else if reasons.contains(.noCap) {
      noCap += 1
    } else if reasons.contains(.noLabel) {
      noLabel += 1
    }
  }

  /// Adds another period's counts.
  public mutating func add(_ other: ExclusionCounts) {
    universe += other.universe
    noEarlierRow += other.noEarlierRow
    noReturn += other.noReturn
    noLoading += other.noLoading
    noCap += other.noCap
    noLabel += other.noLabel
  }
}

extension ExclusionReasons: CustomStringConvertible {
  /// The reasons in words, in the order in which they are counted.
  public var description: String {
    let names: [(ExclusionReasons, String)] = [
      (.outsideUniverse, "outside the universe"), (.noEarlierRow, "no earlier row"), (.noReturn, "no return"),
      (.noLoading, "no loading"), (.noCap, "no positive cap or weight"), (.noLabel, "no label"),
    ]
    return names.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
  }
}
