internal import RiskEngine

/// A chart of a report: what Vega-Lite draws, and what stands around it.
///
/// No expression of a specification is made of data, and no name of data is the name of a field: data are values alone.
struct Chart {
  /// What tells it from the others of the page: letters and digits.
  let id: String
  /// Its heading.
  let title: String
  /// What is shown: units, dates, and the table it comes from.
  let caption: String
  /// The Vega-Lite specification.
  let specification: JSONValue
  /// The lines that can be shown and hidden; empty where nothing can.
  var legend: [LegendGroup] = []
  /// Whether its time axis can be moved and stretched.
  var canZoom = false

  /// Lines of one kind in a legend.
  struct LegendGroup {
    /// The kind.
    var title: String
    /// The lines.
    var entries: [LegendEntry]
  }

  /// A line in a legend.
  struct LegendEntry {
    /// Its name.
    var name: String
    /// Its place in the scale of colours and dashes.
    var place: Int
    /// Whether it is shown at first.
    var isPicked: Bool
  }

  /// Colours that differ for those who see few, and that stand out from white and from black: after Okabe and Ito,
  /// *Color Universal Design*, 2008, the light ones darkened.
  static let colours = ["#0072b2", "#d55e00", "#009e73", "#c2619a", "#b07d00", "#3f97d0", "#8a6bbe", "#7d7d7d"]
  /// The dashes of lines, one after the other when the colours are used up.
  static let dashes: [[Double]] = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]]
  /// The name that the standard 95 % interval has in legends of judgements, with the colours of judgements.
  static let judgements: [(name: String, colour: String)] = [
    ("calibrated", "#0072b2"), ("risk under-forecast", "#d55e00"), ("risk over-forecast", "#b07d00"),
    ("not judged", "#7d7d7d"),
  ]

  /// What every specification begins with.
  static func frame(height: Int) -> JSONValue {
    let faint: JSONValue = 0.14
    let axis: JSONValue = [
      "labelColor": "currentColor", "titleColor": "currentColor", "gridColor": "currentColor", "gridOpacity": faint,
      "domainColor": "currentColor", "domainOpacity": 0.4, "tickColor": "currentColor", "tickOpacity": 0.4,
      "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal", "labelLimit": 130,
    ]
    let legend: JSONValue = [
      "labelColor": "currentColor", "titleColor": "currentColor", "orient": "top", "title": nil, "labelFontSize": 11,
    ]
    return [
      "$schema": "https://vega.github.io/schema/vega-lite/v6.json", "width": "container",
      "height": .number(Double(height)), "background": "transparent",
      "config": [
        "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif", "axis": axis,
        "legend": legend, "view": ["stroke": nil], "range": ["category": .texts(colours)],
        "line": ["strokeWidth": 1.6], "rule": ["color": "currentColor"],
      ],
    ]
  }

  /// A vertical axis whose title stands above it, where it takes no width.
  static func topAxis(_ title: String, format: String) -> JSONValue {
    [
      "title": .text(title), "titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleY": -10, "titleX": 0,
      "format": .text(format), "tickCount": 6,
    ]
  }

  /// The horizontal axis of dates.
  static let timeEncoding: JSONValue = [
    "field": "d", "type": "temporal", "title": nil, "scale": ["type": "utc"],
    "axis": ["grid": false, "labelOverlap": true, "tickCount": 8],
  ]

  /// Dates as data: their place from 1, their time for axes, their text for tooltips.
  static func dateRows(_ dates: [CalendarDate]) -> JSONValue {
    .list(
      dates.enumerated().map { place, date in
        [
          "i": .number(Double(place + 1)), "d": .number(Double(date.daysSinceEpoch) * 86_400_000),
          "t": .text(date.description),
        ]
      })
  }

  /// Turns rows that hold a value for each date into one row a value, with its date.
  static func unfolding(_ fields: [String], by groups: [String]) -> [JSONValue] {
    [
      ["flatten": .texts(fields)],
      ["window": [["op": "row_number", "as": "i"]], "groupby": .texts(groups)],
      ["lookup": "i", "from": ["data": ["name": "dates"], "key": "i", "fields": ["d", "t"]]],
    ]
  }

  /// A horizontal line at a value that is as it should be.
  static func rule(at value: Double) -> JSONValue {
    [
      "data": ["values": [["y": .number(value)]]],
      "mark": ["type": "rule", "strokeDash": [4, 3], "opacity": 0.7, "clip": true],
      "encoding": ["y": ["field": "y", "type": "quantitative"]],
    ]
  }
}
