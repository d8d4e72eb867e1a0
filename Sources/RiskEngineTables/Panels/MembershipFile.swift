internal import RiskEngine

/// A file of fractional memberships: the columns of asset, label (named as the group) and `fraction`, and the date
/// from which a row is known where the file has a date column.
struct MembershipFile {
  /// The column of the fractions.
  static let fractionColumn = "fraction"

  let path: String
  let group: String
  let columns: PanelColumns

  /// Reads the file; assets and labels get codes as they come.
  func read(
    assets: inout IdentifierTable, labels: inout IdentifierTable
  ) throws(PanelFileError) -> MembershipTable {
    var entries = [MembershipTable.Entry]()
    do throws(TableError) {
      let reader = try TableReader(
        path: path,
        columns: [
          ColumnRequest(columns.date, .date, isRequired: false), ColumnRequest(columns.asset, .identifier),
          ColumnRequest(group, .identifier), ColumnRequest(Self.fractionColumn, .number),
        ])
      var assetTranslation = IdentifierTranslation()
      var labelTranslation = IdentifierTranslation()
      while let batch = try reader.next() {
        let dates = reader.has(columns.date) ? batch.dates(columns.date) : nil
        let codes = batch.identifiers(columns.asset, through: &assetTranslation, into: &assets)
        let groupCodes = batch.identifiers(group, through: &labelTranslation, into: &labels)
        let fractions = batch.numbers(Self.fractionColumn)
        for row in 0..<batch.rowCount {
          entries.append(
            .init(date: dates?[row], asset: codes[row], label: groupCodes[row], fraction: fractions[row]))
        }
      }
    } catch {
      throw .table(error)
    }
    for (row, entry) in entries.enumerated() {
      let missing: String? =
        if entry.asset < 0 { columns.asset } else if entry.label < 0 { group } else if entry.fraction.isNaN {
          Self.fractionColumn
        } else if entry.date == TableBatch.missingDate { columns.date } else { nil }
      if let missing { throw .missingMembership(path: path, row: row + 1, column: missing) }
    }
    do throws(PanelError) {
      return try MembershipTable(entries: entries, group: group, assets: assets, labels: labels)
    } catch {
      throw .panel(path: path, error: error, rows: [])
    }
  }
}
