/// What kind of factor a factor is, as far as its covariance is concerned.
public enum FactorBlock: Hashable, Sendable {
  /// The market: the loading of every asset is 1.
  case market
  /// A label of a group; groups are numbered from 0.
  case group(Int)
  /// A style, or any other factor that no constraint touches.
  case style

  /// A number for saved state: −1 for the market, −2 for a style, else the group.
  var code: Int {
    switch self {
    case .market: -1
    case .group(let group): group
    case .style: -2
    }
  }

  /// The block of a number in saved state.
  init?(code: Int) {
    switch code {
    case -1: self = .market
    case -2: self = .style
    case 0...: self = .group(code)
    default: return nil
    }
  }
}
