internal import RiskEngine

/// Lines over dates.
struct LineChart {
  /// A line.
  struct Series {
    /// Its name.
    var name: String
    /// The group it stands in, in the legend.
    var group: String
    /// A value for each date; NaN where there is none.
    var values: [Double]
    /// Whether it stands back behind the others.
    var isFaint = false
  }

  /// An area between two lines.
  struct Band {
    /// What it is, for the tooltip.
    var name: String
    /// The lower values.
    var lower: [Double]
    /// The upper values.
    var upper: [Double]
    /// How much of it is seen through.
    var opacity: Double
  }

  /// The dates of the points.
  var dates: [CalendarDate]
  /// The lines.
  var series: [Series]
  /// The lines that are shown at first; `nil` for all.
  var picked: [String]?
  /// Areas behind the lines.
  var bands: [Band] = []
  /// What the values are.
  var valueTitle: String
  /// How the axis writes values.
  var axisFormat: String
  /// How tooltips write values.
  var format: String
  /// Whether the axis is logarithmic.
  var isLogarithmic = false
  /// A value to compare with.
  var rule: Double?
  /// The height.
  var height = 260
  /// What a line is, in tooltips.
  var seriesTitle = "factor"

  /// The chart.
  func chart(id: String, title: String, caption: String) -> Chart {
    // Lines that are shown at first have colours of their own.
    let isPicked = { (name: String) in picked?.contains(name) ?? true }
    let order = series.filter { isPicked($0.name) } + series.filter { !isPicked($0.name) }
    var groups: [Chart.LegendGroup] = []
    for (place, line) in order.enumerated() {
      let entry = Chart.LegendEntry(name: line.name, place: place, isPicked: isPicked(line.name))
      if let known = groups.firstIndex(where: { $0.title == line.group }) {
        groups[known].entries.append(entry)
      } else {
        groups.append(Chart.LegendGroup(title: line.group, entries: [entry]))
      }
    }
    let names = order.map(\.name)
    return Chart(
      id: id, title: title, caption: caption, specification: specification(names, order), legend: groups, canZoom: true)
  }

  private func specification(_ names: [String], _ order: [Series]) -> JSONValue {
    let dashes: [JSONValue] = names.indices.map { place in
      .numbers(Chart.dashes[place / Chart.colours.count % Chart.dashes.count], digits: 2)
    }
    let value: JSONValue = [
      "field": "v", "type": "quantitative", "axis": Chart.topAxis(valueTitle, format: axisFormat),
      "scale": isLogarithmic ? ["type": "log"] : ["zero": false, "nice": true],
    ]
    let colour: JSONValue = [
      "field": "s", "type": "nominal", "legend": nil, "scale": ["domain": .texts(names)],
    ]
    let dash: JSONValue = [
      "field": "s", "type": "nominal", "legend": nil, "scale": ["domain": .texts(names), "range": .list(dashes)],
    ]
    let lines: JSONValue = [
      "params": [Self.zoom],
      "mark": ["type": "line", "clip": true],
      "encoding": [
        "x": Chart.timeEncoding, "y": value, "color": colour, "strokeDash": dash,
        "strokeOpacity": ["condition": ["test": "datum.faint", "value": 0.35], "value": 1],
      ],
    ]
    let points: JSONValue = [
      "params": [
        [
          "name": "hover",
          "select": [
            "type": "point", "nearest": true, "on": "pointermove", "clear": "pointerout", "fields": ["s", "i"],
          ],
        ]
      ],
      "mark": ["type": "point", "filled": true, "size": 55, "clip": true, "tooltip": ["expr": .text(tooltip)]],
      "encoding": [
        "x": Chart.timeEncoding, "y": value, "color": colour,
        "opacity": ["condition": ["param": "hover", "empty": false, "value": 1], "value": 0],
      ],
    ]
    var layers: [JSONValue] = bands.map { band in
      [
        "data": ["values": [["lo": .numbers(band.lower, digits: 5), "hi": .numbers(band.upper, digits: 5)]]],
        "transform": .list(Chart.unfolding(["lo", "hi"], by: [])),
        "mark": ["type": "area", "clip": true, "opacity": .number(band.opacity), "color": .text(Chart.colours[0])],
        "encoding": [
          "x": Chart.timeEncoding, "y": value.adding(["field": "lo"]), "y2": ["field": "hi"],
        ],
      ]
    }
    if let rule { layers.append(Chart.rule(at: rule)) }
    layers += [lines, points]
    let shown: [JSONValue] = [["filter": "indexof(picked, datum.s) >= 0"]]
    return Chart.frame(height: height).adding([
      "params": [["name": "picked", "value": .texts(names.filter { picked?.contains($0) ?? true })]],
      "datasets": ["dates": Chart.dateRows(dates)],
      "data": [
        "values": .list(
          order.map { ["s": .text($0.name), "v": .numbers($0.values, digits: 5), "faint": .flag($0.isFaint)] })
      ],
      "transform": .list(shown + Chart.unfolding(["v"], by: ["s"])),
      "layer": .list(layers),
    ])
  }

  /// What is told of the nearest point: an expression over fields, for Vega-Lite's own tooltips lose texts there.
  private var tooltip: String {
    "{'\(seriesTitle)': datum.datum.s, 'date': datum.datum.t, '\(valueTitle)': format(datum.datum.v, '\(format)')}"
  }

  /// Moving and stretching the time axis: by dragging, and by the wheel with a key, so that the page can be scrolled.
  static let zoom: JSONValue = [
    "name": "zoom", "bind": "scales",
    "select": [
      "type": "interval", "encodings": ["x"], "zoom": "wheel![event.ctrlKey || event.metaKey || event.altKey]",
    ],
  ]
}
