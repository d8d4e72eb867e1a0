/// What values a field can have at all.
enum ValueDomain {
  /// Above zero.
  case positive
  /// Zero or more.
  case notNegative
  /// Above −1: a return.
  case aboveMinusOne
  /// Any finite number.
  case finite

  /// The domain of a field.
  init(_ field: FieldName) {
    switch field {
    case .close, .open, .high, .low, .shares, .floatShares, .marketCap: self = .positive
    case .volume, .shortInterest: self = .notNegative
    case .return: self = .aboveMinusOne
    default: self = .finite
    }
  }

  /// Whether a value that is not missing is possible.
  @inline(__always)
  func contains(_ value: Double) -> Bool {
    switch self {
    case .positive: value > 0 && value < .infinity
    case .notNegative: value >= 0 && value < .infinity
    case .aboveMinusOne: value > -1 && value < .infinity
    case .finite: value.isFinite
    }
  }

  /// What is expected, in words.
  var expectation: String {
    switch self {
    case .positive: "a finite number above 0"
    case .notNegative: "a finite number of 0 or more"
    case .aboveMinusOne: "a finite number above -1"
    case .finite: "a finite number"
    }
  }
}

extension FieldName {
  /// Whether the field is money, or money a share, so that it is converted between currencies.
  var isMoney: Bool {
    switch self {
    case .close, .open, .high, .low, .marketCap, .totalLiabilities: true
    case .shortInterest, .longTermGrowth: false
    default: FieldName.fundamentals.contains(self)
    }
  }
}
