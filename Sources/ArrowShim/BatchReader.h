// Decoding ahead: a thread that keeps a few batches ready.
#pragma once

#include <arrow/memory_pool.h>

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ColumnConverter.h"
#include "ColumnMemory.h"
#include "TableFile.h"
#include "WorkerTeam.h"

namespace tables {

/// Some consecutive rows of the requested columns.
struct Batch {
  int64_t first_row = 0;
  int64_t row_count = 0;
  std::vector<ConvertedColumn> columns;
};

/// The batches of some columns of a file, decoded and converted ahead of their use.
///
/// At most `kBatchesAhead` wait and one more is being made, so memory is bounded by the size of a batch.
class BatchReader {
 public:
  BatchReader(TableFile &file, std::vector<ashim_request> requests);
  ~BatchReader();

  BatchReader(const BatchReader &) = delete;
  BatchReader &operator=(const BatchReader &) = delete;

  /// The next batch, or null after the last. Throws what went wrong where it would have been.
  std::unique_ptr<Batch> Next();

  ashim_storage storage(int request) const { return converters_[static_cast<size_t>(request)]->storage(); }

  int64_t peak_bytes() const { return pool_->max_memory(); }

 private:
  static constexpr size_t kBatchesAhead = 2;

  /// The rows of a batch: many enough to make the work a batch costs small, few enough to bound its memory.
  static int64_t RowsPerBatch(const ashim_read_options &options, size_t column_count);

  void DecodeAhead();
  std::unique_ptr<Batch> Decode();
  ConvertedColumn Column(int request, int64_t row_count);

  /// Outlives everything that is allocated from it.
  arrow::MemoryPool *pool_;
  std::vector<ashim_request> requests_;
  std::unique_ptr<ColumnSource> source_;
  std::vector<std::unique_ptr<ColumnConverter>> converters_;
  int64_t rows_per_batch_;
  std::shared_ptr<ColumnMemory> memory_;
  int64_t rows_read_ = 0;
  WorkerTeam team_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Batch>> ready_;
  std::exception_ptr failure_;
  bool is_finished_ = false;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace tables
