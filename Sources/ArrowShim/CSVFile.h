// What reading a CSV file and finding out why that failed have in common.
#pragma once

#include <arrow/csv/options.h>
#include <arrow/status.h>

#include <string>
#include <vector>

#include "ArrowShim.h"

namespace tables {

/// How a CSV file is parsed.
struct CSVOptions {
  static constexpr int32_t kBytesPerBlock = 2 << 20;

  arrow::csv::ReadOptions read = arrow::csv::ReadOptions::Defaults();
  arrow::csv::ParseOptions parse = arrow::csv::ParseOptions::Defaults();
  arrow::csv::ConvertOptions convert = arrow::csv::ConvertOptions::Defaults();

  CSVOptions(const ashim_read_options &options, const std::vector<std::string> &columns);
};

/// Reads a file again, as texts and in one thread, and throws what is wrong with it: the first row that has too few
/// or too many fields, or the first value that is not what was requested; else what the status says.
[[noreturn]] void DiagnoseCSV(
    const std::string &path, const ashim_read_options &options, const std::vector<std::string> &column_names,
    const std::vector<ashim_request> &requests, const arrow::Status &status);

}  // namespace tables
