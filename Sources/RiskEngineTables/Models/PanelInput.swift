/// A file of loadings that are made already, from which a model is estimated.
public struct PanelInput: Hashable, Sendable {
  /// The file.
  public var path: String
  /// Its columns.
  public var columns: PanelColumns

  /// Names a file.
  public init(path: String, columns: PanelColumns) {
    self.path = path
    self.columns = columns
  }
}
