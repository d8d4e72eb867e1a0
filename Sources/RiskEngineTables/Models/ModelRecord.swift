internal import Foundation
internal import ModelStore
internal import RiskEngine

/// What the manifest says of a model beside its tables.
struct ModelRecord {
  let plan: EstimationPlan
  let columns: PanelColumns
  let dates: [CalendarDate]
  let split: CalendarDate?
  let loadings: LoadingStage.Result
  let processedDates: Int
  let summary: ModelSummary

  /// Writes metadata into a transaction.
  func write(to transaction: ModelTransaction) {
    var metadata = transaction.metadata
    let settings = plan.settings
    if metadata["first_date"] == nil, let first = dates.first { metadata["first_date"] = .text(first.description) }
    if let last = dates.last { metadata["last_date"] = .text(last.description) }
    if metadata["split_date"] == nil, let split { metadata["split_date"] = .text(split.description) }
    metadata["periods_per_year"] = .number(Double(plan.periodsPerYear))
    metadata["horizon"] = .number(settings.factorCovariance.horizon)
    metadata["idio_horizon"] = .number(settings.idioRisk.horizon)
    metadata["lag"] = .number(Double(settings.lag))
    metadata["estimation"] = .text(settings.estimation.rawValue)
    metadata["is_in_sample"] = .flag(settings.estimation == .iterated)
    // Sweeps agree with the walk to a tolerance, not to the bit.
    if let window = settings.sweepWindow { metadata["sweep_window"] = .number(Double(window)) }
    metadata["has_market"] = .flag(settings.regression.hasMarket)
    metadata["processed_dates"] = .number(Double(processedDates))
    metadata["date_count"] = .number(
      (metadata["date_count"]?.number ?? 0) + Double(processedDates))
    metadata["asset_storage"] = .text(loadings.assetStorage.rawValue)
    metadata["configuration_folder"] = .text(plan.folder)
    metadata["columns"] = .named(Self.named(columns))
    metadata["inputs"] = .list(
      loadings.inputs.map {
        .named(["path": .text($0.path), "sha256": .text($0.sha256), "bytes": .number(Double($0.bytes))])
      })
    if let convergence = summary.convergence {
      metadata["convergence"] = .named([
        "iterations": .number(Double(convergence.iterations)), "converged": .flag(convergence.hasConverged),
        "largest_change": .number(convergence.largestChange),
        "unsettled_assets": .number(Double(convergence.unsettledCount)),
      ])
    }
    transaction.metadata = metadata
  }

  /// The columns of the loadings as metadata.
  private static func named(_ columns: PanelColumns) -> [String: MetadataValue] {
    var named: [String: MetadataValue] = [
      "date": .text(columns.date), "asset": .text(columns.asset), "return": .text(columns.return),
      "groups": .list(columns.groups.map { .text($0) }), "styles": .list(columns.styles.map { .text($0) }),
    ]
    for (key, value) in [
      ("cap", columns.cap), ("universe", columns.universe), ("weight", columns.weight),
      ("constraint_weight", columns.constraintWeight), ("issuer", columns.issuer),
    ] {
      if let value { named[key] = .text(value) }
    }
    if !columns.memberships.isEmpty {
      named["memberships"] = .named(
        Dictionary(
          uniqueKeysWithValues: columns.memberships.map { group, path in
            (group, .text(membershipName(path, group: group, groups: columns.groups)))
          }))
    }
    return named
  }

  /// The document that keeps a file of fractional memberships: a group's name may be no name of a file.
  static func membershipName(_ path: String, group: String, groups: [String]) -> String {
    "membership-\((groups.firstIndex(of: group) ?? 0) + 1).\(URL(filePath: path).pathExtension)"
  }

  /// The columns that metadata name, memberships as files of the model; `nil` where they name none.
  static func columns(_ value: MetadataValue?, model: String) -> PanelColumns? {
    guard let named = value?.named, let date = named["date"]?.text, let asset = named["asset"]?.text,
      let returns = named["return"]?.text
    else { return nil }
    return PanelColumns(
      date: date, asset: asset, return: returns, cap: named["cap"]?.text, universe: named["universe"]?.text,
      weight: named["weight"]?.text, constraintWeight: named["constraint_weight"]?.text, issuer: named["issuer"]?.text,
      groups: named["groups"]?.list?.compactMap(\.text) ?? [], styles: named["styles"]?.list?.compactMap(\.text) ?? [],
      memberships: named["memberships"]?.named?.compactMapValues(\.text).mapValues { "\(model)/\($0)" } ?? [:])
  }
}
