internal import ModelStore
internal import RiskEngine
internal import RiskEngineTables

/// `verify`: whether a stored model is what was written.
struct VerifyRequest: Request {
  var model: String

  func run(_ context: RequestContext) throws -> ModelVerification.Report {
    try ModelVerification(path: model).run { try context.report("verify", $0) }
  }
}

/// `model`: what a stored model has, and the files of its tables.
struct ModelRequest: Request {
  var model: String

  struct Segment: Encodable {
    var path: String
    var rowCount: Int
    var firstDate: String?
    var lastDate: String?
  }

  struct Table: Encodable {
    var name: String
    var segments: [Segment]
  }

  struct Result: Encodable {
    var generation: Int
    var writtenBy: String
    var periodsPerYear: Int
    var firstDate: String?
    var lastDate: String?
    /// The periods of the forecasts of factor risk.
    var horizon: Double?
    /// The periods of the forecasts of idio risk.
    var idioHorizon: Double?
    var tables: [Table]
  }

  func run(_ context: RequestContext) throws -> Result {
    let stored = try StoredModel(path: model)
    let metadata = stored.manifest.metadata
    let tables = try stored.manifest.tables.map { table in
      Table(
        name: table.name,
        segments: try table.segments.map {
          Segment(
            path: try stored.path(of: $0), rowCount: $0.rowCount, firstDate: $0.dates?.lowerBound.description,
            lastDate: $0.dates?.upperBound.description)
        })
    }
    return Result(
      generation: stored.manifest.generation, writtenBy: stored.manifest.writtenBy,
      periodsPerYear: Int(metadata["periods_per_year"]?.number ?? 0), firstDate: metadata["first_date"]?.text,
      lastDate: metadata["last_date"]?.text, horizon: metadata["horizon"]?.number,
      idioHorizon: metadata["idio_horizon"]?.number, tables: tables)
  }
}
