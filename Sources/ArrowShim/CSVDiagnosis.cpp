// The second pass over a CSV file that could not be read.
#include <arrow/array.h>
#include <arrow/csv/api.h>
#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>
#include <arrow/util/utf8.h>

#include <algorithm>

#include "CSVFile.h"
#include "CSVHeader.h"
#include "Failure.h"
#include "TextValues.h"

namespace tables {

namespace {

/// Whether a text is what was requested, or says nothing.
bool IsReadable(std::string_view text, ashim_kind kind) {
  if (text.empty()) return true;
  switch (kind) {
    case ASHIM_NUMBER: return ParseNumber(text).has_value();
    case ASHIM_DATE: return ParseDate(text).has_value();
    case ASHIM_BOOLEAN: return ParseBoolean(text).has_value();
    default: return arrow::util::ValidateUTF8(text);
  }
}

/// The first row whose number of fields is not that of the header.
struct RaggedRow {
  int64_t row = 0;
  int64_t fields_found = 0;
  int64_t fields_expected = 0;
};

[[noreturn]] void Throw(const RaggedRow &ragged) {
  Failure failure(ASHIM_RAGGED_ROW, "");
  failure.row = ragged.row;
  failure.fields_found = ragged.fields_found;
  failure.fields_expected = ragged.fields_expected;
  throw failure;
}

}  // namespace

void DiagnoseCSV(
    const std::string &path, const ashim_read_options &options, const std::vector<std::string> &column_names,
    const std::vector<ashim_request> &requests, const arrow::Status &status) {
  arrow::util::InitializeUTF8();
  std::vector<std::string> columns;
  for (const auto &request : requests) {
    const auto &name = column_names[request.column];
    if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
  }
  CSVOptions settings(options, columns);
  settings.read.use_threads = false;
  settings.convert.check_utf8 = false;
  for (const auto &column : columns) settings.convert.column_types[column] = arrow::binary();
  RaggedRow ragged;
  settings.parse.invalid_row_handler = [&](const arrow::csv::InvalidRow &row) {
    if (ragged.row == 0) ragged = {std::max<int64_t>(row.number - 1, 1), row.actual_columns, row.expected_columns};
    return arrow::csv::InvalidRowResult::Error;
  };

  const auto made = arrow::csv::StreamingReader::Make(
      arrow::io::default_io_context(), OpenText(path, options, arrow::default_memory_pool()), settings.read,
      settings.parse, settings.convert);
  if (ragged.row > 0) Throw(ragged);
  if (!made.ok()) throw Failure(ASHIM_CORRUPT, status.message());
  int64_t first_row = 0;
  std::shared_ptr<arrow::RecordBatch> batch;
  while ((*made)->ReadNext(&batch).ok() && batch != nullptr) {
    for (int64_t row = 0; row < batch->num_rows(); row++) {
      for (size_t i = 0; i < requests.size(); i++) {
        const auto &texts =
            static_cast<const arrow::BinaryArray &>(*batch->GetColumnByName(column_names[requests[i].column]));
        if (texts.IsNull(row) || IsReadable(texts.GetView(row), requests[i].kind)) continue;
        throw Failure::UnparsableValue(static_cast<int>(i), first_row + row + 1, texts.GetString(row));
      }
    }
    first_row += batch->num_rows();
  }
  if (ragged.row > 0) Throw(ragged);
  throw Failure(ASHIM_CORRUPT, status.message());
}

}  // namespace tables
