/// The version of the engine.
public enum Version {
  /// Major, minor and patch, as `1.2.3`.
  public static let current = "0.1.0"
}
