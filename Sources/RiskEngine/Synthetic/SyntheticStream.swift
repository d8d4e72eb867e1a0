/// What each stream of random numbers of a synthetic market is for; a number, once given, is never changed.
enum SyntheticStream: UInt32 {
  // MARK: Once an asset, at date 0
  case industry = 1
  case country = 2
  case capitalization = 3
  case idioVolatility = 4
  case lifetime = 5
  case delisting = 6
  case universe = 7
  case pairing = 8
  case earningsPhase = 9
  // MARK: Once a date
  case birth = 20
  case regime = 21
  // MARK: Factors
  case factorStructure = 30
  case factorMean = 31
  case factorReturn = 32
  // MARK: An asset at a date
  case styleInnovation = 40
  case idioShock = 41
  case absence = 42
  case haltLength = 43
  case hiddenStyle = 44
  // MARK: Vendors
  /// Once an asset.
  case listing = 50
  /// Once an asset: what stands for a style that the market does not have.
  case account = 51
  /// Once a month.
  case rate = 52
  /// An asset at a date.
  case tradingDay = 53
  case vendorEvent = 54
  case vendorErrorDetail = 55
  /// An asset, an item and a fiscal end.
  case publication = 56

  /// The stream under a seed.
  func stream(seed: UInt64) -> RandomStream {
    RandomStream(seed: seed, stream: rawValue)
  }
}
