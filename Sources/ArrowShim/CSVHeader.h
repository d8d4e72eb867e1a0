// The first record of a CSV file.
#pragma once

#include <arrow/io/interfaces.h>

#include <memory>
#include <string>
#include <vector>

#include "ArrowShim.h"

namespace tables {

/// What the beginning of a CSV file says.
struct CSVHeader {
  std::vector<std::string> names;
  /// Whether anything but ends of lines follows.
  bool has_rows = false;
};

/// The bytes of a file, decompressed where the options say that it is compressed.
std::shared_ptr<arrow::io::InputStream> OpenText(
    const std::string &path, const ashim_read_options &options, arrow::MemoryPool *pool);

/// Reads the names of the columns; throws where there is no line at all, or the bytes are no text.
CSVHeader ReadCSVHeader(arrow::io::InputStream &stream, char delimiter);

}  // namespace tables
