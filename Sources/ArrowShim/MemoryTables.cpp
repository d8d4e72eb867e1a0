#include "MemoryTables.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/c/bridge.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "Failure.h"

namespace tables {

namespace {

/// The mean rows of the pieces of a column below which they are put together.
constexpr int64_t kLeastRowsOfPiece = 4096;

std::mutex tables_mutex;

/// The tables by their paths. Never destroyed: a thread may look while the process ends.
std::map<std::string, std::shared_ptr<arrow::Table>> &Tables() {
  static auto *tables = new std::map<std::string, std::shared_ptr<arrow::Table>>();
  return *tables;
}

class MemorySource : public ColumnSource {
 public:
  MemorySource(std::shared_ptr<arrow::Table> table, const std::vector<ashim_request> &requests)
      : table_(std::move(table)) {
    for (const auto &request : requests) {
      const auto &column = table_->column(request.column);
      // Whoever made the table may have been wrong about it.
      CheckRead(column->ValidateFull());
      columns_.push_back(column);
    }
  }

  std::shared_ptr<arrow::DataType> Type(int request) const override { return columns_[request]->type(); }

  int64_t Advance(int64_t most_rows) override {
    offset_ += rows_;
    rows_ = std::min(most_rows, table_->num_rows() - offset_);
    // A batch within one piece of every column is read in place.
    for (const auto &column : columns_) rows_ = std::min(rows_, RowsInPiece(*column));
    return rows_;
  }

  std::shared_ptr<arrow::ChunkedArray> Column(int request) override {
    return columns_[request]->Slice(offset_, rows_);
  }

 private:
  /// The rows from the offset on to the end of the piece that it is in.
  int64_t RowsInPiece(const arrow::ChunkedArray &column) const {
    int64_t end = 0;
    for (const auto &chunk : column.chunks()) {
      end += chunk->length();
      if (end > offset_) return end - offset_;
    }
    return 0;
  }

  std::shared_ptr<arrow::Table> table_;
  std::vector<std::shared_ptr<arrow::ChunkedArray>> columns_;
  int64_t offset_ = 0;
  int64_t rows_ = 0;
};

class MemoryFile : public TableFile {
 public:
  MemoryFile(const std::string &path, std::shared_ptr<arrow::Table> table, const ashim_read_options &options)
      : TableFile(path, options), table_(std::move(table)) {
    column_names_ = table_->ColumnNames();
  }

  int64_t row_count() const override { return table_->num_rows(); }

  std::unique_ptr<ColumnSource> Read(const std::vector<ashim_request> &requests, arrow::MemoryPool *) override {
    return std::make_unique<MemorySource>(table_, requests);
  }

 private:
  std::shared_ptr<arrow::Table> table_;
};

/// The bytes of a table as an Arrow stream, a message at a time.
class Messages : public arrow::io::OutputStream {
 public:
  arrow::Status Close() override {
    is_closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return is_closed_; }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Write(const void *data, int64_t count) override {
    bytes.append(static_cast<const char *>(data), static_cast<size_t>(count));
    position_ += count;
    return arrow::Status::OK();
  }

  std::string bytes;

 private:
  bool is_closed_ = false;
  int64_t position_ = 0;
};

}  // namespace

std::shared_ptr<arrow::Table> FindMemoryTable(const std::string &path) {
  const std::lock_guard lock(tables_mutex);
  const auto found = Tables().find(path);
  return found == Tables().end() ? nullptr : found->second;
}

std::unique_ptr<TableFile> OpenMemory(
    const std::string &path, std::shared_ptr<arrow::Table> table, const ashim_read_options &options) {
  return std::make_unique<MemoryFile>(path, std::move(table), options);
}

}  // namespace tables

/// Where in the bytes of a table a reader is.
struct ashim_memory_bytes {
  std::shared_ptr<arrow::Table> table;
  std::unique_ptr<arrow::TableBatchReader> batches;
  std::shared_ptr<tables::Messages> messages;
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer;
  bool is_ended = false;
};

bool ashim_memory_add(const char *path, void *stream, ashim_error *error) {
  return tables::Guarded(error, [&] {
    const auto reader = tables::CheckRead(arrow::ImportRecordBatchReader(static_cast<ArrowArrayStream *>(stream)));
    auto table = tables::CheckRead(reader->ToTable());
    tables::CheckRead(table->Validate());
    // Many small pieces cost more a batch than one copy of them.
    for (const auto &column : table->columns()) {
      if (column->num_chunks() > 1 && column->length() / column->num_chunks() < tables::kLeastRowsOfPiece) {
        table = tables::CheckRead(table->CombineChunks());
        break;
      }
    }
    const std::lock_guard lock(tables::tables_mutex);
    tables::Tables()[path] = std::move(table);
  });
}

void ashim_memory_remove(const char *path) {
  std::shared_ptr<arrow::Table> last;
  const std::lock_guard lock(tables::tables_mutex);
  const auto found = tables::Tables().find(path);
  if (found == tables::Tables().end()) return;
  last = std::move(found->second);
  tables::Tables().erase(found);
}

bool ashim_memory_has(const char *path) { return tables::FindMemoryTable(path) != nullptr; }

bool ashim_memory_bytes_start(const char *path, ashim_memory_bytes **bytes, ashim_error *error) {
  return tables::Guarded(error, [&] {
    auto started = std::make_unique<ashim_memory_bytes>();
    started->table = tables::FindMemoryTable(path);
    if (started->table == nullptr) throw tables::Failure(ASHIM_NOT_FOUND, "");
    started->batches = std::make_unique<arrow::TableBatchReader>(*started->table);
    started->batches->set_chunksize(1 << 16);
    started->messages = std::make_shared<tables::Messages>();
    started->writer =
        tables::CheckRead(arrow::ipc::MakeStreamWriter(started->messages, started->table->schema()));
    *bytes = started.release();
  });
}

bool ashim_memory_bytes_next(ashim_memory_bytes *bytes, const void **start, int64_t *count, ashim_error *error) {
  return tables::Guarded(error, [&] {
    bytes->messages->bytes.clear();
    std::shared_ptr<arrow::RecordBatch> batch;
    tables::CheckRead(bytes->batches->ReadNext(&batch));
    if (batch != nullptr) {
      tables::CheckRead(bytes->writer->WriteRecordBatch(*batch));
    } else if (!bytes->is_ended) {
      bytes->is_ended = true;
      tables::CheckRead(bytes->writer->Close());
    }
    *start = bytes->messages->bytes.data();
    *count = static_cast<int64_t>(bytes->messages->bytes.size());
  });
}

void ashim_memory_bytes_release(ashim_memory_bytes *bytes) { delete bytes; }
