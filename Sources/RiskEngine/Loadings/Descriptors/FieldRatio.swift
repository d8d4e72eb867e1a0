/// A number of the latest fields alone: a ratio, or the log of one; missing where it is not finite.
struct FieldRatio: LaneDescriptor {
  let fields: [FieldName]
  let optionalFields: [FieldName]
  /// The optional fields of which at least one is needed; none where this is empty.
  let alternatives: [FieldName]
  /// From the values of the fields, then of the optional ones, then of the alternatives.
  let formula: @Sendable (FieldLanes) -> Lanes

  init(
    _ fields: [FieldName], optional: [FieldName] = [], oneOf alternatives: [FieldName] = [],
    _ formula: @escaping @Sendable (FieldLanes) -> Lanes
  ) {
    self.fields = fields
    optionalFields = optional + alternatives
    self.alternatives = alternatives
    self.formula = formula
  }

  func missing(from available: Set<FieldName>) -> [FieldName] {
    let isOneThere = alternatives.isEmpty || alternatives.contains { available.contains($0) }
    return fields.filter { !available.contains($0) } + (isOneThere ? [] : alternatives)
  }

  func initialState() -> NoLaneState { NoLaneState() }

  @inline(__always)
  func values(_ state: inout NoLaneState, _ day: LaneDay) -> Lanes {
    let values = formula(day.fields)
    return values.keeping(where: values.isFinite)
  }

  /// A ratio of the first two fields, missing where the second is not positive.
  static func ratio(_ numerator: FieldName, to denominator: FieldName) -> FieldRatio {
    FieldRatio([numerator, denominator]) { ($0[0] / $0[1]).keeping(where: $0[1] .> 0) }
  }
}

/// Nothing is remembered of eight assets.
struct NoLaneState: LaneState {
  subscript(lane: Int) -> NoState {
    get { NoState() }
    set {}
  }

  func begin(_ mask: LaneMask) {}

  func forget(_ mask: LaneMask) {}
}
