// Feather version 2, which is the Arrow file format, and the Arrow stream format; told apart by their first bytes.
#include <arrow/array.h>
#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <arrow/record_batch.h>

#include <algorithm>

#include "Failure.h"
#include "TableFile.h"

namespace tables {

namespace {

/// Record batches of either format, one after the other.
class BatchSequence {
 public:
  virtual ~BatchSequence() = default;
  virtual std::shared_ptr<arrow::Schema> schema() const = 0;
  /// The next record batch, or null.
  virtual std::shared_ptr<arrow::RecordBatch> Next() = 0;
};

class FileSequence : public BatchSequence {
 public:
  FileSequence(const std::shared_ptr<arrow::io::RandomAccessFile> &file, const arrow::ipc::IpcReadOptions &options)
      : reader_(CheckRead(arrow::ipc::RecordBatchFileReader::Open(file, options))) {}

  std::shared_ptr<arrow::Schema> schema() const override { return reader_->schema(); }

  std::shared_ptr<arrow::RecordBatch> Next() override {
    if (next_ == reader_->num_record_batches()) return nullptr;
    return CheckRead(reader_->ReadRecordBatch(next_++));
  }

 private:
  std::shared_ptr<arrow::ipc::RecordBatchFileReader> reader_;
  int next_ = 0;
};

class StreamSequence : public BatchSequence {
 public:
  StreamSequence(const std::shared_ptr<arrow::io::InputStream> &stream, const arrow::ipc::IpcReadOptions &options)
      : reader_(CheckRead(arrow::ipc::RecordBatchStreamReader::Open(stream, options))) {}

  std::shared_ptr<arrow::Schema> schema() const override { return reader_->schema(); }

  std::shared_ptr<arrow::RecordBatch> Next() override {
    std::shared_ptr<arrow::RecordBatch> batch;
    CheckRead(reader_->ReadNext(&batch));
    return batch;
  }

 private:
  std::shared_ptr<arrow::ipc::RecordBatchStreamReader> reader_;
};

class FeatherSource : public ColumnSource {
 public:
  FeatherSource(std::unique_ptr<BatchSequence> sequence, std::vector<int> positions)
      : sequence_(std::move(sequence)), positions_(std::move(positions)) {}

  std::shared_ptr<arrow::DataType> Type(int request) const override {
    return sequence_->schema()->field(positions_[request])->type();
  }

  int64_t Advance(int64_t most_rows) override {
    offset_ += rows_;
    rows_ = 0;
    while (batch_ == nullptr || offset_ == batch_->num_rows()) {
      batch_ = sequence_->Next();
      offset_ = 0;
      if (batch_ == nullptr) return 0;
      // A damaged file may point anywhere.
      CheckRead(batch_->ValidateFull());
    }
    rows_ = std::min(most_rows, batch_->num_rows() - offset_);
    return rows_;
  }

  std::shared_ptr<arrow::ChunkedArray> Column(int request) override {
    return std::make_shared<arrow::ChunkedArray>(batch_->column(positions_[request])->Slice(offset_, rows_));
  }

 private:
  std::unique_ptr<BatchSequence> sequence_;
  /// Where each request is among the columns that are read.
  std::vector<int> positions_;
  std::shared_ptr<arrow::RecordBatch> batch_;
  int64_t offset_ = 0;
  int64_t rows_ = 0;
};

class FeatherFile : public TableFile {
 public:
  FeatherFile(const std::string &path, const ashim_read_options &options) : TableFile(path, options) {
    const FileEnds ends = InspectEnds(path);
    if (ends.first.starts_with("FEA1")) throw Failure(ASHIM_NOT_OF_FORMAT, "it is Feather version 1");
    if (ends.first.starts_with("ARROW1")) {
      if (ends.size < 16 || !ends.last.ends_with("ARROW1")) {
        throw Failure(ASHIM_TRUNCATED, "it does not end with ARROW1");
      }
    } else if (ends.first.starts_with("\xFF\xFF\xFF\xFF")) {
      is_stream_ = true;
    } else {
      throw Failure(ASHIM_NOT_OF_FORMAT, "it begins neither like an Arrow file nor like an Arrow stream");
    }
    const auto schema = Open(arrow::ipc::IpcReadOptions::Defaults())->schema();
    for (const auto &field : schema->fields()) column_names_.push_back(field->name());
  }

  std::unique_ptr<ColumnSource> Read(
      const std::vector<ashim_request> &requests, arrow::MemoryPool *pool) override {
    auto options = arrow::ipc::IpcReadOptions::Defaults();
    options.memory_pool = pool;
    options.use_threads = options_.threads > 1;
    // The columns read come in the order of the file, each once.
    auto &included = options.included_fields;
    for (const auto &request : requests) included.push_back(request.column);
    std::sort(included.begin(), included.end());
    included.erase(std::unique(included.begin(), included.end()), included.end());
    std::vector<int> positions;
    for (const auto &request : requests) {
      const auto place = std::lower_bound(included.begin(), included.end(), request.column);
      positions.push_back(static_cast<int>(place - included.begin()));
    }
    return std::make_unique<FeatherSource>(Open(options), std::move(positions));
  }

 private:
  std::unique_ptr<BatchSequence> Open(const arrow::ipc::IpcReadOptions &options) {
    auto file = CheckRead(arrow::io::ReadableFile::Open(path_, options.memory_pool));
    if (is_stream_) return std::make_unique<StreamSequence>(file, options);
    return std::make_unique<FileSequence>(file, options);
  }

  bool is_stream_ = false;
};

}  // namespace

std::unique_ptr<TableFile> OpenFeather(const std::string &path, const ashim_read_options &options) {
  return std::make_unique<FeatherFile>(path, options);
}

}  // namespace tables
