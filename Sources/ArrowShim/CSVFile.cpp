// CSV: blocks are parsed as batches ask for them. Numbers are parsed by the library; dates, identifiers and booleans
// stay texts here, as dictionaries, so that no guess of a type can change them.
#include "CSVFile.h"

#include <arrow/csv/api.h>
#include <arrow/array.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <map>
#include <set>

#include "CSVHeader.h"
#include "Failure.h"
#include "TableFile.h"

namespace tables {

CSVOptions::CSVOptions(const ashim_read_options &options, const std::vector<std::string> &columns) {
  read.use_threads = options.threads > 1;
  read.block_size = kBytesPerBlock;
  parse.delimiter = options.delimiter;
  parse.newlines_in_values = true;
  // Only an empty field is a missing one, whether quoted or not.
  convert.null_values = {""};
  convert.strings_can_be_null = true;
  convert.quoted_strings_can_be_null = true;
  convert.include_columns = columns;
}

namespace {

class CSVSource : public ColumnSource {
 public:
  CSVSource(
      std::shared_ptr<arrow::csv::StreamingReader> reader, std::vector<int> positions,
      std::vector<std::shared_ptr<arrow::DataType>> types)
      : reader_(std::move(reader)), positions_(std::move(positions)), types_(std::move(types)) {}

  std::shared_ptr<arrow::DataType> Type(int request) const override { return types_[request]; }

  int64_t Advance(int64_t most_rows) override {
    offset_ += rows_;
    rows_ = 0;
    while (batch_ == nullptr || offset_ == batch_->num_rows()) {
      if (reader_ == nullptr) return 0;
      CheckRead(reader_->ReadNext(&batch_));
      offset_ = 0;
      if (batch_ == nullptr) return 0;
    }
    rows_ = std::min(most_rows, batch_->num_rows() - offset_);
    return rows_;
  }

  std::shared_ptr<arrow::ChunkedArray> Column(int request) override {
    return std::make_shared<arrow::ChunkedArray>(batch_->column(positions_[request])->Slice(offset_, rows_));
  }

 private:
  /// Null where the file has a header and no row.
  std::shared_ptr<arrow::csv::StreamingReader> reader_;
  /// Where each request is among the columns that are read.
  std::vector<int> positions_;
  std::vector<std::shared_ptr<arrow::DataType>> types_;
  std::shared_ptr<arrow::RecordBatch> batch_;
  int64_t offset_ = 0;
  int64_t rows_ = 0;
};

class CSVFile : public TableFile {
 public:
  CSVFile(const std::string &path, const ashim_read_options &options) : TableFile(path, options) {
    InspectEnds(path);
    const auto stream = OpenText(path, options, arrow::default_memory_pool());
    auto header = ReadCSVHeader(*stream, options.delimiter);
    column_names_ = std::move(header.names);
    has_rows_ = header.has_rows;
  }

  std::unique_ptr<ColumnSource> Read(
      const std::vector<ashim_request> &requests, arrow::MemoryPool *pool) override {
    // A column asked for as a number and as something else stays text.
    std::map<int, bool> is_number;
    for (const auto &request : requests) {
      const bool wants_number = request.kind == ASHIM_NUMBER;
      const auto [entry, is_new] = is_number.emplace(request.column, wants_number);
      if (!is_new) entry->second = entry->second && wants_number;
    }
    // Without a request the first column is read, to count the rows.
    if (is_number.empty()) is_number.emplace(0, false);

    const auto text = arrow::dictionary(arrow::int32(), arrow::utf8());
    std::vector<std::string> columns;
    std::map<int, int> position;
    for (const auto &[column, as_number] : is_number) {
      position[column] = static_cast<int>(columns.size());
      columns.push_back(column_names_[column]);
    }
    CSVOptions settings(options_, columns);
    std::vector<int> positions;
    std::vector<std::shared_ptr<arrow::DataType>> types;
    for (const auto &[column, as_number] : is_number) {
      settings.convert.column_types[column_names_[column]] = as_number ? arrow::float64() : text;
    }
    for (const auto &request : requests) {
      positions.push_back(position[request.column]);
      types.push_back(is_number[request.column] ? arrow::float64() : text);
    }
    std::shared_ptr<arrow::csv::StreamingReader> reader;
    if (has_rows_) {
      const auto made = arrow::csv::StreamingReader::Make(
          arrow::io::IOContext(pool), OpenText(path_, options_, pool), settings.read, settings.parse,
          settings.convert);
      if (!made.ok()) {
        DiagnoseCSV(path_, options_, column_names_, requests, made.status());
      }
      reader = *made;
    }
    return std::make_unique<DiagnosingSource>(
        *this, requests, std::make_unique<CSVSource>(std::move(reader), std::move(positions), std::move(types)));
  }

 private:
  /// Where reading fails, finds the row and the text that it failed on.
  class DiagnosingSource : public ColumnSource {
   public:
    DiagnosingSource(const CSVFile &file, std::vector<ashim_request> requests, std::unique_ptr<ColumnSource> source)
        : file_(file), requests_(std::move(requests)), source_(std::move(source)) {}

    std::shared_ptr<arrow::DataType> Type(int request) const override { return source_->Type(request); }

    int64_t Advance(int64_t most_rows) override {
      try {
        return source_->Advance(most_rows);
      } catch (const Failure &failure) {
        if (failure.code != ASHIM_CORRUPT) throw;
        DiagnoseCSV(
            file_.path_, file_.options_, file_.column_names_, requests_, arrow::Status::Invalid(failure.message));
      }
    }

    std::shared_ptr<arrow::ChunkedArray> Column(int request) override { return source_->Column(request); }

   private:
    const CSVFile &file_;
    std::vector<ashim_request> requests_;
    std::unique_ptr<ColumnSource> source_;
  };

  bool has_rows_ = false;
};

}  // namespace

std::unique_ptr<TableFile> OpenCSV(const std::string &path, const ashim_read_options &options) {
  return std::make_unique<CSVFile>(path, options);
}

}  // namespace tables
