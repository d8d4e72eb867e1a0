/// Which corporate actions an asset has when: a function of the asset and the period alone.
struct SyntheticActions: Sendable {
  /// Periods between dividends.
  static let dividendInterval = 63

  private let splitThreshold: UInt64
  private let unadjustedThreshold: UInt64
  private let vendors: SyntheticConfiguration.Vendors
  private let listing: RandomStream
  private let event: RandomStream
  private let detail: RandomStream

  /// Prepares the actions of a market.
  init(_ configuration: SyntheticConfiguration) {
    vendors = configuration.vendors
    let yearly = 1000 * Double(configuration.periodsPerYear)
    splitThreshold = UInt64(vendors.splitRate / yearly * 0x1p32)
    // Where caps do not follow returns, shares move against the price each day, and no split can be told from that.
    let unadjustedRate = configuration.caps.followReturns ? vendors.errorRates[.unadjustedSplit] ?? 0 : 0
    unadjustedThreshold = UInt64(unadjustedRate / yearly * 0x1p32)
    listing = SyntheticStream.listing.stream(seed: configuration.seed)
    event = SyntheticStream.vendorEvent.stream(seed: configuration.seed)
    detail = SyntheticStream.vendorErrorDetail.stream(seed: configuration.seed)
  }

  /// The price of an asset at its first row.
  func firstPrice(of asset: Int32) -> Double {
    PortableMath.exp(3.4 + 0.6 * listing.normal(draw: 0, id: UInt32(asset), date: 0))
  }

  /// The period, modulo `dividendInterval`, of an asset's dividends, or `nil` where it pays none.
  func dividendPhase(of asset: Int32) -> Int? {
    guard listing.uniform(draw: 2, id: UInt32(asset), date: 0) < vendors.payingFraction, vendors.dividendYield > 0
    else { return nil }
    return Int(listing.uniform(draw: 3, id: UInt32(asset), date: 0) * Double(Self.dividendInterval))
  }

  /// The random words of an asset and period: for a split, for one without its row, and for errors of each vendor.
  func words(_ asset: Int32, _ period: Int) -> SIMD4<UInt32> {
    event.words(block: 0, id: UInt32(asset), date: UInt32(period))
  }

  /// Whether a split, perhaps, happens.
  func isSplit(_ words: SIMD4<UInt32>) -> Bool { UInt64(words[0]) < splitThreshold }

  /// Whether a split without its row, perhaps, happens.
  func isUnadjusted(_ words: SIMD4<UInt32>) -> Bool { UInt64(words[1]) < unadjustedThreshold }

  /// New shares an old one; a low price is brought up.
  func ratio(_ asset: Int32, _ period: Int, price: Double) -> Double {
    let uniform = detail.uniform(draw: 0, id: UInt32(asset), date: UInt32(period))
    if price < 10 { return uniform < 0.5 ? 0.1 : 0.2 }
    return uniform < 0.5 ? 2 : uniform < 0.75 ? 3 : 1.5
  }

  /// The dividend on an old share.
  func dividend(_ asset: Int32, _ period: Int, price: Double) -> Double {
    price * vendors.dividendYield * (0.5 + detail.uniform(draw: 1, id: UInt32(asset), date: UInt32(period)))
  }
}
