import ArrowShim

extension TableFormat {
  var arrowFormat: ashim_format {
    switch self {
    case .parquet: ASHIM_PARQUET
    case .csv: ASHIM_CSV
    case .feather: ASHIM_FEATHER
    }
  }
}

extension TableCompression {
  var arrowCompression: ashim_compression {
    switch self {
    case .none: ASHIM_UNCOMPRESSED
    case .snappy: ASHIM_SNAPPY
    case .lz4: ASHIM_LZ4
    case .zstd: ASHIM_ZSTD
    case .gzip: ASHIM_GZIP
    }
  }
}

extension ColumnKind {
  var arrowKind: ashim_kind {
    switch self {
    case .date: ASHIM_DATE
    case .identifier: ASHIM_IDENTIFIER
    case .number: ASHIM_NUMBER
    case .boolean: ASHIM_BOOLEAN
    }
  }
}

extension IdentifierStorage {
  /// Each storage and its name at the boundary.
  private static let arrowStorages: [(IdentifierStorage, ashim_storage)] = [
    (.text, ASHIM_TEXT), (.int8, ASHIM_STORED_INT8), (.int16, ASHIM_STORED_INT16), (.int32, ASHIM_STORED_INT32),
    (.int64, ASHIM_STORED_INT64), (.uint8, ASHIM_STORED_UINT8), (.uint16, ASHIM_STORED_UINT16),
    (.uint32, ASHIM_STORED_UINT32), (.uint64, ASHIM_STORED_UINT64),
  ]

  init(_ storage: ashim_storage) {
    self = Self.arrowStorages.first { $0.1 == storage }?.0 ?? .text
  }

  var arrowStorage: ashim_storage { Self.arrowStorages.first { $0.0 == self }?.1 ?? ASHIM_TEXT }
}
