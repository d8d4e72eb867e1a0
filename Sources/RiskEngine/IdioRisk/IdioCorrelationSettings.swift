/// How correlations of idio returns are estimated.
///
/// Half-life, window and counts are in periods. The numbers are choices of this engine, but for the forms of the
/// threshold, whose origin `IdioCorrelations` tells.
public struct IdioCorrelationSettings: Hashable, Sendable {
  /// Which pairs may be correlated.
  public var form = Form.linked
  /// The half-life of the weights, at least `window / 32`; infinite for equal ones.
  public var halfLife = 252.0
  /// The latest periods that count.
  public var window = 504
  /// The least common observations with which the threshold may find a pair.
  ///
  /// An asset with fewer of its own takes no part. Linked pairs need none.
  public var minimumObservations = 126
  /// `C`: the threshold in standard errors, divided by `√ln n`.
  ///
  /// Of `n² / 2` independent Gaussian pairs about `n^(2 − C²/2) / 2` pass, half a pair with the default.
  public var multiplier = 2.0
  /// What is left of a correlation above its threshold.
  public var thresholding = Thresholding.hard
  /// `ε`: the least eigenvalue that the correlation matrix of a component may have.
  public var minimumEigenvalue = 0.05
  /// `ρ₀`: the correlation towards which those of linked pairs are shrunk.
  public var linkedCorrelation = 0.9
  /// The observations that `linkedCorrelation` counts for.
  public var linkedWeight = 60.0
  /// What is done with a component whose least eigenvalue is below `minimumEigenvalue`.
  public var repair = Repair.shrink
  /// The periods from one estimate to the next; the first period has one.
  public var interval = 21

  /// The defaults.
  public init() {}

  /// Which pairs of assets may be correlated.
  public enum Form: String, Hashable, Sendable, CaseIterable {
    /// The share lines of one issuer.
    case linked
    /// Those, and pairs whose correlation is above its threshold.
    case thresholded
  }

  /// What is left of a correlation `r` whose magnitude is above its threshold `τ`.
  public enum Thresholding: String, Hashable, Sendable, CaseIterable {
    /// `r`.
    case hard
    /// `sgn(r) (|r| − τ)`.
    case soft
  }

  /// How a component is made positive definite.
  public enum Repair: String, Hashable, Sendable, CaseIterable {
    /// All its correlations are scaled by the one factor that gives the least eigenvalue asked for.
    case shrink
    /// Its threshold is raised until the least eigenvalue is large enough; linked pairs stay. Where they alone prevent
    /// it, its correlations are scaled.
    case raiseThreshold = "raise_threshold"
  }

  /// Checks every number.
  ///
  /// - Returns: the settings themselves.
  /// - Throws: the first key found wrong, in the order of the properties.
  public func validated() throws(IdioCorrelationSettingsError) -> Self {
    // Single precision, in which pairs are screened, has to hold the reciprocal of the smallest weight.
    try Self.check("window", Double(window), in: 2...100_000)
    try Self.check("half_life", halfLife, in: Double(window) / 32...(.infinity))
    try Self.check("minimum_observations", Double(minimumObservations), in: 2...Double(window))
    try Self.check("threshold", multiplier, in: 0.5...(.infinity))
    try Self.check("minimum_eigenvalue", minimumEigenvalue, in: 1e-6...0.5)
    try Self.check("linked_correlation", linkedCorrelation, in: 0...1)
    try Self.check("linked_weight", linkedWeight, in: 0...1e6)
    try Self.check("interval", Double(interval), in: 1...100_000)
    return self
  }

  private static func check(
    _ key: String, _ value: Double, in range: ClosedRange<Double>
  ) throws(IdioCorrelationSettingsError) {
    guard range.contains(value) else { throw .outOfRange(key: key, found: value, expected: range) }
  }
}

extension IdioCorrelationSettings: SavedState {
  /// Writes the settings.
  public func save(to writer: inout StateWriter) {
    writer.write(form.rawValue)
    writer.write(halfLife)
    writer.write(window)
    writer.write(minimumObservations)
    writer.write(multiplier)
    writer.write(thresholding.rawValue)
    writer.write(minimumEigenvalue)
    writer.write(linkedCorrelation)
    writer.write(linkedWeight)
    writer.write(repair.rawValue)
    writer.write(interval)
  }

  /// Reads settings.
  public init(from reader: inout StateReader) throws(StateError) {
    form = try reader.readCase()
    halfLife = try reader.readDouble()
    window = try reader.readInt()
    minimumObservations = try reader.readInt()
    multiplier = try reader.readDouble()
    thresholding = try reader.readCase()
    minimumEigenvalue = try reader.readDouble()
    linkedCorrelation = try reader.readDouble()
    linkedWeight = try reader.readDouble()
    repair = try reader.readCase()
    interval = try reader.readInt()
    do throws(IdioCorrelationSettingsError) { _ = try validated() } catch {
      throw reader.mismatch("settings that are allowed")
    }
  }
}

extension StateReader {
  /// Reads a choice that was written as its text.
  fileprivate mutating func readCase<Choice: RawRepresentable>() throws(StateError) -> Choice
  where Choice.RawValue == String {
    guard let choice = Choice(rawValue: try readString()) else { throw mismatch("a choice of idio correlations") }
    return choice
  }
}
