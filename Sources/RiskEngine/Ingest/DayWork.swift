/// One date while it is worked on: the assets of the day, and where each source has their rows.
struct DayWork {
  let date: CalendarDate
  /// The assets with a row, with values carried or with a delisting, ascending by their ids.
  let assets: [Int32]
  /// For each asset whether any source has a row.
  let isPresent: [Bool]
  /// For each source the slice's row of each asset, or −1; empty for a source that is not daily.
  let rows: [[Int32]]
  let slices: [SourceSlice]
  /// For each source what its money is multiplied by, one an asset; empty for 1.
  var exchange: [[Double]]
  /// By code of a currency what its money is multiplied by; NaN where no rate is recent enough.
  var exchangeOfCurrency: [Double] = []
  /// The currencies, by code.
  var texts: [String] = []
  /// For each source the code of the currency where no column tells, or −1 for the market's own.
  var currencyOfSource: [Int32] = []
  /// How many values lack a rate of exchange, by source and code of the currency.
  var lackingExchange: [LackingExchange: Int] = [:]
  var numbers: [[Double]] = []
  var labels: [[Int32]] = []
  var returns: [Double]
  var spans: [Int32]
  var isNewListing: [Bool]
  var isRevoked: [Bool]
  /// For each source the assets whose close is doubtful, and the log return of the doubt.
  var doubts: [[Double]]
  /// The assets that are delisted on the date.
  var leaving: [Int32] = []
  var vendorGaps: [[Double]] = []

  /// What lacks a rate of exchange.
  struct LackingExchange: Hashable {
    var source: Int
    var currency: Int32
  }

  /// A column as a source has it, one value an asset.
  func column(_ source: Int, _ column: Int) -> [Double] {
    let values = slices[source].rows.numbers[column]
    return rows[source].map { $0 < 0 ? .nan : values[Int($0)] }
  }

  /// A column of labels as a source has it, one code an asset.
  func labelColumn(_ source: Int, _ column: Int) -> [Int32] {
    let codes = slices[source].rows.labels[column]
    return rows[source].map { $0 < 0 ? -1 : codes[Int($0)] }
  }

  /// What a currency's money is multiplied by; 1 for the market's own.
  @inline(__always)
  func exchange(of currency: Int32) -> Double {
    currency < 0 ? 1 : Int(currency) < exchangeOfCurrency.count ? exchangeOfCurrency[Int(currency)] : .nan
  }
}
