// Parquet: pages are decoded as batches ask for them, each column in a thread of its own where there are several.
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/properties.h>

#include "DoubleColumn.h"
#include "Failure.h"
#include "TableFile.h"

namespace tables {

namespace {

/// The bytes of a column chunk held while it is read; a whole chunk may be as large as the file.
constexpr int64_t kBytesBuffered = 64 << 10;

/// Whether the library can leave a column of the type as the dictionary that it is in the file.
bool CanStayDictionary(const arrow::DataType &type) {
  switch (type.id()) {
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY: return true;
    default: return false;
  }
}

class ParquetSource : public ColumnSource {
 public:
  ParquetSource(
      std::unique_ptr<parquet::arrow::FileReader> file, const std::vector<ashim_request> &requests,
      const std::vector<int> &leaves, std::vector<std::shared_ptr<arrow::DataType>> types, int64_t row_count)
      : file_(std::move(file)), types_(std::move(types)), rows_left_(row_count) {
    auto *parquet_file = file_->parquet_reader();
    for (size_t i = 0; i < leaves.size(); i++) {
      std::unique_ptr<parquet::arrow::ColumnReader> column;
      std::unique_ptr<DoubleColumn> doubles;
      if (requests[i].kind == ASHIM_NUMBER && types_[i]->id() == arrow::Type::DOUBLE &&
          DoubleColumn::CanRead(*parquet_file->metadata()->schema()->Column(leaves[i]))) {
        doubles = std::make_unique<DoubleColumn>(parquet_file, leaves[i]);
      } else {
        CheckRead(file_->GetColumn(leaves[i], &column));
      }
      columns_.push_back(std::move(column));
      doubles_.push_back(std::move(doubles));
    }
  }

  std::shared_ptr<arrow::DataType> Type(int request) const override { return types_[request]; }

  int64_t Advance(int64_t most_rows) override {
    rows_ = std::min(most_rows, rows_left_);
    rows_left_ -= rows_;
    return rows_;
  }

  std::shared_ptr<arrow::ChunkedArray> Column(int request) override {
    std::shared_ptr<arrow::ChunkedArray> column;
    CheckRead(columns_[request]->NextBatch(rows_, &column));
    if (column == nullptr || column->length() != rows_) {
      throw Failure(ASHIM_CORRUPT, "a column has fewer rows than the file says");
    }
    return column;
  }

  bool HasDoubles(int request) const override { return doubles_[request] != nullptr; }

  void ReadDoubles(int request, double *values) override { doubles_[request]->Read(rows_, values); }

 private:
  std::unique_ptr<parquet::arrow::FileReader> file_;
  /// For each column the one or the other way to read it.
  std::vector<std::unique_ptr<parquet::arrow::ColumnReader>> columns_;
  std::vector<std::unique_ptr<DoubleColumn>> doubles_;
  std::vector<std::shared_ptr<arrow::DataType>> types_;
  int64_t rows_left_;
  int64_t rows_ = 0;
};

class ParquetFile : public TableFile {
 public:
  ParquetFile(const std::string &path, const ashim_read_options &options) : TableFile(path, options) {
    CheckMagic(InspectEnds(path));
    // The end is there, so whatever is wrong from here on is in what it says.
    file_ = CheckRead(arrow::io::ReadableFile::Open(path));
    reader_ = Build(parquet::ArrowReaderProperties(), arrow::default_memory_pool());
    metadata_ = reader_->parquet_reader()->metadata();
    for (const auto &field : reader_->manifest().schema_fields) column_names_.push_back(field.field->name());
  }

  int64_t row_count() const override { return metadata_->num_rows(); }

  std::unique_ptr<ColumnSource> Read(
      const std::vector<ashim_request> &requests, arrow::MemoryPool *pool) override {
    parquet::ArrowReaderProperties properties;
    properties.set_pre_buffer(false);
    std::vector<int> leaves;
    for (size_t i = 0; i < requests.size(); i++) {
      const auto &field = reader_->manifest().schema_fields[requests[i].column];
      if (!field.is_leaf() || !field.children.empty()) {
        throw Failure::WrongType(static_cast<int>(i), field.field->type()->ToString());
      }
      // Text as dictionaries: a row then costs the look-up of a small number.
      if (CanStayDictionary(*field.field->type())) properties.set_read_dictionary(field.column_index, true);
      leaves.push_back(field.column_index);
    }
    auto reader = Build(properties, pool);
    std::vector<std::shared_ptr<arrow::DataType>> types;
    for (const auto &request : requests) {
      types.push_back(reader->manifest().schema_fields[request.column].field->type());
    }
    return std::make_unique<ParquetSource>(std::move(reader), requests, leaves, std::move(types), row_count());
  }

 private:
  static void CheckMagic(const FileEnds &ends) {
    const auto begins = [&](const char *magic) { return ends.first.compare(0, 4, magic) == 0; };
    if (begins("PARE") || ends.last.ends_with("PARE")) {
      throw Failure(ASHIM_NOT_OF_FORMAT, "encrypted Parquet cannot be read");
    }
    if (!begins("PAR1")) throw Failure(ASHIM_NOT_OF_FORMAT, "it does not begin with PAR1");
    if (ends.size < 12 || !ends.last.ends_with("PAR1")) throw Failure(ASHIM_TRUNCATED, "it does not end with PAR1");
  }

  std::unique_ptr<parquet::arrow::FileReader> Build(
      const parquet::ArrowReaderProperties &properties, arrow::MemoryPool *pool) {
    parquet::ReaderProperties reading(pool);
    reading.enable_buffered_stream();
    reading.set_buffer_size(kBytesBuffered);
    parquet::arrow::FileReaderBuilder builder;
    CheckRead(builder.Open(file_, reading, metadata_));
    builder.memory_pool(pool)->properties(properties);
    std::unique_ptr<parquet::arrow::FileReader> reader;
    CheckRead(builder.Build(&reader));
    return reader;
  }

  std::shared_ptr<arrow::io::ReadableFile> file_;
  std::shared_ptr<parquet::FileMetaData> metadata_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
};

}  // namespace

std::unique_ptr<TableFile> OpenParquet(const std::string &path, const ashim_read_options &options) {
  return std::make_unique<ParquetFile>(path, options);
}

}  // namespace tables
