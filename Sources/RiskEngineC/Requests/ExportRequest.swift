internal import ModelStore
internal import RiskEngineTables

/// `export`: one date of a model as flat files.
struct ExportRequest: Request {
  var model: String
  var date: String?
  var out: String
  var format: String?

  func run(_ context: RequestContext) throws -> ExportJob.Summary {
    let format = try RequestError.choice(format, "format", default: TableFormat.csv)
    let dated = try DatedModel(path: model, date: try RequestError.date(date, "date"))
    let output = try OutputFolder(path: out)
    try context.report("export", 0)
    return try ExportJob(dated, format: format).run(output: output)
  }
}
