// Eberhardt, K., NIST, generated data.

extension StRDDataset {
  /// A line through the origin.
  public static let noInt1 = StRDDataset(
    name: "NoInt1",
    responses: [
      130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140,
    ],
    design: columns(
      intercept: false,
      [
        60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70,
      ], count: 1),
    coefficients: [
      2.07438016528926
    ],
    standardDeviations: [
      0.165289256198347E-01
    ],
    residualStandardDeviation: 3.56753034006338,
    residualSumOfSquares: 127.272727272727,
    rSquared: 0.999365492298663)

  /// A line through the origin, three points.
  public static let noInt2 = StRDDataset(
    name: "NoInt2",
    responses: [
      3, 4, 4,
    ],
    design: columns(
      intercept: false,
      [
        4, 5, 6,
      ], count: 1),
    coefficients: [
      0.727272727272727
    ],
    standardDeviations: [
      0.420827318078432E-01
    ],
    residualStandardDeviation: 0.369274472937998,
    residualSumOfSquares: 0.272727272727273,
    rSquared: 0.993348115299335)
}
