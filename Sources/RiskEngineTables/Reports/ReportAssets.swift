internal import CReportAssets
internal import ModelStore

/// The files that a report carries within it.
enum ReportAssets {
  /// The sheet of styles.
  static var style: String { text(report_asset_style) }

  /// The script of the page, which has the charts drawn.
  static var script: String { text(report_asset_script) }

  /// The script that draws charts: Vega, Vega-Lite and Vega-Embed.
  ///
  /// - Throws: `ReportError.noCharts` where the program was built without it.
  static func charts() throws(ReportError) -> String {
    guard report_asset_size(CInt(report_asset_charts)) > 0 else { throw .noCharts }
    // Names of its own would be names of the page.
    return "(function () {\n\(text(report_asset_charts))\n})();"
  }

  private static func text(_ asset: Int) -> String {
    let bytes = (0..<report_asset_size(CInt(asset))).map { report_asset_byte(CInt(asset), $0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
