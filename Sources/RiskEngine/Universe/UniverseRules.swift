/// Who belongs to the estimation universe: the assets whose data determine factor returns and the moments that
/// loadings are standardized with.
///
/// An asset that satisfies every rule's `enter` threshold on `pendingDays` trading dates in a row becomes a member. A
/// member that satisfies some rule's `leave` threshold on `graceDays` trading dates in a row leaves. Between the two
/// thresholds nothing changes. A value that is missing neither lets an asset in nor puts a member out. A rule that is
/// `nil` is off.
///
/// The numbers are choices of this engine; `UniverseRuleCatalog` says what each means.
public struct UniverseRules: Hashable, Sendable {
  /// A column that says who is a member; where it is set nothing else decides.
  ///
  /// A field of numbers that are 1 or 0, or of labels such as `true` and `false`.
  public var column: FieldName?
  /// The types of securities that can be members, the labels of `security_type`; others are not covered either.
  public var securityTypes: [String]? = ["common"]
  /// The countries whose assets can be members, the labels of `country`.
  public var countries: [String]?
  /// Which of an issuer's share lines can be a member.
  public var primaryLine: PrimaryLine? = .largestCap
  /// The share of the eligible assets' float cap that lies in an asset and all larger ones.
  public var capCoverage: Thresholds? = Thresholds(enter: 0.985, leave: 0.995)
  /// The number of largest assets that satisfy `capCoverage` whatever their share.
  public var minimumNames = 300
  /// The shares in free float, as a fraction of the shares outstanding.
  public var freeFloat: Thresholds? = Thresholds(enter: 0.15, leave: 0.10)
  /// The price of a share, in the price currency.
  public var minimumPrice: Thresholds? = Thresholds(enter: 1, leave: 0.5)
  /// The field of the price that `minimumPrice` is about.
  ///
  /// A price adjusted for splits that came later tells of them; where the close is adjusted so, name a raw price.
  public var priceField: FieldName = .close
  /// The median of a day's traded value over the last `windowDays`, as a fraction of the float cap.
  public var liquidity: Thresholds? = Thresholds(enter: 0.0005, leave: 0.00025)
  /// The trading days since the first row that a new listing needs; members are not tested again.
  public var listingAge: Int? = 126
  /// The returns that are not missing, as a fraction of the last `windowDays`.
  public var observedReturns: Thresholds? = Thresholds(enter: 0.9, leave: 0.75)
  /// The trading days that `liquidity` and `observedReturns` look back on.
  public var windowDays = 63
  /// The trading dates in a row on which an asset has to satisfy every `enter` threshold.
  public var pendingDays = 21
  /// The trading dates in a row on which a member has to satisfy some `leave` threshold.
  public var graceDays = 21
  /// The trading days without a row after which an asset counts as gone.
  public var absenceDays = 20
  /// When members come and go.
  public var change = Change.monthEnds
  /// Whether the market's first date admits at once what satisfies the rules as far as there are data.
  ///
  /// Then rules that look back use what has passed since the first date, and `listingAge` does not hold back an asset
  /// that has a row on the first date. Otherwise the universe stays empty until histories are long enough.
  public var warmStart = true

  /// The default rules.
  public init() {}

  /// The rules that take a column as it is.
  public init(column: FieldName) { self.column = column }
}

extension UniverseRules {
  /// What an asset has to satisfy to come in and what puts it out; between the two nothing changes.
  public struct Thresholds: Hashable, Sendable {
    /// What an asset has to satisfy to come in.
    public var enter: Double
    /// Beyond what a member leaves.
    public var leave: Double

    /// Sets both.
    public init(enter: Double, leave: Double) {
      self.enter = enter
      self.leave = leave
    }
  }

  /// Which of an issuer's share lines counts; of equal ones the first by the bytes of the ids.
  public enum PrimaryLine: String, Hashable, Sendable, CaseIterable {
    /// The one of the largest market capitalization.
    case largestCap = "largest_cap"
    /// The one of the largest median traded value over the last `windowDays`.
    case mostLiquid = "most_liquid"
  }

  /// When members come and go.
  ///
  /// What happens at once, such as a delisting, happens on any date.
  public enum Change: String, Hashable, Sendable, CaseIterable {
    /// Once a month, at the close of the first trading date after the month's end: that date is the first to show
    /// that the month has ended.
    case monthEnds = "month_ends"
    /// At the close of any trading date.
    case daily
  }
}

extension UniverseRules {
  /// The default rules for data of a frequency: what counts trading days for daily data counts periods.
  ///
  /// - Parameter periodsPerYear: 252, 52 or 12.
  public static func defaults(periodsPerYear: Int) -> UniverseRules {
    var rules = UniverseRules()
    func periods(_ days: Int) -> Int { max(1, (days * periodsPerYear + 126) / 252) }
    rules.listingAge = rules.listingAge.map(periods)
    rules.windowDays = periods(rules.windowDays)
    rules.pendingDays = periods(rules.pendingDays)
    rules.graceDays = periods(rules.graceDays)
    rules.absenceDays = periods(rules.absenceDays)
    return rules
  }
}
