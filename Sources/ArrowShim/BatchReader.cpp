#include "BatchReader.h"

#include <algorithm>

namespace tables {

namespace {

/// A pool that counts what one reader allocates.
///
/// The library's own threads read ahead and give their last blocks back some time after the reader that asked for
/// them has gone, so these pools, of some hundred bytes each, stay for good.
arrow::MemoryPool *MakePool() {
  static auto &kept = *new std::deque<std::unique_ptr<arrow::MemoryPool>>;
  static std::mutex mutex;
  // The C library's allocator is told to keep freed pages; the library's own gives them back after every batch.
  auto pool = std::make_unique<arrow::ProxyMemoryPool>(arrow::system_memory_pool());
  const std::lock_guard lock(mutex);
  return kept.emplace_back(std::move(pool)).get();
}

}  // namespace

BatchReader::BatchReader(TableFile &file, std::vector<ashim_request> requests)
    : pool_(MakePool()),
      requests_(std::move(requests)),
      source_(file.Read(requests_, pool_)),
      rows_per_batch_(RowsPerBatch(file.options(), requests_.size())),
      memory_(std::make_shared<ColumnMemory>(
          static_cast<int64_t>(sizeof(double)) * std::min(rows_per_batch_, std::max<int64_t>(file.row_count(), 1)),
          pool_)),
      team_(std::clamp<int>(file.options().threads, 1, static_cast<int>(std::max<size_t>(requests_.size(), 1)))) {
  for (size_t i = 0; i < requests_.size(); i++) {
    ConversionContext context;
    context.request = static_cast<int>(i);
    context.type = source_->Type(static_cast<int>(i));
    context.empty_text_is_missing = file.options().empty_text_is_missing;
    context.parses_numbers = file.options().format == ASHIM_CSV;
    context.pool = pool_;
    converters_.push_back(MakeConverter(requests_[i].kind, context));
  }
  thread_ = std::thread([this] { DecodeAhead(); });
}

BatchReader::~BatchReader() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

int64_t BatchReader::RowsPerBatch(const ashim_read_options &options, size_t column_count) {
  if (options.rows_per_batch > 0) return options.rows_per_batch;
  constexpr int64_t kBytesPerBatch = 8 << 20;
  const auto bytes_per_row = static_cast<int64_t>(std::max<size_t>(column_count, 1) * sizeof(double));
  return std::clamp<int64_t>(kBytesPerBatch / bytes_per_row, 8 << 10, 256 << 10);
}

std::unique_ptr<Batch> BatchReader::Next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !ready_.empty() || is_finished_; });
  if (ready_.empty()) {
    if (failure_ != nullptr) std::rethrow_exception(failure_);
    return nullptr;
  }
  auto batch = std::move(ready_.front());
  ready_.pop_front();
  lock.unlock();
  changed_.notify_all();
  return batch;
}

void BatchReader::DecodeAhead() {
  std::exception_ptr failure;
  try {
    while (auto batch = Decode()) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return is_stopping_ || ready_.size() < kBatchesAhead; });
      if (is_stopping_) return;
      ready_.push_back(std::move(batch));
      lock.unlock();
      changed_.notify_all();
    }
  } catch (...) {
    failure = std::current_exception();
  }
  {
    const std::lock_guard lock(mutex_);
    failure_ = failure;
    is_finished_ = true;
  }
  changed_.notify_all();
}

std::unique_ptr<Batch> BatchReader::Decode() {
  const int64_t row_count = source_->Advance(rows_per_batch_);
  if (row_count == 0) return nullptr;
  auto batch = std::make_unique<Batch>();
  batch->first_row = rows_read_;
  batch->row_count = row_count;
  batch->columns.resize(requests_.size());
  team_.Run(static_cast<int>(requests_.size()), [&](int request) {
    batch->columns[static_cast<size_t>(request)] = Column(request, row_count);
  });
  rows_read_ += row_count;
  return batch;
}

ConvertedColumn BatchReader::Column(int request, int64_t row_count) {
  const auto index = static_cast<size_t>(request);
  if (!source_->HasDoubles(request)) return converters_[index]->Convert(*source_->Column(request), rows_read_);
  auto memory = memory_->Take();
  auto *values = reinterpret_cast<double *>(memory.get());
  source_->ReadDoubles(request, values);
  ConvertedColumn column;
  column.values = values;
  CountSpecial(values, row_count, column);
  column.owner = std::move(memory);
  return column;
}

}  // namespace tables
