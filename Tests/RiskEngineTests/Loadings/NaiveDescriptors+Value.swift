import Foundation
import RiskEngine

extension NaiveDescriptors {
  /// A descriptor's value, NaN where it is missing.
  static func value(_ name: String, _ h: History, _ parameters: DescriptorParameters, year: Int) -> Double {
    let value = trading(name, h, parameters, year) ?? returns(name, h, parameters, year) ?? accounts(name, h, year)
    guard let value = value ?? ratio(name, h, parameters) else {
      preconditionFailure("no second implementation of '\(name)'")
    }
    return value.isFinite ? value : .nan
  }

  private static func returns(
    _ name: String, _ h: History, _ parameters: DescriptorParameters, _ year: Int
  ) -> Double? {
    let least = least(parameters, year)
    let month = max(1, year / 12)
    var window = year
    if case .periods(let count)? = parameters.window { window = count }
    func trend(_ series: [Double]) -> Double {
      let points = observed(series, parameters)
      return points.count >= least ? Double(window) * mean(points) : .nan
    }
    switch name {
    case "market_beta":
      let (slope, _, count) = regression(h, parameters) { _ in true }
      guard count >= max(2, least) else { return .nan }
      guard parameters.shrinks == true, case .periods = parameters.window, count < window else { return slope }
      let rho = 1 - Double(count) / Double(window)
      return (1 - rho) * slope + rho * 1
    case "downside_beta":
      let (slope, _, count) = regression(h, parameters) { $0 < 0 }
      return count >= max(2, least) ? slope : .nan
    case "residual_volatility":
      let (_, deviation, count) = regression(h, parameters) { _ in true }
      return count >= max(2, least) ? deviation : .nan
    case "volatility":
      let points = observed(h.excess, parameters)
      guard points.count >= max(2, least) else { return .nan }
      let center = mean(points)
      return mean(points.map { ($0.weight, pow($0.value - center, 2), $0.age) }).squareRoot()
    case "downside_volatility":
      let points = observed(h.excess, parameters)
      return points.count >= least
        ? mean(points.map { ($0.weight, pow(min($0.value, 0), 2), $0.age) }).squareRoot() : .nan
    case "cumulative_range":
      let points = observed(h.logs, parameters)
      guard points.count >= least else { return .nan }
      let sums = (1...(window / month)).map { k in points.filter { $0.age < k * month }.map(\.value).reduce(0, +) }
      return (sums.max() ?? .nan) - (sums.min() ?? .nan)
    case "max_return":
      let count = min(5, max(1, window / 4))
      let largest = observed(h.returns, parameters).map(\.value).sorted(by: >)
      return largest.count >= max(least, count) ? largest.prefix(count).reduce(0, +) / Double(count) : .nan
    case "momentum", "reversal": return trend(h.logs)
    case "long_term_reversal": return -trend(h.logs)
    case "industry_momentum": return trend(h.industry.map { log(1 + $0) })
    case "seasonality":
      // The period that follows, and the rest of its month, whole years earlier.
      let places = (1...(window / year)).flatMap { years in (1...month).map { years * year - $0 } }
      let values = places.filter { $0 < h.count }.map { h.logs[$0] }.filter(\.isFinite)
      return values.count >= least ? Double(month) * values.reduce(0, +) / Double(values.count) : .nan
    default: return nil
    }
  }

  private static func trading(
    _ name: String, _ h: History, _ parameters: DescriptorParameters, _ year: Int
  ) -> Double? {
    let least = least(parameters, year)
    let month = max(1, year / 12)
    switch name {
    case "turnover_month", "turnover_quarter", "turnover_year":
      guard case .periods(let window)? = parameters.window else { return .nan }
      let daily = zip(h.fields(.volume), h.fields(.shares)).map { $0 / $1 }
      var logs: [Double] = []
      var count = 0
      for k in 0..<(window / month) {
        let values = (k * month..<(k + 1) * month).filter { $0 < daily.count && daily[$0].isFinite }.map { daily[$0] }
        count += values.count
        if !values.isEmpty { logs.append(log(Double(month) * values.reduce(0, +) / Double(values.count))) }
      }
      return count >= least ? log(logs.map { exp($0) }.reduce(0, +) / Double(logs.count)) : .nan
    case "amihud_illiquidity":
      let impacts = h.returns.indices.map { age in
        let traded = h.field(.close, age: age) * h.field(.volume, age: age)
        return traded > 0 ? abs(h.returns[age]) / traded : .nan
      }
      let points = observed(impacts, parameters)
      return points.count >= least ? log(mean(points)) : .nan
    case "days_to_cover":
      let points = observed(h.fields(.volume), parameters)
      return points.count >= least && mean(points) > 0 ? h.field(.shortInterest) / mean(points) : .nan
    default: return nil
    }
  }

