/// Where the fields that the rules need are in a market's days.
struct UniverseFields: Sendable {
  /// The fields of numbers.
  let close, volume, shares, floatShares, marketCap, price: Int?
  /// The fields of labels.
  let issuer, securityType, country: Int?

  /// Looks up the fields.
  init(_ rules: UniverseRules, _ schema: MarketSchema) {
    close = schema.number(.close)
    volume = schema.number(.volume)
    shares = schema.number(.shares)
    floatShares = schema.number(.floatShares)
    marketCap = schema.number(.marketCap)
    price = schema.number(rules.priceField)
    issuer = schema.label(.issuer)
    securityType = schema.label(.securityType)
    country = schema.label(.country)
  }

  /// Whether capitalizations are known: given, or as price times shares.
  var hasCaps: Bool { marketCap != nil || (close != nil && shares != nil) }
  /// Whether traded values are known.
  var hasVolumes: Bool { close != nil && volume != nil }

  /// The fields that a rule needs and that are missing; empty where it can be applied.
  func missing(for rule: UniverseRule, _ rules: UniverseRules) -> [FieldName] {
    func lacking(_ fields: [(Int?, FieldName)]) -> [FieldName] { fields.filter { $0.0 == nil }.map(\.1) }
    let caps: [FieldName] = hasCaps ? [] : [.marketCap]
    let volumes = lacking([(close, .close), (volume, .volume)])
    switch rule {
    case .positiveCap, .capCoverage: return caps
    case .securityTypes: return lacking([(securityType, .securityType)])
    case .countries: return lacking([(country, .country)])
    case .primaryLine:
      return lacking([(issuer, .issuer)]) + (rules.primaryLine == .mostLiquid ? volumes : caps)
    case .freeFloat: return lacking([(shares, .shares), (floatShares, .floatShares)])
    case .minimumPrice: return lacking([(price, rules.priceField)])
    case .liquidity: return volumes + caps
    case .column, .listingAge, .observedReturns: return []
    }
  }

  /// The market capitalization of a row, or NaN where it is not known to be positive.
  func cap(_ day: MarketDay, _ row: Int) -> Double {
    var cap = Double.nan
    if let marketCap {
      cap = day.numbers[marketCap][row]
    } else if let close, let shares {
      cap = day.numbers[close][row] * day.numbers[shares][row]
    }
    return cap > 0 && cap.isFinite ? cap : .nan
  }

  /// The shares in free float as a fraction of all, at most 1, or NaN where it is not known.
  func freeFloat(_ day: MarketDay, _ row: Int) -> Double {
    guard let shares, let floatShares else { return .nan }
    let fraction = day.numbers[floatShares][row] / day.numbers[shares][row]
    return fraction >= 0 && fraction.isFinite ? min(fraction, 1) : .nan
  }

  /// The traded value of a row, or NaN where it is not known.
  func tradedValue(_ day: MarketDay, _ row: Int) -> Double {
    guard let close, let volume else { return .nan }
    let value = day.numbers[close][row] * day.numbers[volume][row]
    return value >= 0 && value.isFinite ? value : .nan
  }
}

extension UniverseRules {
  /// Whether a rule is on.
  func isOn(_ rule: UniverseRule) -> Bool {
    if column != nil { return rule == .positiveCap || rule == .column }
    return switch rule {
    case .positiveCap: true
    case .securityTypes: securityTypes != nil
    case .column: false
    case .countries: countries != nil
    case .primaryLine: primaryLine != nil
    case .capCoverage: capCoverage != nil
    case .freeFloat: freeFloat != nil
    case .minimumPrice: minimumPrice != nil
    case .liquidity: liquidity != nil
    case .listingAge: listingAge != nil
    case .observedReturns: observedReturns != nil
    }
  }
}
