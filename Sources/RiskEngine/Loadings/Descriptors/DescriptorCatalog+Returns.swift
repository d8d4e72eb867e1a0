extension DescriptorCatalog {
  /// Where windows and half-lives come from that were read of, not read.
  static let secondHand = "window and half-life as reported at second hand for a Chinese equity model (MSCI, 2012)"

  /// Those of returns.
  static let returns: [Entry] = [
    entry(
      "market_beta", "slope of the weighted regression of excess returns on the market's",
      secondHand + "; the pull of short histories to 1 and the fewest observations our own",
      DescriptorParameters(halfLife: 63, window: .periods(252), minimumObservations: 0.25, shrinks: true)
    ) { parameters, year in
      MarketRegression(
        statistic: .slope, lookBack: LookBack(parameters, year: year), shrinks: parameters.shrinks ?? true)
    },
    entry(
      "downside_beta", "market_beta over the periods in which the market's excess return was negative",
      "Ang, Chen and Xing (2006), with their cut at the risk-free rate; the fewest observations our own",
      DescriptorParameters(halfLife: .infinity, window: .periods(252), minimumObservations: 42)
    ) { parameters, year in
      MarketRegression(statistic: .downsideSlope, lookBack: LookBack(parameters, year: year), shrinks: false)
    },
    entry(
      "residual_volatility", "standard deviation of the residual of market_beta's regression",
      secondHand + "; the fewest observations our own",
      DescriptorParameters(halfLife: 63, window: .periods(252), minimumObservations: 0.25)
    ) { parameters, year in
      MarketRegression(statistic: .residualDeviation, lookBack: LookBack(parameters, year: year), shrinks: false)
    },
    entry(
      "volatility", "weighted standard deviation of excess returns", secondHand + "; the fewest observations our own",
      DescriptorParameters(halfLife: 42, window: .periods(252), minimumObservations: 0.25)
    ) { parameters, year in ReturnDeviation(lookBack: LookBack(parameters, year: year), isDownside: false) },
    entry(
      "downside_volatility", "root of the weighted mean of squared negative excess returns",
      "Sortino and van der Meer (1991); window and half-life as volatility",
      DescriptorParameters(halfLife: 42, window: .periods(252), minimumObservations: 0.25)
    ) { parameters, year in ReturnDeviation(lookBack: LookBack(parameters, year: year), isDownside: true) },
    entry(
      "cumulative_range", "max less min of the cumulative log excess return after each month of the window",
      "window as reported at second hand for a Chinese equity model (MSCI, 2012); of two reported forms the one in logs",
      DescriptorParameters(window: .periods(252), minimumObservations: 0.5), needs: .month
    ) { parameters, year in
      CumulativeRange(lookBack: LookBack(parameters, year: year), month: max(1, year / 12))
    },
    entry(
      "max_return", "mean of the five largest returns of the window; of a quarter of them where that is fewer",
      "Bali, Cakici and Whitelaw (2011)",
      DescriptorParameters(window: .periods(21), minimumObservations: 0.5), needs: .period
    ) { parameters, year in LargestReturns(lookBack: LookBack(parameters, year: year)) },
    entry(
      "momentum", "window times the weighted mean of log excess returns, the latest month left out",
      "window, half-life and skip as reported at second hand for a Chinese equity model (MSCI, 2012); the fewest "
        + "observations our own",
      DescriptorParameters(halfLife: 126, window: .periods(504), skip: 21, minimumObservations: 0.5)
    ) { parameters, year in
      LogReturnTrend(series: .asset, lookBack: LookBack(parameters, year: year), sign: 1, year: year)
    },
    entry(
      "reversal", "window times the weighted mean of the latest month's log excess returns; high for a recent winner",
      "Jegadeesh (1990); the half-life our own",
      DescriptorParameters(halfLife: 5, window: .periods(21), skip: 0, minimumObservations: 0.5)
    ) { parameters, year in
      LogReturnTrend(series: .asset, lookBack: LookBack(parameters, year: year), sign: 1, year: year)
    },
    entry(
      "long_term_reversal", "minus momentum over four years, the latest year left out; high for a past loser",
      "De Bondt and Thaler (1985); the year left out our own",
      DescriptorParameters(halfLife: .infinity, window: .periods(756), skip: 252, minimumObservations: 0.5)
    ) { parameters, year in
      LogReturnTrend(series: .asset, lookBack: LookBack(parameters, year: year), sign: -1, year: year)
    },
    entry(
      "industry_momentum", "momentum of the cap-weighted excess return of the asset's industry",
      "Moskowitz and Grinblatt (1999); the half-life our own",
      DescriptorParameters(halfLife: 63, window: .periods(126), skip: 0, minimumObservations: 0.5)
    ) { parameters, year in
      LogReturnTrend(series: .industry, lookBack: LookBack(parameters, year: year), sign: 1, year: year)
    },
    entry(
      "seasonality", "mean log excess return of the coming month's place in the past years of the window",
      "Heston and Sadka (2008)",
      DescriptorParameters(window: .periods(1260), minimumObservations: 21), needs: .year
    ) { parameters, year in
      Seasonality(lookBack: LookBack(parameters, year: year), year: year, month: max(1, year / 12))
    },
  ]
}