  private static func accounts(_ name: String, _ h: History, _ year: Int) -> Double? {
    func change(_ field: FieldName) -> Double {
      let before = sample(h.fields(field), years: 1, year)
      return before > 0 ? h.field(field) / before : .nan
    }
    switch name {
    case "sales_growth": return trend(h, .sales, year)?.slope ?? .nan
    case "earnings_growth": return trend(h, .netIncome, year)?.slope ?? .nan
    case "earnings_variability": return trend(h, .netIncome, year)?.variability ?? .nan
    case "assets_growth": return change(.totalAssets) - 1
    case "capex_growth": return change(.capitalExpenditure) - 1
    case "issuance_growth": return log(change(.shares))
    case "return_on_equity":
      let before = sample(h.fields(.bookEquity), years: 1, year)
      let base = before.isFinite ? before : h.field(.bookEquity)
      return base > 0 ? h.field(.netIncome) / base : .nan
    default: return nil
    }
  }

  private static func ratio(_ name: String, _ h: History, _ parameters: DescriptorParameters) -> Double? {
    let cap = h.issuerCap > 0 ? h.issuerCap : .nan
    func positive(_ field: FieldName) -> Double { h.field(field) > 0 ? h.field(field) : .nan }
    let debt = h.field(.longTermDebt).isFinite ? h.field(.longTermDebt) : h.field(.totalDebt)
    let claims = debt + (h.field(.preferredEquity).isFinite ? h.field(.preferredEquity) : 0)
    let gross = h.field(.sales) - h.field(.costOfRevenue)
    switch name {
    case "log_market_cap": return log(cap)
    case "book_to_price": return positive(.bookEquity) / cap
    case "sales_to_price": return h.field(.sales) / cap
    case "cash_flow_to_price": return h.field(.operatingCashFlow) / cap
    case "earnings_to_price": return h.field(.netIncome) / cap
    case "forward_earnings_to_price": return h.field(.forwardEarnings) / h.field(.close)
    case "ebitda_to_enterprise_value": return h.field(.ebitda) / positive(.enterpriseValue)
    case "dividend_to_price": return h.field(.dividends) / cap
    case "forward_dividend_to_price": return h.field(.forwardDividends) / h.field(.close)
    case "shareholder_yield": return (h.field(.dividends) + h.field(.netBuybacks)) / cap
    case "market_leverage": return (cap + claims) / cap
    case "debt_to_assets": return h.field(.totalDebt) / h.field(.totalAssets)
    case "book_leverage": return (positive(.bookEquity) + claims) / positive(.bookEquity)
    case "gross_margin": return gross / h.field(.sales)
    case "gross_profitability": return gross / h.field(.totalAssets)
    case "return_on_assets": return h.field(.netIncome) / h.field(.totalAssets)
    case "asset_turnover": return h.field(.sales) / h.field(.totalAssets)
    case "cash_flow_to_assets": return h.field(.operatingCashFlow) / h.field(.totalAssets)
    case "accruals": return (h.field(.netIncome) - h.field(.operatingCashFlow)) / h.field(.totalAssets)
    case "analyst_dispersion": return h.field(.forwardEarningsDispersion) / abs(h.field(.forwardEarnings))
    case "forecast_growth": return h.field(.longTermGrowth)
    case "short_interest_ratio": return h.field(.shortInterest) / h.field(.shares)
    case "column": return h.field(parameters.field ?? "")
    default: return nil
    }
  }
}
