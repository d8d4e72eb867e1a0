/// What happened to an asset in a period, beyond its ordinary return.
public struct SyntheticEvents: OptionSet, Hashable, Sendable {
  /// One bit an event.
  public let rawValue: UInt8

  /// Makes a set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The return is missing completely at random.
  public static let returnMissing = SyntheticEvents(rawValue: 1)
  /// Trading is halted, so that the return is missing.
  public static let halted = SyntheticEvents(rawValue: 2)
  /// One loading of the row is missing.
  public static let loadingMissing = SyntheticEvents(rawValue: 4)
  /// The issuer reports earnings: the idio return has a jump.
  public static let earnings = SyntheticEvents(rawValue: 8)
  /// The return includes the delisting return; it is the asset's last.
  public static let delistingLoss = SyntheticEvents(rawValue: 16)
  /// The return would have been below the floor and was raised to it.
  public static let returnFloored = SyntheticEvents(rawValue: 32)

  /// The events for which the panel shows no return.
  public static let withoutReturn: SyntheticEvents = [.returnMissing, .halted]
}
