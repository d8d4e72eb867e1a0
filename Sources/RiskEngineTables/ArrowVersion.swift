import ArrowShim

/// The version of the Arrow C++ library that reads and writes tables.
public var arrowVersion: String { unsafe String(cString: arrow_shim_version()) }
