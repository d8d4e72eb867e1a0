/// A number of the latest fields alone: a ratio, or the log of one.
struct FieldRatio: Descriptor {
  let fields: [FieldName]
  let optionalFields: [FieldName]
  /// From the values of the fields and then of the optional ones.
  let formula: @Sendable (FieldValues) -> Double

  init(
    _ fields: [FieldName], optional: [FieldName] = [], _ formula: @escaping @Sendable (FieldValues) -> Double
  ) {
    self.fields = fields
    optionalFields = optional
    self.formula = formula
  }

  func initialState() -> NoState { NoState() }

  func value(_ state: inout NoState, _ day: AssetDay) -> Double {
    guard day.isPresent else { return .nan }
    let value = formula(day.values)
    return value.isFinite ? value : .nan
  }

  /// A ratio of the first two fields, missing where the second is not positive.
  static func ratio(_ numerator: FieldName, to denominator: FieldName) -> FieldRatio {
    FieldRatio([numerator, denominator]) { $0[1] > 0 ? $0[0] / $0[1] : .nan }
  }
}
