// Wampler, R. H. (1970), A report of the accuracy of some widely-used least squares computer programs,
// Journal of the American Statistical Association 65, 549–565.

extension StRDDataset {
  /// An exact polynomial with all coefficients 1.
  public static let wampler1 = StRDDataset(
    name: "Wampler1",
    responses: [
      1, 6, 63, 364, 1365, 3906, 9331, 19608, 37449, 66430, 111111, 177156, 271453, 402234, 579195, 813616,
      1118481, 1508598, 2000719, 2613660, 3368421,
    ],
    design: polynomial(degree: 5, at: (0...20).map(Double.init)),
    coefficients: [
      1.00000000000000, 1.00000000000000, 1.00000000000000, 1.00000000000000, 1.00000000000000, 1.00000000000000,
    ],
    standardDeviations: [
      0.000000000000000, 0.000000000000000, 0.000000000000000, 0.000000000000000, 0.000000000000000,
      0.000000000000000,
    ],
    residualStandardDeviation: 0.000000000000000,
    residualSumOfSquares: 0.000000000000000,
    rSquared: 1.00000000000000)

  /// An exact polynomial with coefficients 10⁻ʲ.
  public static let wampler2 = StRDDataset(
    name: "Wampler2",
    responses: [
      1.00000, 1.11111, 1.24992, 1.42753, 1.65984, 1.96875, 2.38336, 2.94117, 3.68928, 4.68559, 6.00000, 7.71561,
      9.92992, 12.75603, 16.32384, 20.78125, 26.29536, 33.05367, 41.26528, 51.16209, 63.00000,
    ],
    design: polynomial(degree: 5, at: (0...20).map(Double.init)),
    coefficients: [
      1.00000000000000, 0.100000000000000, 0.100000000000000E-01, 0.100000000000000E-02, 0.100000000000000E-03,
      0.100000000000000E-04,
    ],
    standardDeviations: [
      0.000000000000000, 0.000000000000000, 0.000000000000000, 0.000000000000000, 0.000000000000000,
      0.000000000000000,
    ],
    residualStandardDeviation: 0.000000000000000,
    residualSumOfSquares: 0.000000000000000,
    rSquared: 1.00000000000000)

  /// The polynomial of ``wampler1`` with errors of standard deviation about 2,000.
  public static let wampler3 = StRDDataset(
    name: "Wampler3",
    responses: [
      760.0, -2042.0, 2111.0, -1684.0, 3888.0, 1858.0, 11379.0, 17560.0, 39287.0, 64382.0, 113159.0, 175108.0, 273291.0,
      400186.0, 581243.0, 811568.0, 1121004.0, 1506550.0, 2002767.0, 2611612.0, 3369180.0,
    ],
    design: polynomial(degree: 5, at: (0...20).map(Double.init)),
    coefficients: [
      1.00000000000000, 1.00000000000000, 1.00000000000000, 1.00000000000000, 1.00000000000000, 1.00000000000000,
    ],
    standardDeviations: [
      2152.32624678170, 2363.55173469681, 779.343524331583, 101.475507550350, 5.64566512170752, 0.112324854679312,
    ],
    residualStandardDeviation: 2360.14502379268,
    residualSumOfSquares: 83554268.0000000,
    rSquared: 0.999995559025820)

  /// The polynomial of ``wampler1`` with errors a hundred times those of ``wampler3``.
  public static let wampler4 = StRDDataset(
    name: "Wampler4",
    responses: [
      75901, -204794, 204863, -204436, 253665, -200894, 214131, -185192, 221249, -138370, 315911, -27644, 455253,
      197434, 783995, 608816, 1370781, 1303798, 2205519, 2408860, 3444321,
    ],
    design: polynomial(degree: 5, at: (0...20).map(Double.init)),
    coefficients: [
      1.00000000000000, 1.00000000000000, 1.00000000000000, 1.00000000000000, 1.00000000000000, 1.00000000000000,
    ],
    standardDeviations: [
      215232.624678170, 236355.173469681, 77934.3524331583, 10147.5507550350, 564.566512170752, 11.2324854679312,
    ],
    residualStandardDeviation: 236014.502379268,
    residualSumOfSquares: 835542680000.000,
    rSquared: 0.957478440825662)

  /// The polynomial of ``wampler1`` with errors ten thousand times those of ``wampler3``.
  public static let wampler5 = StRDDataset(
    name: "Wampler5",
    responses: [
      7590001, -20479994, 20480063, -20479636, 25231365, -20476094, 20489331, -20460392, 18417449, -20413570,
      20591111, -20302844, 18651453, -20077766, 21059195, -19666384, 26348481, -18971402, 22480719, -17866340,
      10958421,
    ],
    design: polynomial(degree: 5, at: (0...20).map(Double.init)),
    coefficients: [
      1.00000000000000, 1.00000000000000, 1.00000000000000, 1.00000000000000, 1.00000000000000, 1.00000000000000,
    ],
    standardDeviations: [
      21523262.4678170, 23635517.3469681, 7793435.24331583, 1014755.07550350, 56456.6512170752, 1123.24854679312,
    ],
    residualStandardDeviation: 23601450.2379268,
    residualSumOfSquares: 0.835542680000000E+16,
    rSquared: 0.224668921574940E-02)
}
